"""Layouts to DDL: one .sql per table, as HIC delivers them (ENV-11, ENV-12)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from provisioning.datasets.catalogue import DDL_FOLDER, read_catalogue
from provisioning.datasets.model import Column, Table
from provisioning.errors import DependencyFailed
from provisioning.messages import _


def definition(table: Table) -> str:
    """The DDL of a table: `:SC_NAME` for the schema, Japanese comments, no index.

    Runs under `psql -f X.sql -v SC_NAME=sample`.
    """
    target = f":SC_NAME.{table.relation}"
    title = f"{table.point_table} {table.japanese_name}" + ("（暫定）" if table.provisional else "")
    lines = [
        f"-- {table.name}: {title}",
        _confidence(table),
        f"-- psql -d sampledb -f {table.sql_name} -v SC_NAME=sample",
        f"CREATE TABLE {target} (",
        ",\n".join(f"    {_column(column)}" for column in table.layout.columns),
        ");",
        f"COMMENT ON TABLE {target} IS {_literal(title)};",
        *(
            f"COMMENT ON COLUMN {target}.{column.name} IS {_literal(column.japanese_name)};"
            for column in table.layout.columns
        ),
    ]
    return "\n".join(lines) + "\n"


def _confidence(table: Table) -> str:
    """One line on how well the columns are known, so that a guess is not taken for the official definition."""
    if table.provisional:
        return "-- 列: すべて推定。公式の定義を持つ場合はそれに置き換える"
    weaker = [column.name for column in table.layout.columns if column.confidence != "spec"]
    known = len(table.layout.columns) - len(weaker)
    return f"-- 列: 公開の記録条件仕様による {known}、推定を含む {len(weaker)}（{', '.join(weaker)}）"


def _column(column: Column) -> str:
    return f"{column.name} {column.sql_type}" + ("" if column.nullable else " NOT NULL")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Drift:
    """How the committed DDL differs from what the layouts say; paths from the folder `ddl`."""

    missing: tuple[str, ...]
    changed: tuple[str, ...]
    surplus: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All files that are not as they should be."""
        return tuple(sorted((*self.missing, *self.changed, *self.surplus)))


def find_drift(folder: Path = DDL_FOLDER) -> Drift:
    """Compare the committed DDL with the layouts. Raises what `read_catalogue` raises."""
    wanted = _wanted(folder)
    have = {str(path.relative_to(folder).as_posix()): path for path in folder.glob("*/*.sql")}
    return Drift(
        missing=tuple(sorted(wanted.keys() - have.keys())),
        changed=tuple(sorted(n for n in wanted.keys() & have.keys() if have[n].read_bytes() != wanted[n])),
        surplus=tuple(sorted(have.keys() - wanted.keys())),
    )


def write_definitions(folder: Path = DDL_FOLDER) -> Drift:
    """Bring the committed DDL in line with the layouts; what had to be mended."""
    drift = find_drift(folder)
    wanted = _wanted(folder)
    for name in (*drift.missing, *drift.changed):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wanted[name])
    for name in drift.surplus:
        (folder / name).unlink()
    return drift


def committed_definition(table: Table, folder: Path = DDL_FOLDER) -> Path:
    """The .sql file of a table. Raises DependencyFailed when it was not built."""
    path = folder / table.dataset / table.sql_name
    if not path.is_file():
        raise DependencyFailed(_("{path} is missing.").format(path=path), fix=_("Make it with: hic ddl build"))
    return path


def _wanted(folder: Path) -> dict[str, bytes]:
    return {f"{t.dataset}/{t.sql_name}": definition(t).encode("utf-8") for t in read_catalogue(folder)}
