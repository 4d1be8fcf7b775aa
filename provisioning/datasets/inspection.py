"""A folder of CSV and DDL files, checked and measured before it is published."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from provisioning.aws.objects import CHUNK, sha256_of
from provisioning.datasets.csv_records import RecordChecker, other_kind
from provisioning.datasets.definitions import definition
from provisioning.datasets.model import Entry, Table
from provisioning.errors import BadInput, Problem
from provisioning.messages import _

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Inspection:
    """What a folder holds: entries for the manifest, and what the publisher should know."""

    folder: Path
    entries: tuple[Entry, ...]
    warnings: tuple[str, ...]


def inspect_folder(folder: Path, catalogue: Iterable[Table], progress: Progress | None = None) -> Inspection:
    """Read every CSV of a folder once. Raises BadInput with every mistake of every file.

    Each CSV must be a table of the catalogue, have its DDL beside it (ENV-11), and hold only records with
    as many values as the layout has columns. Tables in other kinds of file are named too. `progress` is told the
    bytes read.
    """
    if not folder.is_dir():
        raise BadInput(_("{folder} is no folder.").format(folder=folder))
    tables = {table.csv_name: table for table in catalogue}
    paths = sorted(folder.glob("*.csv"))
    problems = list(_pairing(folder, paths, tables))
    if not paths:
        problems.append(Problem(str(folder), _("there is no CSV file")))
    entries = []
    for path in paths:
        if path.name in tables:
            entry, mistakes = _measure(path, tables[path.name], progress or (lambda _bytes: None))
            problems.extend(mistakes)
            entries.append(entry)
    if problems:
        raise BadInput(_("Nothing was published; these files have mistakes."), problems=problems)
    warnings = [
        _("{name} is not the DDL of this version's layout.").format(name=entry.ddl)
        for entry in entries
        if entry.ddl_sha256 != hashlib.sha256(definition(tables[entry.name]).encode("utf-8")).hexdigest()
    ]
    return Inspection(folder, tuple(entries), tuple(warnings))


def _pairing(folder: Path, paths: list[Path], tables: dict[str, Table]) -> Iterable[Problem]:
    for path in paths:
        if path.name not in tables:
            yield Problem(path.name, _("no table of the catalogue has this name"), _("see ddl/tables.csv"))
        elif not path.with_suffix(".sql").is_file():
            text = _("its DDL {name} is missing (ENV-11)")
            yield Problem(path.name, text.format(name=path.with_suffix(".sql").name))
    for path in sorted(folder.iterdir()):
        stem, _dot, kind = path.name.partition(".")
        if f"{stem.upper()}.csv" in tables and kind not in ("csv", "sql"):
            text = _("a table of the catalogue, but not as {name}")
            fix = _("save it as CSV in UTF-8 (packed files unpacked) under that name, or take it out of the folder")
            yield Problem(path.name, text.format(name=f"{stem.upper()}.csv"), fix)
    for path in sorted(folder.glob("*.sql")):
        if not path.with_suffix(".csv").is_file():
            yield Problem(path.name, _("its CSV is missing (ENV-11)"))


def _measure(path: Path, table: Table, progress: Progress) -> tuple[Entry, list[Problem]]:
    checker = RecordChecker(len(table.layout.columns))
    digest = hashlib.sha256()
    strange = None
    with path.open("rb") as stream:
        while block := stream.read(CHUNK):
            if checker.bytes == 0 and (strange := other_kind(block)) is not None:
                break
            digest.update(block)
            checker.feed(block)
            progress(len(block))
    checker.finish()
    problems = [Problem(f"{path.name}:{one.line}", one.what) for one in checker.mistakes]
    if strange is not None:
        problems = [Problem(path.name, strange.what, strange.fix)]
    if checker.unlisted:
        problems.append(Problem(path.name, _("{count} more mistakes").format(count=checker.unlisted)))
    ddl = path.with_suffix(".sql")
    entry = Entry(
        name=path.name,
        sha256=digest.hexdigest(),
        bytes=checker.bytes,
        rows=checker.records,
        columns=len(table.layout.columns),
        layout=table.layout.key,
        ddl=ddl.name,
        ddl_sha256=sha256_of(ddl) if ddl.is_file() else "",
        layout_version=table.layout.version,
    )
    return entry, problems
