"""After a package was made: handed over, renewed, withdrawn; and what each leaves behind."""

from __future__ import annotations

import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.approvals.names import secrets_of
from provisioning.assurance.leftovers import find_leftovers
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.clock import FixedClock
from provisioning.environments.credentials.authority import LIST_KEY, PK, ROOT_KEY, SERIAL
from provisioning.environments.credentials.desk import Desk, read_ledger
from provisioning.environments.credentials.handing_over import link, receive
from provisioning.environments.credentials.issuing import issue
from provisioning.environments.credentials.model import Item, PackageState
from provisioning.environments.credentials.people import Handlers
from provisioning.environments.credentials.radius import export_tokens
from provisioning.environments.credentials.revoking import revoke, revoke_certificate
from provisioning.environments.credentials.rotating import rotate
from provisioning.environments.credentials.status import credentials_status
from provisioning.errors import BadInput, DependencyFailed, Refused
from tests.approvals.test_fees import changed
from tests.environments.credentials.conftest import opened, stored_secrets


@pytest.fixture
def issued(desk: Desk, operator: Actor, active: Approval, backup_user: str) -> Approval:
    issue(desk, operator, active.id)
    return active


def listed(desk: Desk, folder: Path) -> str:
    """What OpenSSL reads in the published list, after it has checked its signature."""
    (folder / "list.crl").write_bytes(desk.share.read(LIST_KEY))
    (folder / "root.cer").write_bytes(desk.share.read(ROOT_KEY))
    command = ["openssl", "crl", "-inform", "DER", "-in", folder / "list.crl", "-CAfile", folder / "root.cer"]
    shown = subprocess.run([*command, "-noout", "-text"], capture_output=True, text=True, check=True)
    assert "verify OK" in shown.stderr
    return shown.stdout


def fetched(url: str) -> bytes | None:
    """What the link hands out; None when it has ended."""
    try:
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - loopback
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != 404:
            raise
        return None


def serial(desk: Desk, approval: Approval, handler: str) -> str:
    return read_ledger(desk.records, approval.id).holding(handler).items[Item.CERTIFICATE].mark.split()[0]


def test_a_link_hands_out_the_package_and_the_next_ends_it(
    desk: Desk, operator: Actor, issued: Approval, audit: AuditLog
) -> None:
    path = desk.folder / issued.id / f"credentials-{issued.id}-analyst-a-01.zip"
    first = link(desk, operator, issued.id, "analyst-a", minutes=30)
    assert fetched(first.url) == path.read_bytes()
    second = link(desk, operator, issued.id, "analyst-a")
    assert fetched(first.url) is None
    assert first.url not in str([entry.details for entry in audit.entries()])
    package = receive(desk, operator, issued.id, "analyst-a", "電話で本人確認")
    assert package.receipt is not None
    assert package.state is PackageState.RECEIVED
    assert fetched(second.url) is None
    assert not path.exists()
    assert not list((desk.folder / issued.id / "passwords").glob("*analyst-a*"))
    assert receive(desk, operator, issued.id, "analyst-a", "again").receipt == package.receipt
    with pytest.raises(Refused, match="is 'received'"):
        link(desk, operator, issued.id, "analyst-a")


def test_links_are_few_and_short(desk: Desk, operator: Actor, issued: Approval) -> None:
    for minutes in (0, 1441):
        with pytest.raises(BadInput, match=f"{minutes} minutes"):
            link(desk, operator, issued.id, "analyst-a", minutes=minutes)
    for _time in range(3):
        link(desk, operator, issued.id, "analyst-a")
    with pytest.raises(Refused, match="3 links were made"):
        link(desk, operator, issued.id, "analyst-a")
    with pytest.raises(Refused, match="no such package"):
        link(desk, operator, issued.id, "analyst-a", number=9)


def test_only_the_package_that_was_made_is_handed_out(desk: Desk, operator: Actor, issued: Approval) -> None:
    path = desk.folder / issued.id / f"credentials-{issued.id}-analyst-a-01.zip"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    with pytest.raises(Refused, match="not the package that was made"):
        link(desk, operator, issued.id, "analyst-a")
    path.unlink()
    with pytest.raises(Refused, match="not on this machine"):
        link(desk, operator, issued.id, "analyst-a")
    assert not ObjectStore(desk.aws, desk.work(issued.id).bucket).list("credentials/")


def test_rotation_changes_what_is_asked_and_nothing_else(
    desk: Desk, operator: Actor, issued: Approval, tmp_path: Path
) -> None:
    receive(desk, operator, issued.id, "analyst-a", "in person")
    old, secrets = serial(desk, issued, "analyst-a"), stored_secrets(desk)
    done = rotate(desk, operator, issued.id, ["analyst-a"], [Item.CERTIFICATE])
    assert [one.package.items for one in done if one.package] == [(Item.CERTIFICATE,)]
    assert serial(desk, issued, "analyst-a") != old
    assert stored_secrets(desk) == secrets
    assert "certificateChain-analyst-a.pfx" in opened(done[0])
    desk.authority.publish(operator, desk.share)
    assert old in listed(desk, tmp_path)
    again = rotate(desk, operator, issued.id, ["analyst-a"], [Item.DATABASE])
    assert again[0].package is not None
    now = stored_secrets(desk)
    assert {name for name in now if now[name] != secrets.get(name)} == {f"{secrets_of(issued.id)}database/analyst-a"}


def test_rotating_what_was_not_received_packs_all_of_it_anew(desk: Desk, operator: Actor, issued: Approval) -> None:
    done = rotate(desk, operator, issued.id, ["analyst-a"], [Item.DATABASE])
    assert done[0].package is not None
    assert set(done[0].package.items) == set(Item)
    first = read_ledger(desk.records, issued.id).holding("analyst-a").packages[0]
    assert first.state is PackageState.WITHDRAWN
    assert not (desk.folder / issued.id / first.file).exists()


def test_the_groups_own_are_made_anew_for_all(desk: Desk, operator: Actor, issued: Approval, backup_user: str) -> None:
    before = desk.access_keys.listed(backup_user)
    done = rotate(desk, operator, issued.id, [], [Item.BACKUP])
    assert [Item.BACKUP in one.package.items for one in done if one.package] == [True, True]
    after = desk.access_keys.listed(backup_user)
    assert after is not None
    assert before is not None
    assert list(after.values()) == ["Active"]
    assert not set(before) & set(after)


def test_a_new_second_factor_ends_the_old(desk: Desk, operator: Actor, issued: Approval) -> None:
    rotate(desk, operator, issued.id, ["analyst-a"], [Item.MFA])
    seeds = {name: seed for name, seed in stored_secrets(desk).items() if "totp" in name and "analyst-a" in name}
    assert "hic/accounts/analyst-a/totp-2" in seeds
    assert len(set(seeds.values())) == len(seeds)


def test_revocation_takes_everything_and_what_the_group_shares(
    desk: Desk, operator: Actor, issued: Approval, backup_user: str, tmp_path: Path
) -> None:
    gone, kept, before = serial(desk, issued, "analyst-b"), serial(desk, issued, "analyst-a"), stored_secrets(desk)
    done = revoke(desk, operator, issued.id, "analyst-b", "左遷により", "left")
    assert done.serials == (gone,)
    text = listed(desk, tmp_path)
    assert gone in text
    assert kept not in text
    assert "Affiliation Changed" in text
    now = stored_secrets(desk)
    prefix = f"{secrets_of(issued.id)}database/"
    assert {n for n in before if n in now and now[n] != before[n]} == {f"{prefix}analyst-b", f"{prefix}postgres"}
    assert "hic/accounts/analyst-b/totp-1" not in now
    assert desk.access_keys.listed(backup_user) == {}
    assert not list((desk.folder / issued.id).rglob("*analyst-b*"))
    follow = {one.handler: one for one in issue(desk, operator, issued.id)}
    assert follow["analyst-b"].package is None
    assert "was withdrawn" in follow["analyst-b"].notes[0]
    assert follow["analyst-a"].package is not None
    assert follow["analyst-a"].package.items == (Item.DATABASE, Item.BACKUP)


def test_a_repeated_revocation_changes_nothing_more(desk: Desk, operator: Actor, issued: Approval) -> None:
    revoke(desk, operator, issued.id, "analyst-b", "left")
    state, secrets = read_ledger(desk.records, issued.id).holdings, stored_secrets(desk)
    revoke(desk, operator, issued.id, "analyst-b", "left again")
    assert read_ledger(desk.records, issued.id).holdings == state
    assert stored_secrets(desk) == secrets


def test_who_was_withdrawn_is_let_in_again_by_name(desk: Desk, operator: Actor, issued: Approval) -> None:
    old = serial(desk, issued, "analyst-b")
    revoke(desk, operator, issued.id, "analyst-b", "misunderstanding")
    assert rotate(desk, operator, issued.id)[1].package is None
    back = next(one for one in rotate(desk, operator, issued.id, ["analyst-b"]) if one.handler == "analyst-b")
    assert back.package is not None
    assert set(back.package.items) == set(Item)
    assert serial(desk, issued, "analyst-b") != old


def test_a_lost_terminal(desk: Desk, operator: Actor, issued: Approval, tmp_path: Path) -> None:
    """HIC-10: the certificate alone; a new one is due, and the secretariat is told what a list does not do."""
    lost = serial(desk, issued, "analyst-a")
    done = revoke_certificate(desk, operator, issued.id, "analyst-a", "端末紛失")
    assert "reads no revocation list" in " ".join(done.acts)
    text = listed(desk, tmp_path)
    assert lost in text
    assert "Key Compromise" in text
    again = issue(desk, operator, issued.id)
    assert [one.package.items for one in again if one.package] == [(Item.CERTIFICATE,)]
    with pytest.raises(BadInput, match="A reason is needed"):
        revoke(desk, operator, issued.id, "analyst-a", "  ")


def test_a_lost_key_does_not_keep_anybody_in(desk: Desk, operator: Actor, issued: Approval) -> None:
    desk.aws.client("secretsmanager").delete_secret(SecretId="hic/ca/1", ForceDeleteWithoutRecovery=True)
    done = revoke(desk, operator, issued.id, "analyst-b", "left")
    assert "NO revocation list was published" in done.acts[0]
    assert read_ledger(desk.records, issued.id).holding("analyst-b").revoked is not None
    with pytest.raises(DependencyFailed, match="key of the certificate authority is lost"):
        rotate(desk, operator, issued.id)


def test_a_person_stays_in_the_other_approval(
    desk: Desk, operator: Actor, issued: Approval, build: Callable[[Approval], Approval]
) -> None:
    other = build(changed(issued, id="HIC-2026-900"))
    issue(desk, operator, other.id)
    done = revoke(desk, operator, issued.id, "analyst-a", "left")
    assert "other approvals use it" in " ".join(done.acts)
    assert "hic/accounts/analyst-a/totp-1" in stored_secrets(desk)
    revoke(desk, operator, other.id, "analyst-a", "left")
    assert "hic/accounts/analyst-a/totp-1" not in stored_secrets(desk)


def test_the_end_leaves_nothing(desk: Desk, operator: Actor, issued: Approval, tmp_path: Path) -> None:
    def secrets_left() -> list[str]:
        return [one.id for one in find_leftovers(desk.aws, issued.id) if one.kind == "secret"]

    assert len(secrets_left()) == 4  # three roles of the database, one access key
    for _time in range(2):
        Handlers(desk).withdraw(operator, issued.id)
    assert secrets_left() == []
    assert not list((desk.folder / issued.id).rglob("*.zip"))
    assert all(record.data["revoked"] for record in desk.records.list(PK, SERIAL))
    assert "Cessation Of Operation" in listed(desk, tmp_path)
    assert not [name for name in stored_secrets(desk) if "totp" in name]


def test_status_tells_what_is_left_to_do(desk: Desk, operator: Actor, issued: Approval, clock: FixedClock) -> None:
    _ledger, (first, second) = credentials_status(desk, issued.id)
    assert (first.due, first.waits, first.lapsed, first.calls_for_action) == ((), (1,), (), False)
    link(desk, operator, issued.id, "analyst-a", minutes=5)
    clock.advance(timedelta(minutes=6))
    _ledger, (first, second) = credentials_status(desk, issued.id)
    assert (first.lapsed, first.calls_for_action, second.calls_for_action) == ((1,), True, False)
    revoke(desk, operator, issued.id, "analyst-b", "left")
    _ledger, (first, second) = credentials_status(desk, issued.id)
    assert first.due == (Item.DATABASE, Item.BACKUP)
    assert second.due == ()


def test_tokens_are_written_for_the_owner_alone(
    desk: Desk, operator: Actor, issued: Approval, tmp_path: Path, audit: AuditLog
) -> None:
    path = tmp_path / "tokens.csv"
    assert export_tokens(desk, operator, issued.id, path) == ("analyst-a", "analyst-b")
    assert path.stat().st_mode & 0o777 == 0o600
    assert audit.entries()[-1].act == "credentials.radius"
    for handler in ("analyst-a", "analyst-b"):
        revoke(desk, operator, issued.id, handler, "left")
    with pytest.raises(Refused, match="Nobody of"):
        export_tokens(desk, operator, issued.id, path)


def test_only_operators(desk: Desk, researcher: Actor, issued: Approval, tmp_path: Path) -> None:
    acts: tuple[Callable[[], object], ...] = (
        lambda: link(desk, researcher, issued.id, "analyst-a"),
        lambda: receive(desk, researcher, issued.id, "analyst-a", "x"),
        lambda: revoke(desk, researcher, issued.id, "analyst-a", "x"),
        lambda: revoke_certificate(desk, researcher, issued.id, "analyst-a", "x"),
        lambda: export_tokens(desk, researcher, issued.id, tmp_path / "x"),
        lambda: desk.authority.create(researcher),
        lambda: desk.authority.publish(researcher, desk.share),
    )
    for act in acts:
        with pytest.raises(Refused, match="it is for operator"):
            act()


def test_the_list_is_known_to_lapse(desk: Desk, operator: Actor, active: Approval, clock: FixedClock) -> None:
    assert desk.authority.list_lapses() is None  # none was published, so none lapses
    issue(desk, operator, active.id)
    revoke_certificate(desk, operator, active.id, "analyst-a", "lost")
    assert desk.authority.list_lapses() is None
    published = clock.now()
    clock.advance(timedelta(days=20))
    assert desk.authority.list_lapses() == published + timedelta(days=30)
    desk.authority.publish(operator, desk.share)
    assert desk.authority.list_lapses() is None
    signed = x509.load_der_x509_crl(desk.share.read(LIST_KEY))
    assert signed.next_update_utc == desk.authority.require_root().list_until
