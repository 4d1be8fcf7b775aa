"""Age groups in headings and labels: PUB-10, PUB-11, PUB-11b, PUB-11c."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from provisioning.disclosure.ages import OLDEST, AgeGroup, read_age
from provisioning.disclosure.columns import Understood
from provisioning.disclosure.model import Finding, Verdict, shown
from provisioning.disclosure.rules.registry import Pack, cell_place, finding, heading_place
from provisioning.disclosure.values import folded, in_words
from provisioning.messages import _

WIDTH = 5
LAST_GROUP = 100
CHILD, MINOR = 15, 20
WELFARE_GROUPS = frozenset({(15, 17), (18, 19)})
CARE_FROM, CARE_LAST = 65, 95

_SAYS_AGE = re.compile(r"年齢|年代|(?<![a-z])age(?![a-z])")


class Judgement(NamedTuple):
    """What the rules say about one age group."""

    rule: str
    verdict: Verdict


def judge_age(group: AgeGroup) -> Judgement | None:
    """PUB-10 and PUB-11 for one group; None when it passes.

    Groups of 5 years and their unions pass, and 100 and over as one. Finer groups are reviewed
    below 20 years of age and refused above.
    """
    if group.is_open:
        whole = group.low % WIDTH == 0 and group.low <= LAST_GROUP
    else:
        whole = group.low % WIDTH == 0 and (group.high + 1) % WIDTH == 0 and group.high < LAST_GROUP
    if whole:
        return None
    if not group.is_open and group.high < MINOR:
        return Judgement("PUB-11", "review")
    return Judgement("PUB-11" if group.is_single else "PUB-10", "fail")


def judge_age_with_care(group: AgeGroup) -> Judgement | None:
    """PUB-11c: with the long-term care database, a part of the ages below 65 or from 95 on is reviewed."""
    part_of_young = group.high < CARE_FROM and (group.low, group.high) != (0, CARE_FROM - 1)
    part_of_old = group.low >= CARE_LAST and (group.low, group.high) != (CARE_LAST, OLDEST)
    return Judgement("PUB-11c", "review") if part_of_young or part_of_old else None


def age_groups(read: Understood, pack: Pack) -> Iterator[Finding]:
    """Every kind of judgement once per table, with the groups it is about."""
    found: dict[tuple[Judgement, bool], list[tuple[str, tuple[int, int]]]] = {}
    for group, text, place in _groups(read):
        judgements = [judge_age(group)]
        if pack.links_disability_welfare and (group.low, group.high) in WELFARE_GROUPS:
            judgements = [Judgement("PUB-11b", "review")]
        if pack.links_long_term_care:
            judgements.append(judge_age_with_care(group))
        for judgement in judgements:
            if judgement:
                minor = judgement.rule == "PUB-11" and CHILD <= group.high < MINOR
                found.setdefault((judgement, minor), []).append((text, place))
    for (judgement, minor), where in found.items():
        names = shown(list(dict.fromkeys(text for text, _place in where)))
        reason, fix = _words(judgement, minor)
        yield finding(read, judgement.rule, judgement.verdict, where[0][1], reason.format(ages=names), fix)


def _words(judgement: Judgement, minor: bool) -> tuple[str, str]:
    if judgement.rule == "PUB-11c":
        return (
            _("With the long-term care database, ages below 65 and from 95 on are one group each: {ages}."),
            _("Join these groups, unless the approval says otherwise."),
        )
    if judgement.rule == "PUB-11b":
        return (
            _("Groups of the disability welfare database stand where the NDB has 15-19: {ages}."),
            _("Use 15-19, unless the approval says otherwise."),
        )
    if judgement.verdict == "fail":
        return (
            _("Ages are not in groups of 5 years, with 100 and over as one: {ages}."),
            _("Use 0-4, 5-9, ... 95-99, 100 and over, or unions of these."),
        )
    if minor:
        return (
            _("Ages from 15 to 19 are finer than 5 years: {ages}. Whether children include them is not settled."),
            _("Use 15-19, unless the study cannot do without."),
        )
    return (
        _("Ages of children are finer than 5 years: {ages}."),
        _("Keep this only if the study needs it."),
    )


def _groups(read: Understood) -> Iterator[tuple[AgeGroup, str, tuple[int, int]]]:
    for index, column in enumerate(read.table.columns):
        says_age = any(_SAYS_AGE.search(folded(text)) for text in column.path)
        for text in column.path:
            if group := read_age(text):
                yield group, text, heading_place(read, index)
        if index not in read.labels:
            continue
        seen: set[str] = set()
        for row, value in enumerate(read.table.values(index)):
            text = in_words(value).strip()
            if text and text not in seen:
                seen.add(text)
                if group := read_age(text, says_age=says_age):
                    yield group, text, cell_place(read, row, index)
