"""Approval files: every mistake at once, each with its line and fix."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from provisioning.approvals.drafting import draft_approval
from provisioning.approvals.reading import parse_approval, read_approval
from provisioning.errors import BadInput
from tests.conftest import EXAMPLES

GOOD = (EXAMPLES / "exploratory-windows.yaml").read_text(encoding="utf-8")

PERIOD = "start: 2026-11-01, end: 2027-04-30"
ANNEX = "  - {id: annex, name: A, address: B, cidrs: [203.0.113.0/24]}\n"


def mistakes(text: str) -> list[str]:
    with pytest.raises(BadInput) as caught:
        parse_approval(text, "a.yaml")
    return [str(problem) for problem in caught.value.problems]


def line_of(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda p: p.stem)
def test_examples_are_valid(path: Path) -> None:
    assert read_approval(path).handlers


def test_all_mistakes_are_listed_with_their_lines() -> None:
    text = (
        GOOD.replace("title:", "titel:")
        .replace("analyst-b@univ.example.jp", "analyst-b at univ")
        .replace("203.0.113.16/28", "203.0.0.0/8")
        .replace('"202204"', '"202205"')
        .replace("os: windows", "os: beos")
    )
    found = mistakes(text)
    for part, line in [
        ("titel: this key is unknown", line_of(text, "titel")),
        ("no e-mail address", line_of(text, "analyst-b at univ")),
        ("wider than /24", line_of(text, "203.0.0.0/8")),
        ("no trial month", line_of(text, "202205")),
        ("'beos' is not one of the choices", line_of(text, "beos")),
    ]:
        assert any(part in m and m.startswith(f"a.yaml:{line} ") for m in found), (part, found)
    assert any("title: this is missing" in m for m in found)
    assert len(found) == 6


@pytest.mark.parametrize(
    ("old", "new", "part", "rule", "fix"),
    [
        (
            "    place: lab\n    full_time",
            "    place: lob\n    full_time",
            "of the approved places",
            "HIC-1",
            "one of: lab",
        ),
        ("end: 2027-04-30", "end: 2027-05-01", "longer than 6 months", "LIFE-1", "last possible day is 2027-04-30"),
        ("spec: 丙", "spec: 甲", "not offered for exploratory use", "FEE-5", "use one of: 丙"),
        ("    files_requests: true\n", "", "marked files_requests", "REV-3", "mark the one who files"),
        (PERIOD, "start: 2026-10-01, end: 2027-03-31", "before the decision", "", "on that day or later"),
        (PERIOD, "start: 2026-11-02, end: 2026-11-01", "ends before it starts", "", "correct the start or the end"),
        ("id: analyst-b", "id: analyst-a", "given twice", "HIC-4", "an id of its own"),
        (
            "kind: exploratory",
            "kind: exploratory\n  options: {software_users: 1}",
            "甲 and 乙 only",
            "FEE-7",
            "leave it",
        ),
        (
            "datasets:\n",
            "datasets:\n  - {kind: extracted, description: x}\n",
            "trial and panel",
            "ENV-2",
            "kind: special",
        ),
        (
            "  date:",
            "  chair_confirmed: 2026-10-30\n  date:",
            "confirmed by the chair",
            "FLOW-5",
            "chair_confirmed out",
        ),
        (
            PERIOD,
            f"{PERIOD}, extension: {{until: 2029-05-01, evidence: x}}",
            "not possible",
            "LIFE-3",
            "after 2029-04-30",
        ),
        ("cidrs: [203.0.113.16/28]\n", f"cidrs: [203.0.113.16/28]\n{ANNEX}", "overlaps", "HIC-1", "its own addresses"),
    ],
)
def test_parts_held_against_each_other(old: str, new: str, part: str, rule: str, fix: str) -> None:
    assert old in GOOD
    (found,) = mistakes(GOOD.replace(old, new))
    what, arrow, way_out = found.partition(" -> ")
    assert part in what
    assert rule in what
    assert arrow
    assert fix in way_out


@pytest.mark.parametrize(
    ("old", "new", "fix"),
    [
        ("analyst-b@univ.example.jp", "analyst-b", "write it like name@"),
        ("203.0.113.16/28", "203.0.113.17/28", "write it like 203.0.113.16/28"),
        ("203.0.113.16/28", "203.0.0.0/8", "the place's own addresses"),
        ('"202204"', '"202205"', "month 01, 04, 07 or 10"),
        ("end: 2027-04-30", "end: someday", "YYYY-MM-DD"),
        ("pledges_accepted: true", "pledges_accepted: perhaps", "write true or false"),
        ("kind: exploratory", "kind: exploratory\n  options: {storage_tb: many}", "a plain number"),
        ("kind: exploratory", "kind: exploratory\n  options: {storage_tb: -1}", "give 0 or more"),
        ("title:", 'title: ""\nTITLE:', "fill it in"),
        ("title:", "title: [a]\nTITLE:", "put it in quotes"),
        ("places:\n", "places: 1\nPLACES:\n", "see in examples/"),
    ],
)
def test_every_value_that_cannot_be_has_its_way_out(old: str, new: str, fix: str) -> None:
    assert old in GOOD
    found = mistakes(GOOD.replace(old, new))
    assert all(" -> " in one for one in found), found
    assert any(fix in one.partition(" -> ")[2] for one in found), found


def test_a_place_outside_japan_is_refused_with_its_line() -> None:
    text = GOOD.replace("    address:", "    country: KR\n    address:", 1)
    assert text != GOOD
    (found,) = mistakes(text)
    assert found.startswith(f"a.yaml:{line_of(text, 'country: KR')} ")
    assert "in Japan only" in found
    assert "HIC-1" in found


def test_too_many_persons_for_the_spec() -> None:
    person = "  - {id: extra-%d, name: X, email: x%d@univ.example.jp, place: lab}\n"
    extra = "".join(person % (n, n) for n in range(3))
    found = mistakes(GOOD.replace("places:\n", extra + "places:\n"))
    told = "a.yaml:10 handlers: 5 handlers, but spec 丙 takes at most 4 (ENV-6) -> name at most 4 handlers"
    assert found == [told]
    special = (EXAMPLES / "special-linked.yaml").read_text(encoding="utf-8").replace("spec: 甲", "spec: 丙")
    crowded = special.replace("places:\n", "".join(person % (n, n) for n in range(5)) + "places:\n", 1)
    assert any("take a spec for more persons: 甲, 乙; or name at most 4 handlers" in one for one in mistakes(crowded))


def test_no_full_time_handler() -> None:
    text = GOOD.replace("    files_requests: true\n", "    files_requests: true\n    full_time: false\n")
    assert "full-time (VOC-4a)" in mistakes(text)[0]


def test_a_repeated_key_is_a_mistake() -> None:
    found = mistakes(GOOD + "title: another\n")
    assert found == [f"a.yaml:{GOOD.count(chr(10)) + 1}: 'title' is given twice -> keep one"]


@pytest.mark.parametrize("text", ["id: [1, 2", "a: b: c", "\tid: x"])
def test_broken_yaml_names_the_line(text: str) -> None:
    found = mistakes(text)
    assert found[0].startswith("a.yaml:")
    assert "indentation" in found[0]


@pytest.mark.parametrize("text", ["", "- 1\n- 2\n", "just words"])
def test_what_is_no_approval_says_where_to_start(text: str) -> None:
    with pytest.raises(BadInput, match="examples/"):
        parse_approval(text)


def test_a_file_in_another_encoding_or_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(GOOD.encode("cp932"))
    with pytest.raises(BadInput, match="UTF-8"):
        read_approval(path)
    with pytest.raises(BadInput, match="cannot be read"):
        read_approval(tmp_path / "none.yaml")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda p: p.stem)
@pytest.mark.parametrize("start", [date(2027, 8, 31), date(2028, 2, 29)])
def test_a_draft_is_valid_at_any_start(path: Path, start: date) -> None:
    approval = parse_approval(draft_approval(path.read_text(encoding="utf-8"), "HIC-2030-009", start))
    assert (approval.id, approval.period.start) == ("HIC-2030-009", start)
