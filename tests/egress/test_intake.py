"""What may be brought in (HIC-16), and the way in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.aws.objects import ObjectStore
from provisioning.egress import store
from provisioning.egress.downloads import revoke
from provisioning.egress.intake import check_incoming
from provisioning.egress.model import Choice, Direction, Request
from provisioning.egress.release import release
from provisioning.egress.review import decide, queue
from provisioning.egress.states import State
from provisioning.egress.submission import Desk, Draft, submit
from provisioning.errors import BadInput, Refused

AWS_KEY = "AKIA" + "ABCDEFGHIJKLMNOP"
KEY_HEAD = "-----BEGIN RSA " + "PRIVATE KEY-----"


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook(value: object = 1) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_part(content: bytes, part: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return packed({**files, part: b"x"})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("master.csv", "コード,名称\n1,アスピリン\n2,-\n3,-5.5%\n".encode()),
        ("master.csv", "コード,名称\n1,アスピリン\n".encode("cp932")),
        ("q.sql", b"SELECT 1 - 1;\n"),
        ("m.tsv", b"a\tb\n1\t2\n"),
        ("note.md", "説明".encode()),
        ("empty.txt", b""),
        ("mz.csv", b"MZ,1\nplain,text that goes on and on and on and on and on and on and on\n"),
        ("b.xlsx", workbook()),
        ("p.zip", packed({"a/m.csv": b"a,b\n1,2\n", "q.sql": b"SELECT 1;"})),
    ],
)
def test_data_and_sql_come_in_without_findings(name: str, content: bytes) -> None:
    report = check_incoming([(name, content)])
    assert report.findings == ()
    assert report.files == (name,)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("run.exe", b"x", "type"),
        ("script.py", b"print()", "type"),
        ("macro.xlsm", workbook(), "type"),
        ("noext", b"x", "type"),
        ("a.csv", b"MZ" + b"\0" * 70, "Windows program"),
        ("a.csv", b"\x7fELF\x02", "ELF"),
        ("a.txt", b"#!/bin/sh\n", "script"),
        ("a.sql", b"\xcf\xfa\xed\xfe", "Mach-O"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0", "OLE"),
        ("a.csv", b"a\0b", "no text"),
        ("a.csv", b"\xff\xfe\x81", "no text"),
        ("a.xlsx", b"PK\x03\x04 broken", "unpacked"),
        ("a.zip", b"no zip", "unpacked"),
        ("a.xlsx", packed({"x": b"y"}), "no workbook"),
        ("a.zip", packed({"b.zip": packed({"c.csv": b"1"})}), "type"),
        ("a.zip", packed({"b.exe": b"MZ"}), "type"),
        ("a.zip", packed({"b.csv": b"\x7fELF"}), "ELF"),
        ("a.zip", packed({"../b.csv": b"1"}), "leads out"),
        ("a.zip", packed({"..\\b.csv": b"1"}), "leads out"),
        ("a.zip", packed({"C:b.csv": b"1"}), "leads out"),
        ("a.zip", packed({"/etc/b.csv": b"1"}), "leads out"),
        ("a.zip", packed({"b.csv": b"0" * (2 << 20)}), "unpacks to"),
        ("a.zip", packed({f"{n}.csv": b"1" for n in range(1001)}), "more than 1000"),
        ("a.zip", packed({"b.csv": b"abcdef" * 9})[:60], "unpacked"),
    ],
    # Archives carry the time of their making, which has no place in the name of a test.
    ids=lambda value: value if isinstance(value, str) else "content",
)
def test_what_may_not_come_in_is_refused_by_name(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_incoming([("fine.csv", b"a\n"), (name, content)])
    (problem,) = caught.value.problems
    assert problem.where == name
    assert reason in problem.what
    assert problem.fix


def test_encrypted_linked_and_doubled_members_are_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("l.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    encrypted = bytearray(packed({"a.csv": b"1"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        encrypted[encrypted.index(signature) + offset] |= 1
    doubled = io.BytesIO()
    with zipfile.ZipFile(doubled, "w") as archive:
        archive.writestr("a.csv", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.csv", "2")
    for content, reason in (
        (buffer.getvalue(), "is a link"),
        (bytes(encrypted), "encrypted"),
        (doubled.getvalue(), "one name"),
    ):
        with pytest.raises(BadInput) as caught:
            check_incoming([("a.zip", content)])
        assert reason in caught.value.problems[0].what


@pytest.mark.parametrize(
    ("name", "text", "rule", "verdict", "cell"),
    [
        ("a.sql", f"-- x\nSET k = '{AWS_KEY}';", "IN-4", "fail", "A2"),
        ("a.txt", "aws_secret_access_key = " + "a1B2" * 10, "IN-4", "fail", "A1"),
        ("a.md", f"{KEY_HEAD}\nxx", "IN-4", "fail", "A1"),
        ("a.sql", "postgresql://me:" + "hunter22@db/x", "IN-4", "fail", "A1"),
        ("a.csv", "a,b\n1,=cmd|' /C calc'!A0\n", "IN-3", "review", "B2"),
        ("a.csv", "a,b\n@SUM(A1),1\n", "IN-3", "review", "A2"),
        ("a.tsv", "a\tb\n1\t+1+1\n", "IN-3", "review", "B2"),
    ],
)
def test_secrets_and_formulas_are_found_with_their_place(
    name: str, text: str, rule: str, verdict: str, cell: str
) -> None:
    (finding,) = check_incoming([(name, text.encode())]).findings
    assert (finding.rule, finding.verdict, finding.cell) == (rule, verdict, cell)
    assert AWS_KEY not in finding.reason
    inside = check_incoming([("p.zip", packed({f"d/{name}": text.encode()}))]).findings[0]
    assert (inside.file, inside.rule) == (f"p.zip/d/{name}", rule)


def test_many_findings_are_told_in_short() -> None:
    report = check_incoming([("a.csv", b"a\n" + b"=1+1\n" * 5000)])
    assert len(report.findings) == 21
    assert "4980 more" in report.findings[-1].reason


@pytest.mark.parametrize(
    ("content", "rule", "verdict"),
    [
        (with_part(workbook(), "xl/vbaProject.bin"), "IN-2", "fail"),
        (with_part(workbook(), "xl/externalLinks/externalLink1.xml"), "IN-2", "fail"),
        (with_part(workbook(), "xl/embeddings/o.bin"), "IN-2", "fail"),
        (workbook("=1+1"), "IN-3", "review"),
        (workbook(f"key {AWS_KEY}"), "IN-4", "fail"),
    ],
)
def test_what_hides_in_a_workbook_is_found(content: bytes, rule: str, verdict: str) -> None:
    found = {(finding.rule, finding.verdict) for finding in check_incoming([("a.xlsx", content)]).findings}
    assert found == {(rule, verdict)}


@pytest.fixture
def bring(desk: Desk, registered: Approval, tmp_path: Path) -> Callable[..., Request]:
    def run(actor: Actor, content: bytes = b"SELECT 1;\n", name: str = "q.sql") -> Request:
        path = tmp_path / name
        path.write_bytes(content)
        draft = Draft(registered.id, (path,), "集計用SQL", "自作", True, direction=Direction.IN)
        return submit(desk, actor, draft)[0]

    return run


def test_the_same_machine_the_other_way(
    desk: Desk,
    bucket: ObjectStore,
    bring: Callable[..., Request],
    operator: Actor,
    reviewer: Actor,
    second_reviewer: Actor,
) -> None:
    request = bring(operator)
    assert (request.id, request.state, request.author) == ("HIC-2026-001-I001", State.UNDER_REVIEW, "operator-1")
    assert queue(desk.records, desk.clock, reviewer) == []
    (line,) = queue(desk.records, desk.clock, reviewer, direction=Direction.IN)
    assert line.request == request
    with pytest.raises(Refused):
        release(desk, operator, request.id)
    with pytest.raises(Refused, match="filed this request"):
        decide(desk, Actor("reviewer", "operator-1"), request.id, Choice.APPROVE, "mine")
    for actor in (reviewer, second_reviewer):
        decide(desk, actor, request.id, Choice.APPROVE, "ok")
    done = release(desk, operator, request.id)
    assert bucket.read(f"import/{request.id}/q.sql") == b"SELECT 1;\n"
    assert done.release
    assert done.release.register_of_numbers is None
    assert [entry.act for entry in desk.audit.entries()][-6:] == [
        "ingress.submit",
        "ingress.checking",
        "ingress.checked",
        "ingress.opinion",
        "ingress.approve",
        "ingress.release",
    ]
    assert queue(desk.records, desk.clock, reviewer, direction=Direction.IN) == []
    assert revoke(desk, operator, request.id, "誤り").state is State.REVOKED
    assert bucket.head(f"import/{request.id}/q.sql") is None


def test_a_secret_comes_in_with_a_deviation_only_and_a_program_not_at_all(
    desk: Desk, bucket: ObjectStore, bring: Callable[..., Request], operator: Actor, reviewer: Actor
) -> None:
    with pytest.raises(BadInput):
        bring(operator, b"\x7fELF", "x.csv")
    assert bucket.list() == []
    request = bring(operator, AWS_KEY.encode(), "x.txt")
    with pytest.raises(Refused, match="1 finding"):
        decide(desk, reviewer, request.id, Choice.APPROVE, "ok")
    assert decide(desk, reviewer, request.id, Choice.APPROVE, "ok", "例示の鍵").votes
    assert store.load(desk.records, request.id, Direction.IN).request.fail == 1
    with pytest.raises(BadInput, match="no request"):
        store.load(desk.records, request.id, Direction.OUT)
