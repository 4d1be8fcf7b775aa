"""Labels of lines in one spelling, and the span of ages, months or numbers that a label stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from provisioning.disclosure.ages import read_age
from provisioning.disclosure.values import folded

_DASH = re.compile(r"[~〜‐‑‒–—―−]|(?<=\d)[ー─](?=\d)")
_SEX = {
    **dict.fromkeys(("男性", "男子", "male", "males", "men"), "男"),
    **dict.fromkeys(("女性", "女子", "female", "females", "women"), "女"),
}
MEN_AND_WOMEN = frozenset({"男", "女"})
_NUMBERS = re.compile(r"(\d{1,6})([^\d\W]{0,3})-(\d{1,6})([^\d\W]{0,3})")
_ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988}
_YEAR = re.compile(r"(?:(?P<era>令和|平成|[rh])(?P<of>\d{1,2}|元)年?|(?P<year>(?:19|20)\d\d))(?P<fiscal>年度|fy)?")
_MONTH = re.compile(r"(?P<from>\d{1,2})月?(?:-(?P<to>\d{1,2}))?月?")
_QUARTER = re.compile(r"(?:第?(?P<a>[1-4])四半期|q(?P<b>[1-4])|(?P<c>[1-4])q)")


@dataclass(frozen=True)
class Span:
    """Whole numbers from `low` to `high`, both included, of one scale: ages, months since the year 0, or a unit."""

    scale: str
    low: int
    high: int


@lru_cache(maxsize=65536)
def canonical(text: str) -> str:
    """A label in one spelling: folded, no blanks, one dash sign, one word for a sex, ages as `0-4`.

    Releases are compared by labels, so that another dash or unit must not make another line of the same one.
    """
    plain = _DASH.sub("-", "".join(folded(text).split()))
    if plain in _SEX:
        return _SEX[plain]
    age = read_age(plain) or (None if plain.isdigit() else read_age(plain, says_age=True))
    if age is None:
        return plain
    return str(age.low) if age.is_single else f"{age.low}-" if age.is_open else f"{age.low}-{age.high}"


@lru_cache(maxsize=65536)
def span_of(label: str) -> Span | None:
    """The span of a canonical label, where it can be read plainly; None for any other label."""
    if period := _period(label):
        return period
    if age := read_age(label, says_age=True):
        return Span("", age.low, age.high)
    match = _NUMBERS.fullmatch(label)
    if not match or (match[2] and match[2] != match[4]) or int(match[1]) > int(match[3]):
        return None
    return Span(match[4], int(match[1]), int(match[3]))


def _period(label: str) -> Span | None:
    """A year, a quarter, a month or a run of months as months; fiscal years begin in April."""
    year = _YEAR.match(label)
    if not year:
        months = _MONTH.fullmatch(label)
        return _months(0, months, fiscal=False) if months and "月" in label else None
    named = int(year["year"]) if year["year"] else _ERAS[year["era"]] + (1 if year["of"] == "元" else int(year["of"]))
    first = named * 12 + (3 if year["fiscal"] else 0)
    rest = label[year.end() :].removeprefix("年").lstrip("-/.")
    if not rest:
        return Span("months", first, first + 11)
    if quarter := _QUARTER.fullmatch(rest):
        start = first + 3 * (int(quarter["a"] or quarter["b"] or quarter["c"]) - 1)
        return Span("months", start, start + 2)
    months = _MONTH.fullmatch(rest)
    return _months(named, months, fiscal=bool(year["fiscal"])) if months else None


def _months(year: int, match: re.Match[str], *, fiscal: bool) -> Span | None:
    low, high = int(match["from"]), int(match["to"] or match["from"])
    if not (1 <= low <= 12 and 1 <= high <= 12):
        return None
    # January to March of a fiscal year lie in the next calendar year
    low, high = (month + 12 if fiscal and month < 4 else month for month in (low, high))
    return Span("months", year * 12 + low - 1, year * 12 + high - 1) if low <= high else None
