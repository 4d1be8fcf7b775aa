"""An official paper as data: what a notice and a login sheet say, before it is set as PDF or text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

REHEARSAL = "これは手元の模擬環境（moto）で作成した見本です。実際のAWSの環境についての文書ではありません。"


@dataclass(frozen=True)
class Row:
    """One line of a table. `code` values are to be typed as they stand; `unit` says whose it is."""

    item: str
    value: str
    unit: str = ""
    code: bool = False


@dataclass(frozen=True)
class Section:
    """A numbered part: rows of a table, then sentences, then a QR code with its caption."""

    number: str
    title: str
    rows: Sequence[Row] = ()
    sentences: Sequence[str] = ()
    code: str = ""
    caption: str = ""
    headings: tuple[str, ...] = ("項目", "内容", "単位")


@dataclass(frozen=True)
class Paper:
    """A whole paper. `mark` is the text of the QR code at its head; `secret` marks every page."""

    title: str
    number: str
    day: date
    organisation: str
    person: str
    sender: str
    lead: Sequence[str]
    sections: Sequence[Section]
    mark: str = ""
    mark_caption: str = ""
    secret: bool = False
    rehearsal: bool = False


def day_text(day: date) -> str:
    """A date as official papers write it."""
    return f"{day.year}年{day.month}月{day.day}日"
