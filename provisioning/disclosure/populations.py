"""Populations of municipalities, pinned with source and date (PUB-2, PUB-2b).

The file is a CSV in UTF-8: two lines `# source: ...` and `# date: YYYY-MM-DD`, then a heading
`code,prefecture,municipality,population` and one line per municipality; wards of designated cities count.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from provisioning.disclosure.values import folded
from provisioning.errors import BadInput, Problem
from provisioning.messages import _

HEADINGS = ["code", "prefecture", "municipality", "population"]
_CODE = re.compile(r"\d{5,6}")


@dataclass(frozen=True)
class Populations:
    """Persons per municipality, by code and by name; a name that several share is known with its prefecture only."""

    source: str
    date: date
    by_code: Mapping[str, int]
    by_name: Mapping[str, int]

    def find(self, words: str) -> int | None:
        """The population for a label such as `13101 千代田区` or `東京都千代田区`; None if unknown."""
        plain = folded(words).replace(" ", "")
        if code := _CODE.match(plain):
            known = self.by_code.get(code[0][:5])
            if known is not None:
                return known
            plain = plain[code.end() :]
        return self.by_name.get(plain)


def read_populations(text: str, name: str) -> Populations:
    """The table in CSV text. Raises BadInput that lists every mistake with its line."""
    facts = dict(re.findall(r"^#\s*(source|date)\s*:\s*(\S.*?)\s*$", text, re.MULTILINE))
    problems: list[Problem] = []
    if "source" not in facts:
        problems.append(Problem(f"{name}:1", _("the source is missing"), _("begin with: # source: ...")))
    day = _date(facts.get("date", ""))
    if day is None:
        problems.append(Problem(f"{name}:1", _("the date is missing or wrong"), _("write: # date: 2020-10-01")))
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip() and line[0] != "#"]
    rows = list(zip([n for n, _line in lines], csv.reader(line for _n, line in lines), strict=True))
    if not rows or [cell.strip() for cell in rows[0][1]] != HEADINGS:
        at = rows[0][0] if rows else 1
        problems.append(Problem(f"{name}:{at}", _("the heading is wrong"), ",".join(HEADINGS)))
        rows = rows[:1]
    by_code: dict[str, int] = {}
    names: dict[str, set[str]] = {}
    for n, row in rows[1:]:
        what = _wrong(row, by_code)
        if what:
            problems.append(Problem(f"{name}:{n}", what, ""))
            continue
        code, prefecture, municipality = (folded(cell).replace(" ", "") for cell in row[:3])
        by_code[code[:5]] = int(row[3])
        for key in (municipality, prefecture + municipality):
            names.setdefault(key, set()).add(code[:5])
    if problems or day is None:
        raise BadInput(_("{name} is no table of populations.").format(name=name), problems=problems)
    by_name = {key: by_code[next(iter(codes))] for key, codes in names.items() if len(codes) == 1}
    return Populations(facts["source"], day, by_code, by_name)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _wrong(row: list[str], known: Mapping[str, int]) -> str:
    if len(row) != len(HEADINGS):
        return _("{count} values instead of {wanted}").format(count=len(row), wanted=len(HEADINGS))
    if not _CODE.fullmatch(row[0].strip()):
        return _("the code {code} is not of 5 or 6 digits").format(code=repr(row[0]))
    if row[0].strip()[:5] in known:
        return _("the code {code} is given twice").format(code=row[0])
    if not re.fullmatch(r"\d{1,9}", row[3].strip()):
        return _("the population {number} is no whole number").format(number=repr(row[3]))
    return "" if row[2].strip() else _("the municipality has no name")
