"""Reading one cell: a number, a mask, nothing, or something else."""

from __future__ import annotations

import math
import re
import unicodedata
from enum import Enum
from functools import lru_cache

from provisioning.disclosure.model import Value


class Mark(Enum):
    """What a cell holds instead of a number."""

    BLANK = "blank"
    MASK = "mask"
    NARROW_MASK = "narrow mask"
    PERCENT = "percent"
    TEXT = "text"


Reading = float | Mark

# U+2010..2015 dashes, minus, katakana long mark, box drawing line; full-width forms are folded before.
MASK_SIGNS = frozenset("-‐‑‒–—―−ー─*…‥x") | {"**", "***", "...", "--", "---"}
MASK_WORDS = frozenset({"秘匿", "非公表", "非公開", "非表示", "非開示", "suppressed", "masked", "redacted", "withheld"})
MISSING = frozenset({"na", "n/a", "nan", "null", "none", "#n/a"})
_UNITS = "人|名|件|例|回|施設|枚|個|本|錠|管|瓶|点|円|単位"
_NUMBER = re.compile(
    rf"[(]?(?P<sign>[-+△▲]?)(?P<digits>\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?)[)]?(?:\s?(?:{_UNITS}))?[*†‡#§]*"
    r"(?P<rest>(?:\s*[(\[/,;].*)?)"
)
_RANGE = re.compile(rf"(?P<low>\d{{1,15}})(?:{_UNITS})?[-~〜‐–―](?P<high>\d{{1,15}})(?:{_UNITS})?")
_BELOW = re.compile(
    rf"(?:(?P<sign><=|<|≦|≤)(?P<a>\d{{1,15}})(?:{_UNITS})?|(?P<b>\d{{1,15}})(?:{_UNITS})?(?P<word>未満|以下))"
)
_PERCENT = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?%.*|[-+]?\d[\d,.]*\s*(?:±|\+/-).*")
_INTERVAL = re.compile(r"\(-?[\d.]+,(?:-?[\d.]+|inf)\]|\[-?[\d.]+,(?:-?[\d.]+|inf)[)\]]")
_BESIDE = re.compile(r"(?P<mask>[^()]+?)\s*\((?P<aside>[^()]*)\)|\((?P<inner>[^()]+)\)")
_SHARE = re.compile(r"(?:(?:<=|<|≦|≤)\d[\d.]*%?|\d[\d.]*%?(?:未満|以下)|\W*|[x×]+|na|n/a)%?")
WIDEST = 9
"""A mask must leave every count from 1 to 9 possible."""


def folded(text: str) -> str:
    """The text with full-width forms folded, lower case, and single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def read_value(value: Value) -> Reading:
    """What a cell of a column of numbers holds. Numbers in text count as numbers: `1,234`, `5 (4.2%)`, `7人`."""
    if isinstance(value, float):
        return value
    return Mark.BLANK if value is None else _read_text(value)


@lru_cache(maxsize=65536)
def _read_text(text: str) -> Reading:
    plain = folded(text)
    if not plain or plain in MISSING:
        return Mark.BLANK
    if plain in MASK_SIGNS or plain in MASK_WORDS:
        return Mark.MASK
    if _INTERVAL.fullmatch(plain.replace(" ", "")):
        return Mark.TEXT
    if mask := _said_mask(plain):
        return mask
    if _PERCENT.fullmatch(plain):
        return Mark.PERCENT
    number = _NUMBER.fullmatch(plain)
    size = float(number["digits"].replace(",", "")) if number else math.inf
    if not number or not math.isfinite(size):
        return Mark.TEXT
    return -size if number["sign"] in ("-", "△", "▲") and number["sign"] else size


def _said_mask(plain: str) -> Mark | None:
    """The mask that says how far it reaches, such as `<10` and `1-9`, or one with brackets behind it."""
    if below := _BELOW.fullmatch(plain.replace(" ", "")):
        return _below(below)
    if between := _RANGE.fullmatch(plain.replace(" ", "")):
        low, high = int(between["low"]), int(between["high"])
        return Mark.NARROW_MASK if 1 < low <= WIDEST or 1 <= high < WIDEST else Mark.MASK
    beside = _BESIDE.fullmatch(plain)
    return _mask_beside(beside) if beside else None


def _below(match: re.Match[str]) -> Mark:
    bound = int(match["a"] or match["b"])
    highest = bound if match["sign"] in ("<=", "≦", "≤") or match["word"] == "以下" else bound - 1
    return Mark.MASK if highest >= WIDEST else Mark.NARROW_MASK


def _mask_beside(match: re.Match[str]) -> Mark | None:
    """The mask of `- (-)`, `<10 (<2%)` or `(<10)`; None where the brackets hold a figure, which says more."""
    if match["inner"]:
        below = _BELOW.fullmatch(match["inner"].replace(" ", ""))
        return _below(below) if below else None
    reading = _read_text(match["mask"])
    if not isinstance(reading, Mark) or reading not in (Mark.MASK, Mark.NARROW_MASK):
        return None
    return reading if _SHARE.fullmatch(match["aside"].replace(" ", "")) else None


def is_range(value: Value) -> bool:
    """Whether the cell is written like a range, such as 0-4: a mask, or an age group."""
    return isinstance(value, str) and _RANGE.fullmatch(folded(value).replace(" ", "")) is not None


def is_code(value: Value) -> bool:
    """Whether the cell is written like a code: digits with a leading zero."""
    return isinstance(value, str) and re.fullmatch(r"0\d+", folded(value)) is not None


def is_whole(number: float) -> bool:
    """Whether the number could be a count."""
    return number.is_integer() or abs(number) > 1e15


def in_words(value: Value) -> str:
    """The value as a person would write it."""
    if isinstance(value, float):
        return str(int(value)) if is_whole(value) else repr(value)
    return "" if value is None else value
