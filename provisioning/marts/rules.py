"""Pure decisions about marts: which there are, how a file is read, what it may say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from provisioning.errors import BadInput, Problem
from provisioning.marts.model import Mart
from provisioning.messages import _

SETS = {
    "standard": ("integrated_re", "integrated_sy", "integrated_si", "integrated_iy", "daily_counts"),  # DATA-6
    "panel": ("patients",),  # DATA-9
}
SQL_FOLDER = Path(__file__).with_name("sql")
LONGEST_SCHEMA = 50  # with the ending of the schema in which marts are built, within PostgreSQL's 63 bytes
_VARIABLE = re.compile(r"(?<![:\w]):(SC_NAME|MART)\b")
_HEAD = re.compile(r"^-- (mart|what|needs): *(.*)$", re.MULTILINE)
_OWN = re.compile(r"\bCREATE TABLE :MART\.(\w+)")


def read_mart(name: str, folder: Path = SQL_FOLDER) -> Mart:
    """The mart of `folder/name.sql`. Raises BadInput when the file is missing or its head is not as it should be."""
    path = folder / f"{name}.sql"
    if not path.is_file():
        raise BadInput(
            _("{path} is no file.").format(path=path),
            fix=_("Copy the files that come with hic first: hic mart copy {folder}").format(folder=folder),
        )
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(_("{path} is no UTF-8.").format(path=path)) from error
    head = dict(_HEAD.findall(text))
    problems = [
        Problem(path.name, _("the line '-- {word}:' is missing").format(word=word))
        for word in ("mart", "what", "needs")
        if not head.get(word)
    ]
    if head.get("mart", name) != name or name not in _OWN.findall(text):
        problems.append(Problem(path.name, _("it must make the table :MART.{name}").format(name=name)))
    if problems:
        raise BadInput(_("This is no mart that hic can build."), problems=problems)
    needs = tuple(part.strip() for part in head["needs"].split(",") if part.strip())
    return Mart(name, head["what"], needs, text)


def marts_of(chosen: str, folder: Path = SQL_FOLDER) -> tuple[Mart, ...]:
    """The marts of a set. Raises BadInput for an unknown set or a wrong file."""
    if chosen not in SETS:
        raise BadInput(
            _("There is no set of marts '{name}'.").format(name=chosen),
            fix=_("There are: {names}.").format(names=", ".join(SETS)),
        )
    return tuple(read_mart(name, folder) for name in SETS[chosen])


def filled_in(sql: str, schemas: Mapping[str, str]) -> str:
    """The SQL with :SC_NAME and :MART replaced by quoted names, as psql would; comments are left alone."""
    return "\n".join(
        line if line.lstrip().startswith("--") else _VARIABLE.sub(lambda found: schemas[found[1]], line)
        for line in sql.split("\n")
    )


def missing_problems(
    marts: Sequence[Mart], present: frozenset[str], periods: Mapping[str, Mapping[str, Sequence[str]]], where: str
) -> list[Problem]:
    """One problem for each loaded table that is not there, or not of a month of which others are; with what needs it.

    `periods`: for each prefix of tables the months, or editions, that stand as parts, and the tables that have them.
    `where` are the options of `hic load` that lead to the schema.
    """
    needed: dict[str, list[str]] = {}
    for mart in marts:
        for table in mart.needs:
            needed.setdefault(table, []).append(mart.name)
    problems = []
    for table, names in sorted(needed.items()):
        of_kind = next((found for prefix, found in periods.items() if table.startswith(prefix)), {})
        for period in [one for one, having in of_kind.items() if table not in having]:
            what = _("nothing of {period}; needed by {marts}").format(period=period, marts=", ".join(names))
            problems.append(Problem(table, what, _load(table, where, period)))
        if table not in present and not of_kind:
            what = _("not loaded; needed by {marts}").format(marts=", ".join(names))
            problems.append(Problem(table, what, _load(table, where)))
    return problems


def _load(table: str, where: str, period: str = "") -> str:
    """The command that loads a table of the data; as a part, if it is known of what; '' for tables of one's own."""
    if table.startswith("panel_"):
        year, _line, kind = period.partition("_")
        edition = f"panel --year {year or 'YYYY'} --kind {kind or 'KIND'}"
    elif table.startswith("trial_"):
        edition = f"trial --month {period or 'YYYYMM'}"
    else:
        return ""
    append = "--append " if period else ""
    return f"hic load {edition} {append}{where} --tables {table.upper()}"
