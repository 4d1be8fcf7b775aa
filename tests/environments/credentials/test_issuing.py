"""Making packages: complete, once, and again after any stop; with every kind of bad input."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest

from provisioning.actors import Actor
from provisioning.approvals import names
from provisioning.approvals.model import Approval
from provisioning.approvals.service import Approvals
from provisioning.approvals.states import State
from provisioning.audit.log import AuditLog
from provisioning.aws.records import Put, RecordStore
from provisioning.aws.sessions import Aws
from provisioning.clock import FixedClock
from provisioning.environments.credentials import issuing
from provisioning.environments.credentials.authority import PK, SERIAL
from provisioning.environments.credentials.desk import Desk, read_ledger
from provisioning.environments.credentials.issuing import issue, prepare_users
from provisioning.environments.credentials.model import Item
from provisioning.environments.credentials.rotating import rotate
from provisioning.errors import BadInput, DependencyFailed, Refused
from tests.approvals.test_fees import changed
from tests.environments.credentials.conftest import everything_kept, opened, stored_secrets

ALL_BUT_BACKUP = (Item.CERTIFICATE, Item.ACCOUNT, Item.MFA, Item.DATABASE)


def names_of(approval: Approval, handler: str, number: int) -> set[str]:
    return {
        f"notice-{approval.id}-{handler}-{number:02d}.pdf",
        f"notice-{approval.id}-{handler}-{number:02d}.md",
        *(f"loginInfo-{handler}.{kind}" for kind in ("pdf", "txt")),
        f"mfaQRCode-{handler}.png",
        f"clientCertificate-{handler}.cer",
        f"certificateChain-{handler}.pfx",
        f"certificateChainPass-{handler}.txt",
    }


def change(approvals: Approvals, records: RecordStore, approval: Approval) -> None:
    """Put the changed approval in place of the registered one, as a change does."""
    standing = approvals.get(approval.id)
    content = approval.model_dump(mode="json")
    records.write([Put.over(standing.record, {**standing.record.data, "approval": content})])


def test_a_package_holds_all_that_a_handler_needs(
    desk: Desk, operator: Actor, active: Approval, backup_user: str, tmp_path: Path, clock: FixedClock
) -> None:
    first, second = issue(desk, operator, active.id)
    files = opened(first)
    csv = f"awsCredential-{active.id.lower()}.csv"
    assert set(files) == {*names_of(active, "analyst-a", 1), csv}
    for name, body in files.items():
        (tmp_path / name).write_bytes(body)
    password = tmp_path / "certificateChainPass-analyst-a.txt"
    opens = subprocess.run(
        [
            "openssl",
            "pkcs12",
            "-in",
            tmp_path / "certificateChain-analyst-a.pfx",
            "-nodes",
            "-passin",
            f"file:{password}",
        ],
        capture_output=True,
        check=True,
    )
    assert b"CN = analyst-a" in opens.stdout
    assert files["clientCertificate-analyst-a.cer"].strip() in opens.stdout
    header, row = files[csv].decode().splitlines()
    assert header == "Access key ID,Secret access key"
    key_id, secret = row.split(",")
    assert (
        desk.aws.client("iam").list_access_keys(UserName=backup_user)["AccessKeyMetadata"][0]["AccessKeyId"] == key_id
    )
    assert opened(second)[csv] == files[csv]
    assert len(secret) > 30
    seed = stored_secrets(desk)["hic/accounts/analyst-a/totp-1"]
    sheet = files["loginInfo-analyst-a.txt"].decode("utf-8-sig")
    assert stored_secrets(desk)[f"hic/{active.id}/database/postgres"] in sheet
    assert stored_secrets(desk)[f"hic/{active.id}/database/analyst-a"] in sheet
    code = pyotp.TOTP(seed).at(clock.now())
    assert pyotp.parse_uri(f"otpauth://totp/x?secret={seed}").verify(code, for_time=clock.now())
    assert not pyotp.TOTP(stored_secrets(desk)["hic/accounts/analyst-b/totp-1"]).verify(code, for_time=clock.now())


def test_a_second_issue_makes_nothing_new(desk: Desk, operator: Actor, active: Approval, audit: AuditLog) -> None:
    first = issue(desk, operator, active.id)
    files = {path: path.read_bytes() for one in first for path in one.files}
    secrets, entries = stored_secrets(desk), len(audit.entries())
    assert [one.package for one in issue(desk, operator, active.id)] == [None, None]
    assert stored_secrets(desk) == secrets
    assert len(audit.entries()) == entries
    assert {path: path.read_bytes() for path in files} == files


def test_the_group_credential_follows_when_its_user_stands(
    desk: Desk, operator: Actor, active: Approval, aws: Aws
) -> None:
    before = issue(desk, operator, active.id)
    assert all("does not stand yet" in " ".join(one.notes) for one in before)
    assert before[0].package is not None
    assert before[0].package.items == ALL_BUT_BACKUP
    aws.client("iam").create_user(UserName=names.backup_user(active.id), Path="/hic/")
    after = issue(desk, operator, active.id)
    assert [one.package.items for one in after if one.package] == [(Item.BACKUP,)] * 2
    assert len(opened(after[0])) == 3  # two forms of the notice, and the CSV


def test_only_the_named_handler(desk: Desk, operator: Actor, active: Approval) -> None:
    issued = issue(desk, operator, active.id, ["analyst-b"])
    assert [one.handler for one in issued] == ["analyst-b"]
    assert set(read_ledger(desk.records, active.id).holdings) == {"analyst-b"}
    with pytest.raises(BadInput, match="no handler of") as caught:
        issue(desk, operator, active.id, ["analyst-z"])
    assert "analyst-a, analyst-b" in caught.value.fix


def test_nothing_secret_is_kept_in_clear(desk: Desk, operator: Actor, active: Approval, backup_user: str) -> None:
    first = issue(desk, operator, active.id)[0]
    files = opened(first)
    secrets = [secret for name, secret in stored_secrets(desk).items() if not name.startswith("hic/ca/")]
    secrets += [files["certificateChainPass-analyst-a.txt"].decode().strip()]
    secrets += [first.files[1].read_text().strip()]
    account = next(line for line in files["loginInfo-analyst-a.txt"].decode().splitlines() if "初期パスワード:" in line)
    secrets.append(account.rpartition(" ")[2])
    assert len(secrets) >= 9
    assert min(map(len, secrets)) >= 20
    kept = everything_kept(desk)
    assert active.id.encode() in kept
    for secret in secrets:
        assert secret.encode() not in kept
        assert secret not in repr(first)
    notice = files[f"notice-{active.id}-analyst-a-01.md"].decode()
    assert all(secret not in notice for secret in secrets)
    assert stored_secrets(desk)["hic/ca/1"].splitlines()[3].encode() not in kept


@pytest.mark.parametrize("where", ["make_material", "pack", "write_private", "sha256_of", "_record"])
def test_a_run_that_stops_is_finished_by_the_next(
    desk: Desk, operator: Actor, active: Approval, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Wherever it stops, no package is on record as ready; the next run makes one that opens."""

    def stop(*_arguments: Any, **_named: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(issuing, where, stop)
        with pytest.raises(KeyboardInterrupt):
            issue(desk, operator, active.id, ["analyst-a"])
    begun = read_ledger(desk.records, active.id).holding("analyst-a")
    assert begun.packages == ()
    assert begun.items == {}
    assert not list(desk.folder.rglob("*.zip"))
    done = issue(desk, operator, active.id, ["analyst-a"])[0]
    assert done.package is not None
    assert set(opened(done)) == names_of(active, "analyst-a", 1)
    holding = read_ledger(desk.records, active.id).holding("analyst-a")
    assert holding.making is None
    issued = {r.sk.removeprefix(SERIAL): r.data["revoked"] for r in desk.records.list(PK, SERIAL)}
    good = holding.items[Item.CERTIFICATE].mark.split()[0]
    assert issued[good] is None
    assert all(revoked for serial, revoked in issued.items() if serial != good)


def test_a_handler_who_is_removed_while_it_runs_gets_nothing(
    desk: Desk, operator: Actor, active: Approval, approvals: Approvals, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = issuing.pack
    alone = changed(active, handlers=[active.handlers[0].model_dump(mode="json")])

    def meanwhile(path: Path, *arguments: Any) -> None:
        pack(path, *arguments)
        if "analyst-b" in path.name:
            change(approvals, desk.records, alone)

    monkeypatch.setattr(issuing, "pack", meanwhile)
    with pytest.raises(Refused, match="changed elsewhere"):
        issue(desk, operator, active.id)
    assert [path.name for path in desk.folder.rglob("*.zip")] == [f"credentials-{active.id}-analyst-a-01.zip"]
    issue(desk, operator, active.id)
    left = read_ledger(desk.records, active.id).holding("analyst-b")
    assert left.revoked is not None
    assert left.packages == ()
    revoked = {r.data["handler"]: r.data["revoked"] for r in desk.records.list(PK, SERIAL)}
    assert revoked["analyst-a"] is None
    assert revoked["analyst-b"]["reason"] == "left"


def test_two_who_issue_at_once_make_one_package(
    desk: Desk, operator: Actor, active: Approval, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack, entered = issuing.pack, []

    def meanwhile(path: Path, *arguments: Any) -> None:
        if not entered:
            entered.append(path)
            issue(desk, Actor("operator", "operator-2"), active.id, ["analyst-a"])
        pack(path, *arguments)

    monkeypatch.setattr(issuing, "pack", meanwhile)
    with pytest.raises(Refused, match="changed elsewhere"):
        issue(desk, operator, active.id, ["analyst-a"])
    holding = read_ledger(desk.records, active.id).holding("analyst-a")
    assert [package.by for package in holding.packages] == ["operator:operator-2"]


def test_names_that_are_not_ascii(
    desk: Desk, operator: Actor, approval: Approval, build: Callable[[Approval], Approval]
) -> None:
    person = approval.handlers[0].model_copy(update={"name": "髙﨑 𠮷子・Łukasz 刘"})
    one = build(
        changed(
            approval,
            title="「糖尿病」＆<脳卒中>｜の`研究`",
            applicant__organisation="例示大学 医学部 №1",
            handlers=[person.model_dump(mode="json")],
        )
    )
    issued = issue(desk, operator, one.id)[0]
    assert all(name.isascii() for name in opened(issued))
    assert all(path.name.isascii() for path in issued.files)
    text = opened(issued)[f"notice-{one.id}-analyst-a-01.md"].decode()
    assert "髙﨑 𠮷子・Łukasz 刘 様" in text


def test_twenty_handlers(
    desk: Desk, operator: Actor, approval: Approval, build: Callable[[Approval], Approval], audit: AuditLog
) -> None:
    people = [
        {**approval.handlers[0].model_dump(mode="json"), "id": f"analyst-{n:02d}", "email": f"a{n}@univ.example.jp"}
        for n in range(20)
    ]
    large = changed(approval, environment__kind="special", environment__spec="甲", handlers=people)
    build(large)
    issued = issue(desk, operator, large.id)
    assert len({one.files[1].read_text() for one in issued}) == 20
    assert len({path for one in issued for path in one.files}) == 80
    assert len({r.sk for r in desk.records.list(PK, SERIAL)}) == 20


def test_one_address_of_two_handlers(
    desk: Desk, operator: Actor, approval: Approval, build: Callable[[Approval], Approval]
) -> None:
    people = [
        {**one.model_dump(mode="json"), "email": f"{x}@univ.example.jp"}
        for one, x in zip(approval.handlers, ("A", "a"), strict=True)
    ]
    build(changed(approval, handlers=people))
    for act in (
        lambda: issue(desk, operator, approval.id),
        lambda: prepare_users(desk, changed(approval, handlers=people)),
    ):
        with pytest.raises(Refused, match="HIC-4") as caught:
            act()
        assert "analyst-a, analyst-b" in str(caught.value)
    assert list(desk.folder.rglob("*")) == []


def test_a_user_name_of_somebody_else(
    desk: Desk, operator: Actor, active: Approval, build: Callable[[Approval], Approval]
) -> None:
    issue(desk, operator, active.id)
    stranger = {**active.handlers[0].model_dump(mode="json"), "email": "stranger@other.example.jp"}
    other = build(changed(active, id="HIC-2026-900", handlers=[stranger]))
    with pytest.raises(Refused, match=f"belongs to another person, of {active.id}"):
        issue(desk, operator, other.id)


def test_a_person_of_two_approvals_keeps_password_and_phone(
    desk: Desk, operator: Actor, active: Approval, build: Callable[[Approval], Approval]
) -> None:
    issue(desk, operator, active.id)
    seed = stored_secrets(desk)["hic/accounts/analyst-a/totp-1"]
    other = build(changed(active, id="HIC-2026-900"))
    issued = issue(desk, operator, other.id)[0]
    assert f"has an account from {active.id}" in " ".join(issued.notes)
    files = opened(issued)
    assert "mfaQRCode-analyst-a.png" not in files
    assert "初期パスワード" not in files["loginInfo-analyst-a.txt"].decode()
    assert "お持ちのパスワードをそのまま" in files[f"notice-{other.id}-analyst-a-01.md"].decode()
    assert stored_secrets(desk)["hic/accounts/analyst-a/totp-1"] == seed


def test_only_for_environments_in_use(desk: Desk, operator: Actor, active: Approval, approvals: Approvals) -> None:
    for state in set(State) - {State.ACTIVE}:
        desk.records.write([approvals.get(active.id).moved(state)])
        for act in (issue, rotate):
            with pytest.raises(Refused, match=f"is '{state}'"):
                act(desk, operator, active.id)


def test_a_lost_key_of_the_authority(desk: Desk, operator: Actor, active: Approval, aws: Aws) -> None:
    aws.client("secretsmanager").delete_secret(SecretId="hic/ca/1", RecoveryWindowInDays=7)
    with pytest.raises(DependencyFailed, match="about to be deleted") as caught:
        issue(desk, operator, active.id)
    assert "restore-secret --secret-id hic/ca/1" in caught.value.fix
    aws.client("secretsmanager").restore_secret(SecretId="hic/ca/1")
    issue(desk, operator, active.id, ["analyst-a"])
    aws.client("secretsmanager").delete_secret(SecretId="hic/ca/1", ForceDeleteWithoutRecovery=True)
    with pytest.raises(DependencyFailed, match="key of the certificate authority is lost") as caught:
        issue(desk, operator, active.id)
    assert "hic platform ca create --replace" in caught.value.fix
    desk.authority.create(operator, replace=True)
    again = issue(desk, operator, active.id)
    assert [one.package.items for one in again if one.package] == [(Item.CERTIFICATE,), ALL_BUT_BACKUP]


def test_a_damaged_key_is_not_shown(desk: Desk, operator: Actor, active: Approval, aws: Aws) -> None:
    aws.client("secretsmanager").put_secret_value(SecretId="hic/ca/1", SecretString="-----BEGIN canary-0451-----")
    with pytest.raises(DependencyFailed, match="is damaged") as caught:
        issue(desk, operator, active.id)
    assert "canary" not in str(caught.value) + repr(caught.value.__cause__)


def test_an_extended_period_asks_for_a_new_certificate(
    desk: Desk, operator: Actor, active: Approval, approvals: Approvals
) -> None:
    issue(desk, operator, active.id)
    end = active.period.end - timedelta(days=5)
    change(approvals, desk.records, changed(active, period__end=end.isoformat()))
    again = issue(desk, operator, active.id)
    assert [one.package.items for one in again if one.package] == [(Item.CERTIFICATE,)] * 2
    old = [r for r in desk.records.list(PK, SERIAL) if r.data["revoked"]]
    assert len(old) == 2


def test_only_operators(desk: Desk, researcher: Actor, reviewer: Actor, active: Approval) -> None:
    for actor in (researcher, reviewer):
        for act in (issue, rotate):
            with pytest.raises(Refused, match="it is for operator"):
                act(desk, actor, active.id)
