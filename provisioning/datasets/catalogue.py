"""The table catalogue: `ddl/tables.csv` and `ddl/layouts/*.csv`, which are the source of truth.

The folder lies beside the packages in a checkout, which is how `hic` is installed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

from provisioning.datasets.model import Column, Layout, Table
from provisioning.errors import BadInput, DependencyFailed, Problem
from provisioning.messages import _

DDL_FOLDER = Path(__file__).resolve().parents[2] / "ddl"
CONFIDENCES = ("spec", "sampled-count-matches", "inferred")
# Dates stay text: claims from before the change to western years hold era dates of 5 and 7 digits.
SQL_TYPES = {"date_ym": "char(6)", "date_ymd": "char(8)"}
_TYPE = re.compile(r"(smallint|integer|bigint|text|char\(\d+\)|varchar\(\d+\)|numeric\(\d+,\d+\)|date_ymd?)")
DATASETS = ("trial", "panel")
BASES = ("counted", "assumed")
_TABLE_COLUMNS = (
    "dataset",
    "table",
    "layout",
    "point_table",
    "record",
    "japanese_name",
    "rows_per_receipt",
    "rows_basis",
)
_LAYOUT_COLUMNS = (
    "position",
    "column_name",
    "japanese_name",
    "type",
    "nullable",
    "code_system",
    "max_bytes",
    "confidence",
    "note",
)
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_TABLE = re.compile(r"[A-Z][A-Z0-9_]*")


def read_catalogue(folder: Path = DDL_FOLDER) -> tuple[Table, ...]:
    """All tables, in the order of the catalogue.

    Raises DependencyFailed when the folder is missing, BadInput with every mistake in its files.
    """
    path = folder / "tables.csv"
    if not path.is_file():
        raise DependencyFailed(
            _("The table catalogue {path} is missing.").format(path=path),
            fix=_("Install hic from its checkout (pip install -e), where the folder ddl/ lies beside the packages."),
        )
    rows = rows_of(path, _TABLE_COLUMNS)
    problems: list[Problem] = []
    layouts = {key: _layout(folder, key, problems) for key in sorted({row["layout"] for _line, row in rows})}
    tables = []
    for line, row in rows:
        if not _TABLE.fullmatch(row["table"]):
            problems.append(Problem(f"{path.name}:{line}", _("'{name}' is no table name").format(name=row["table"])))
        problems.extend(Problem(f"{path.name}:{line}", mistake) for mistake in _table_mistakes(row))
        layout = layouts[row["layout"]]
        if layout is None:
            continue
        try:
            tables.append(_table(row, layout))
        except ValueError as error:
            problems.append(Problem(f"{path.name}:{line}", str(error)))
    names = [row["table"] for _line, row in rows]
    problems.extend(
        Problem(f"{path.name}:{line}", _("'{name}' stands twice").format(name=row["table"]))
        for place, (line, row) in enumerate(rows)
        if row["table"] in names[:place]
    )
    if problems:
        raise BadInput(_("The table catalogue has mistakes."), problems=problems)
    return tuple(tables)


def tables_of(dataset: str, folder: Path = DDL_FOLDER) -> tuple[Table, ...]:
    """The tables of one data set, `trial` or `panel`. Raises what `read_catalogue` raises."""
    return tuple(table for table in read_catalogue(folder) if table.dataset == dataset)


def choose_tables(tables: Iterable[Table], patterns: Iterable[str]) -> tuple[Table, ...]:
    """Tables whose name, with or without TRIAL_ or PANEL_, fits one pattern. Raises BadInput for an idle one."""
    tables = tuple(tables)
    chosen = choose_names([table.name for table in tables], patterns)
    return tuple(table for table in tables if table.name in chosen)


def choose_names(names: Iterable[str], patterns: Iterable[str]) -> tuple[str, ...]:
    """Table names that fit one of the patterns, such as `DPC_*` or `TRIAL_DPC_BU`; all without a pattern.

    One pattern may hold several, with commas between them. Raises BadInput naming the patterns that fit nothing.
    """
    names = tuple(names)
    wanted = single_patterns(patterns)
    if not wanted:
        return names
    chosen: set[str] = set()
    idle = []
    for pattern in wanted:
        found = {name for name in names if fits(name, pattern)}
        chosen |= found
        if not found:
            idle.append(pattern)
    if idle:
        raise BadInput(
            _("No table fits {patterns}.").format(patterns=", ".join(idle)),
            fix=_("There are: {names}.").format(names=", ".join(_nearest(names, idle)) or "-"),
        )
    return tuple(name for name in names if name in chosen)


def single_patterns(patterns: Iterable[str]) -> list[str]:
    """Each pattern by itself, in capitals."""
    return [part.strip().upper() for pattern in patterns for part in pattern.split(",") if part.strip()]


def _nearest(names: Sequence[str], idle: Iterable[str]) -> list[str]:
    """The names that were probably meant, where there are any; else all."""
    short = {name.partition("_")[2]: name for name in reversed(names)} | {name: name for name in names}
    meant = [short[near] for pattern in idle for near in get_close_matches(pattern, short, n=3, cutoff=0.75)]
    return list(dict.fromkeys(meant)) or list(names)


def fits(name: str, pattern: str) -> bool:
    """Whether a table name, with or without its data set's prefix, fits a pattern."""
    return fnmatchcase(name, pattern) or fnmatchcase(name.partition("_")[2], pattern)


def rows_of(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV of the catalogue with their lines. Raises BadInput for another encoding or missing columns."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, restval="")
            rows = [(reader.line_num, row) for row in reader]
    except UnicodeDecodeError as error:
        raise BadInput(_("{path} is no UTF-8.").format(path=path), fix=_("Save it as CSV in UTF-8.")) from error
    absent = [name for name in columns if name not in (reader.fieldnames or ())]
    if absent:
        raise BadInput(_("{path} has no column {names}.").format(path=path, names=", ".join(absent)))
    return rows


def _table_mistakes(row: dict[str, str]) -> list[str]:
    found = []
    for name, known in (("dataset", DATASETS), ("rows_basis", BASES)):
        if row[name] not in known:
            text = _("{name} is '{value}'; write one of {known}")
            found.append(text.format(name=name, value=row[name], known=", ".join(known)))
    return found


def _table(row: dict[str, str], layout: Layout) -> Table:
    return Table(
        dataset=row["dataset"],
        name=row["table"],
        layout=layout,
        point_table=row["point_table"],
        record=row["record"],
        japanese_name=row["japanese_name"],
        rows_per_receipt=float(row["rows_per_receipt"]),
        rows_basis=row["rows_basis"],
    )


def _layout(folder: Path, key: str, problems: list[Problem]) -> Layout | None:
    path = folder / "layouts" / f"{key}.csv"
    if not path.is_file():
        problems.append(Problem(str(path), _("this layout is named in tables.csv, but missing")))
        return None
    columns = []
    for number, (line, row) in enumerate(rows_of(path, _LAYOUT_COLUMNS), start=1):
        where = f"{path.name}:{line}"
        mistakes = _mistakes(number, row)
        problems.extend(Problem(where, mistake) for mistake in mistakes)
        if not mistakes:
            columns.append(_column(row))
    for name in sorted({c.name for c in columns if sum(other.name == c.name for other in columns) > 1}):
        problems.append(Problem(path.name, _("the column '{name}' stands twice").format(name=name)))
    return Layout(key, tuple(columns))


def _mistakes(number: int, row: dict[str, str]) -> list[str]:
    found = []
    if row["position"] != str(number):
        found.append(_("position {position} stands at place {number}").format(position=row["position"], number=number))
    if not _NAME.fullmatch(row["column_name"]):
        found.append(_("'{name}' is no column name").format(name=row["column_name"]))
    if not _TYPE.fullmatch(row["type"]):
        found.append(_("'{type}' is no known type").format(type=row["type"]))
    if row["nullable"] not in ("yes", "no"):
        found.append(_("nullable is '{value}'; write yes or no").format(value=row["nullable"]))
    if row["max_bytes"] and not row["max_bytes"].isdigit():
        found.append(_("max_bytes is '{value}'; write a number or nothing").format(value=row["max_bytes"]))
    if row["confidence"] not in CONFIDENCES:
        text = _("confidence is '{value}'; write one of {known}")
        found.append(text.format(value=row["confidence"], known=", ".join(CONFIDENCES)))
    return found


def _column(row: dict[str, str]) -> Column:
    return Column(
        position=int(row["position"]),
        name=row["column_name"],
        japanese_name=row["japanese_name"],
        type=row["type"],
        sql_type=SQL_TYPES.get(row["type"], row["type"]),
        nullable=row["nullable"] == "yes",
        code_system=row["code_system"],
        max_bytes=int(row["max_bytes"]) if row["max_bytes"] else None,
        confidence=row["confidence"],
        note=row["note"],
    )
