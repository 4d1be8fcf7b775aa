"""Every difference of two approvals is told once, weighed by the rules, and priced."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.approvals.change_fees import quote_change
from provisioning.approvals.changes import ORDER, ChangeApplication, Weight, change_content, heaviest, read_change
from provisioning.approvals.differences import differences, moved_to_current_rules
from provisioning.approvals.editing import Edits, edited, merged
from provisioning.approvals.fees import BASE_YEN, quote_fee
from provisioning.approvals.model import Approval
from provisioning.approvals.reading import read_approval
from provisioning.errors import BadInput, Refused
from tests.approvals.test_fees import changed
from tests.conftest import EXAMPLES

ONE = read_approval(EXAMPLES / "exploratory-windows.yaml")
SPECIAL = read_approval(EXAMPLES / "special-linked.yaml")
NEW = {"id": "analyst-n", "name": "取扱者 N", "email": "n@univ.example.jp", "place": "lab"}
EXTENSION = {"until": "2027-10-31", "evidence": "投稿受付 2027-04"}


def handlers(*more: dict[str, Any], without: str = "") -> list[Any]:
    return [*(h.model_dump() for h in ONE.handlers if h.id != without), *more]


def weighed(one: Approval, other: Approval, *, built: bool = True) -> dict[str, tuple[Weight, str]]:
    return {d.path: (d.weight, d.rule) for d in differences(one, other, built=built)}


@pytest.mark.parametrize(
    ("parts", "path", "weight", "rule"),
    [
        ({"handlers": handlers(without="analyst-b")}, "handlers.-analyst-b", "minor", "LIFE-3 ii"),
        ({"handlers": handlers(NEW)}, "handlers.+analyst-n", "change", "LIFE-4"),
        ({"handlers__1": {**handlers()[1], "email": "b2@univ.example.jp"}}, "handlers.analyst-b.email", "minor", None),
        ({"handlers__1": {**handlers()[1], "full_time": True}}, "handlers.analyst-b.full_time", "minor", "LIFE-3 i"),
        ({"title": "別の研究"}, "title", "change", "LIFE-4"),
        ({"datasets__0": {**ONE.datasets[0].model_dump(), "months": ["202204", "202207"]}}, None, "change", "LIFE-4"),
        ({"publications": [{"venue": "論文", "form": "表", "planned": "2027"}]}, None, "minor", "LIFE-3 iii"),
        ({"period__end": "2027-03-31"}, "period.end", "change", "LIFE-1"),
        ({"period__extension": EXTENSION}, "period.extension", "minor", "LIFE-3 iv"),
        ({"environment__options__extension_tb": 1}, "environment.options.extension_tb", "change", "LIFE-4"),
        ({"environment__os": "ubuntu"}, "environment.os", "impossible", "ENV-3"),
        ({"environment__kind": "special"}, "environment.kind", "impossible", "ENV-2"),
        ({"applicant__organisation": "別の大学"}, "applicant.organisation", "impossible", "VOC-4"),
        ({"id": "HIC-2026-002"}, "id", "impossible", "VOC-6"),
        ({"decision__date": "2026-10-19"}, "decision.date", "impossible", "FLOW-5"),
        ({"pledges_accepted": False}, "pledges_accepted", "completion", "FLOW-7"),
        ({"rules": "2"}, "rules", "impossible", "W16510"),
        ({"period__start": "2026-11-02"}, "period.start", "impossible", "HIC-23"),
    ],
)
def test_what_each_difference_asks_for(parts: dict[str, Any], path: str | None, weight: str, rule: str | None) -> None:
    other = _with(ONE, parts)
    found = weighed(ONE, other)
    assert {w for w, _rule in found.values()} == {Weight(weight)}
    if path:
        assert set(found) == {path}
    if rule:
        assert {r for _weight, r in found.values()} == {rule}


def _with(approval: Approval, parts: dict[str, Any]) -> Approval:
    content = approval.model_dump(mode="json")
    for path, value in parts.items():
        *upper, last = path.split("__")
        target: Any = content
        for key in upper:
            target = target[key]
        target[int(last) if last.isdigit() else last] = value
    return Approval.model_validate(content)


def test_before_anything_stands_more_can_be_changed() -> None:
    assert weighed(ONE, changed(ONE, environment__os="ubuntu"), built=False)["environment.os"][0] is Weight.CHANGE
    assert weighed(ONE, changed(ONE, period__start="2026-11-02"), built=False)["period.start"][0] is Weight.CHANGE


def test_another_name_and_address_are_another_person() -> None:
    other = {**handlers()[1], "name": "別人", "email": "else@univ.example.jp"}
    found = weighed(ONE, _with(ONE, {"handlers__1": other}))
    assert set(found.values()) == {(Weight.CHANGE, "HIC-4")}


def test_a_disk_does_not_shrink_and_an_extension_is_given_once() -> None:
    larger = changed(SPECIAL, environment__options__extension_tb=3)
    path = "environment.options.extension_tb"
    assert weighed(larger, SPECIAL)[path] == (Weight.IMPOSSIBLE, "ENV-4")
    assert weighed(larger, SPECIAL, built=False)[path][0] is Weight.CHANGE
    extended = changed(ONE, period__extension=EXTENSION)
    again = changed(ONE, period__extension={**EXTENSION, "until": "2027-12-31"})
    assert weighed(extended, again)["period.extension"] == (Weight.IMPOSSIBLE, "LIFE-3 iv")


def test_old_rules_end_with_a_change_that_needs_the_committee() -> None:
    old = changed(ONE, rules="2")
    assert moved_to_current_rules(old, changed(old, title="別の研究"), built=True).rules == "3"
    assert moved_to_current_rules(old, old, built=True).rules == "2"
    minor = changed(old, handlers=handlers(without="analyst-b"))
    assert moved_to_current_rules(old, minor, built=True).rules == "2"


# -- properties ------------------------------------------------------------------------------------

PARTS: dict[str, list[Any]] = {
    "title": [ONE.title, "別の研究"],
    "handlers": [handlers(), handlers(NEW), handlers(without="analyst-b"), handlers()[::-1]],
    "datasets": [
        [{"kind": "trial", "months": ["202204"], "tables": ["DPC_*", "MED_INI_*"]}],
        [{"kind": "trial", "months": ["202207", "202204"], "tables": ["MED_INI_*", "DPC_*"]}],
        [{"kind": "panel", "years": [2022]}],
    ],
    "publications": [[p.model_dump() for p in ONE.publications], [{"venue": "論文", "form": "表", "planned": "2027"}]],
    "period": [
        {"start": "2026-11-01", "end": "2027-04-30"},
        {"start": "2026-11-01", "end": "2027-02-28"},
        {"start": "2026-11-01", "end": "2027-04-30", "extension": EXTENSION},
    ],
    "pledges_accepted": [True, False],
    "linked_databases": [[], ["介護DB"]],
    "environment": [
        {"kind": "exploratory", "spec": "丙", "os": "windows", "options": {"extension_tb": n, "storage_tb": n}}
        for n in (0, 2)
    ],
}
approvals_ = st.fixed_dictionaries({name: st.sampled_from(choices) for name, choices in PARTS.items()}).map(
    lambda parts: Approval.model_validate({**ONE.model_dump(mode="json"), **parts})
)


def same(one: Approval, other: Approval) -> bool:
    return not differences(one, other, built=True)


@settings(max_examples=60, deadline=None)
@given(approvals_, approvals_, st.booleans())
def test_differences_are_found_both_ways_and_once(one: Approval, other: Approval, built: bool) -> None:
    there, back = (differences(a, b, built=built) for a, b in ((one, other), (other, one)))
    assert len({d.path for d in there}) == len(there)
    flipped = {re.sub(r"^(\w+)\.([+-])", lambda m: f"{m[1]}.{'-' if m[2] == '+' else '+'}", d.path) for d in there}
    assert flipped == {d.path for d in back}
    assert all(d.rule and d.what for d in there)
    assert differences(one, one, built=built) == ()
    assert heaviest(there) == (max((d.weight for d in there), key=ORDER.index) if there else None)


@settings(max_examples=60, deadline=None)
@given(approvals_, approvals_)
def test_only_what_the_rules_list_is_minor(one: Approval, other: Approval) -> None:
    """LIFE-3 is a closed list: an approval with more people, data, place or machine is never a minor change."""
    found = differences(one, other, built=True)
    if heaviest(found) in (Weight.MINOR, Weight.COMPLETION, None):
        assert {h.id for h in other.handlers} <= {h.id for h in one.handlers}
        assert (other.title, set(other.linked_databases)) == (one.title, set(one.linked_databases))
        assert other.environment == one.environment
        assert other.period.end == one.period.end


@settings(max_examples=60, deadline=None)
@given(approvals_, approvals_)
def test_a_change_merges_with_what_is_registered(one: Approval, other: Approval) -> None:
    assert same(merged(one, other, one), other)
    assert same(merged(one, one, other), other)
    assert same(merged(one, other, other), other)


@settings(max_examples=80, deadline=None)
@given(approvals_, approvals_, st.sampled_from([Weight.MINOR, Weight.CHANGE]), st.integers(-10, 400))
def test_the_fee_of_a_change(one: Approval, other: Approval, weight: Weight, days: int) -> None:
    base = BASE_YEN["minor" if weight is Weight.MINOR else "change"]
    day = date.fromordinal(one.period.start.toordinal() + days)
    quote = quote_change(one, other, weight, day)
    assert quote.total >= base  # nothing is paid back
    assert quote_change(one, one, weight, day).total == base
    if quote.kept == 0 and days <= 0:
        # A change before the first day costs what the two applications differ by.
        assert quote.total - base == quote_fee(other).total - quote_fee(one).total
    assert quote_change(one, other, Weight.COMPLETION, day).total == 0


def test_the_months_that_are_left_cost_the_difference() -> None:
    larger = changed(SPECIAL, environment__options__extension_tb=3)
    each = 17_400 * 2
    for day, left in ((date(2026, 10, 1), 6), (date(2026, 11, 15), 6), (date(2026, 12, 1), 5), (date(2027, 4, 30), 1)):
        quote = quote_change(SPECIAL, larger, Weight.CHANGE, day)
        assert quote.total == 81_000 + left * each - left * each // 2, day
    # A begun month stays at the dearer price, and what becomes cheaper is not paid back.
    smaller = quote_change(larger, SPECIAL, Weight.CHANGE, date(2026, 12, 1))
    assert (smaller.total, smaller.kept) == (81_000, 4 * each - 4 * each // 2)


def test_the_approval_of_the_records_is_the_one_that_was_put_there() -> None:
    found = differences(ONE, changed(ONE, title="別の研究"), built=True)
    change = ChangeApplication(1, Weight.CHANGE, found, ONE, changed(ONE, title="別の研究"), 81_000, "t", "operator:o")
    assert read_change(change_content(change)) == change


# -- edits -----------------------------------------------------------------------------------------


def test_edits_say_what_they_say() -> None:
    edits = Edits(add_handlers=[NEW], remove_handlers=["analyst-b"], add_months=["202207"], options={"storage_tb": 1})
    one = edited(ONE, edits)
    assert [h.id for h in one.handlers] == ["analyst-a", "analyst-n"]
    assert one.datasets[0].model_dump()["months"] == ("202204", "202207")
    assert one.environment.options.storage_tb == 1
    assert edited(one, Edits(add_handlers=[one.handlers[1].model_dump()], add_months=["202207"])) == one
    assert Edits().nothing
    assert not edits.nothing


def test_mistakes_in_edits_are_told_together() -> None:
    with pytest.raises(BadInput, match="no handler analyst-x") as caught:
        edited(ONE, Edits(remove_handlers=["analyst-x"]))
    assert "analyst-a, analyst-b" in caught.value.fix
    assert edited(ONE, Edits(remove_handlers=["analyst-x"]), frozenset({"analyst-x"})) == ONE
    with pytest.raises(BadInput) as caught:
        edited(ONE, Edits(add_handlers=[{**NEW, "email": "none"}], add_months=["202205"]))
    assert {p.where for p in caught.value.problems} >= {"handlers.2.email"}
    assert len(caught.value.problems) == 2
    with pytest.raises(BadInput, match="1 mistake") as caught:
        edited(ONE, Edits(end=date(2027, 5, 1)))
    assert "(LIFE-1) -> the last possible day is 2027-04-30" in str(caught.value)
    with pytest.raises(BadInput, match="no trial data"):
        edited(SPECIAL, Edits(add_months=["202204"]))


def test_two_changes_of_one_thing_clash() -> None:
    with pytest.raises(Refused, match="changed in the same places") as caught:
        merged(ONE, changed(ONE, title="A"), changed(ONE, title="B"))
    assert caught.value.problems[0].where == "title"
    removed = changed(ONE, handlers=handlers(without="analyst-b"))
    both = merged(ONE, changed(ONE, handlers=handlers(NEW)), removed)
    assert [h.id for h in both.handlers] == ["analyst-a", "analyst-n"]
