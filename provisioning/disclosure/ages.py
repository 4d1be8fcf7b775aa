"""Age groups as tables write them: `0～4歳`, `85-89`, `90歳以上`, `<65`, `100+`, `23`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from provisioning.disclosure.values import folded

OLDEST = 150
"""The upper end of a group that has none."""


@dataclass(frozen=True)
class AgeGroup:
    """Ages from `low` to `high`, both included; `high` is OLDEST for an open group."""

    low: int
    high: int

    @property
    def is_single(self) -> bool:
        return self.low == self.high

    @property
    def is_open(self) -> bool:
        return self.high == OLDEST


_YEARS = r"(?:歳|才|years?|yrs?|y)?"
_DASH = r"(?:[-~〜‐‑‒–—―−]|から|to)"
_SPAN = re.compile(rf"(\d{{1,3}}){_YEARS}(?:以上)?{_DASH}(\d{{1,3}}){_YEARS}(以下|未満)?")
_UP = re.compile(rf"(?:≥|>=|≧)(\d{{1,3}}){_YEARS}|(\d{{1,3}}){_YEARS}(?:\+|以上|超|-$|~$)")
_DOWN = re.compile(rf"(<=|≤|≦|<)(\d{{1,3}}){_YEARS}|(\d{{1,3}}){_YEARS}(未満|以下)")
_BRACKET = re.compile(r"([\[(])(\d{1,3}),(\d{1,3}|inf)([\])])")
_SINGLE = re.compile(r"(\d{1,3})(歳|才|years?|yrs?|y)?")


@lru_cache(maxsize=8192)
def read_age(text: str, *, says_age: bool = False) -> AgeGroup | None:
    """The age group in a piece of text, or None.

    Without `says_age` (a column named age), only text with a unit of age is taken for one.
    """
    plain = folded(text).replace(" ", "")
    if not says_age and not re.search(r"\d(?:歳|才|years?|yrs?)", plain):
        return None
    if match := _SPAN.fullmatch(plain):
        return _group(int(match[1]), int(match[2]) - (match[3] == "未満"))
    if match := _BRACKET.fullmatch(plain):
        low = int(match[2]) + (match[1] == "(")
        return AgeGroup(low, OLDEST) if match[3] == "inf" else _group(low, int(match[3]) - (match[4] == ")"))
    if match := _UP.fullmatch(plain):
        low = int(match[1] or match[2])
        return _group(low + ("超" in plain), OLDEST)
    if match := _DOWN.fullmatch(plain):
        exclusive = match[1] == "<" or match[4] == "未満"
        return _group(0, int(match[2] or match[3]) - exclusive)
    if match := _SINGLE.fullmatch(plain.removesuffix(".0")):
        return _group(int(match[1]), int(match[1]))
    return None


def _group(low: int, high: int) -> AgeGroup | None:
    return AgeGroup(low, high) if 0 <= low <= high <= OLDEST else None
