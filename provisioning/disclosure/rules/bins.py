"""Groups of times of death (PUB-16) and of birth weights (PUB-17): too narrow ones are refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from provisioning.disclosure.columns import Understood
from provisioning.disclosure.model import Finding, shown
from provisioning.disclosure.rules.registry import Pack, cell_place, column_name, finding, heading_place
from provisioning.disclosure.values import folded, in_words
from provisioning.messages import _

NARROWEST_HOURS = 2.0
NARROWEST_GRAMS = 100
LIGHTEST, HEAVIEST = 300, 4000

_TIME = re.compile(r"死亡.*(?:時刻|時分|時間)|time of death")
_WEIGHT = re.compile(r"出生時?体重|birth ?weight")
_CLOCK = r"(\d{1,2})(?::(\d{2})|時(?:(\d{1,2})分)?)?"
_HOURS = re.compile(rf"{_CLOCK}(?:台)?(?:[-~〜–―]{_CLOCK}(?:台)?(未満)?)?")
_GRAMS = re.compile(r"([\d,]+)(?:g|グラム)?(?:以上)?[-~〜–―]([\d,]+)(?:g|グラム)?(未満)?")
_GRAMS_UP = re.compile(r"(?:>=|≧|≥)([\d,]+)(?:g|グラム)?|([\d,]+)(?:g|グラム)?(?:以上|\+)")
_GRAMS_DOWN = re.compile(r"(?:<=|≦|≤|<)([\d,]+)(?:g|グラム)?|([\d,]+)(?:g|グラム)?(?:以下|未満)")
_GRAMS_SINGLE = re.compile(r"([\d,]+)(?:g|グラム)?")


def hours_are_wide(text: str) -> bool | None:
    """PUB-16: whether a group of times such as `0-2時` or `00:00-01:59` is of 2 hours or more; None if unread."""
    match = _HOURS.fullmatch(folded(text).replace(" ", ""))
    if not match or not any(sign in text for sign in "時:：-~〜～–"):
        return None
    if match[4] is None:
        return False
    start, end = _hour(match[1], match[2] or match[3]), _hour(match[4], match[5] or match[6])
    if match[5] in ("59", "29") or match[6] in ("59", "29"):
        end += 1 / 60
    return (end - start) % 24 >= NARROWEST_HOURS or end - start == 24


def _hour(hours: str, minutes: str | None) -> float:
    return int(hours) + int(minutes or 0) / 60


def grams_are_wide(text: str) -> bool | None:
    """PUB-17: whether a group of birth weights is of 100 g or more, with one group up to 300 and one from 4,000 g."""
    plain = folded(text).replace(" ", "")
    if match := _GRAMS_UP.fullmatch(plain):
        return _grams(match[1] or match[2]) <= HEAVIEST
    if match := _GRAMS_DOWN.fullmatch(plain):
        return _grams(match[1] or match[2]) >= LIGHTEST
    if match := _GRAMS.fullmatch(plain):
        low, high = _grams(match[1]), _grams(match[2])
        width = high - low + (not match[3] and (high - low) % 10 == 9)
        return width >= NARROWEST_GRAMS and (high > LIGHTEST or low == 0) and high <= HEAVIEST
    return False if _GRAMS_SINGLE.fullmatch(plain) else None


def _grams(text: str) -> int:
    return int(text.replace(",", "")[:9] or 0)


def bins_of_deaths(read: Understood, pack: Pack) -> Iterator[Finding]:
    """PUB-16 and PUB-17: narrow groups are refused, unread ones reviewed; once per column."""
    for index, column in enumerate(read.table.columns):
        heading = folded(column.heading)
        if _TIME.search(heading):
            yield from _judge(read, index, "PUB-16", hours_are_wide, _("Use groups of 2 hours or more."))
        elif _WEIGHT.search(heading):
            fix = _("Use groups of 100 g or more, with one up to 300 g and one from 4,000 g on.")
            yield from _judge(read, index, "PUB-17", grams_are_wide, fix)


def _judge(
    read: Understood, index: int, rule: str, is_wide: Callable[[str], bool | None], fix: str
) -> Iterator[Finding]:
    texts = [(row, in_words(value)) for row, value in enumerate(read.table.values(index)) if value is not None]
    judged = {text: is_wide(text) for _row, text in texts} if index in read.labels else {}
    narrow = [(row, text) for row, text in texts if judged.get(text) is False]
    if narrow:
        reason = _("'{column}' has groups that are too narrow: {groups}.").format(
            column=column_name(read, index), groups=shown(list(dict.fromkeys(text for _row, text in narrow)))
        )
        yield finding(read, rule, "fail", cell_place(read, narrow[0][0], index), reason, fix)
    elif not judged or None in judged.values():
        reason = _("'{column}' is about deaths or births, which are published in wide groups only.").format(
            column=column_name(read, index)
        )
        yield finding(read, rule, "review", heading_place(read, index), reason, fix)
