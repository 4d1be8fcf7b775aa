"""The researcher's part: a table with small cells, and the same made fit to be shown."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

SMALL = 10  # PUB-1
OLDEST = 100
# Age classes 200..209 are single years, then five-year classes from 210 (codes of the layouts).
QUERY = """
    SELECT CASE WHEN age_hier_cd < '210' THEN (age_hier_cd::int - 200) / 5 * 5
                ELSE (age_hier_cd::int - 210) * 5 + 10 END AS youngest,
           count(*) FILTER (WHERE sex_div = '1') AS men,
           count(*) FILTER (WHERE sex_div = '2') AS women
    FROM (SELECT DISTINCT seq2_no, age_hier_cd, sex_div FROM {schema}.trial_dpc_re) AS receipts
    GROUP BY youngest ORDER BY youngest
"""
Row = tuple[int, int, int, int]  # youngest age, oldest age, men, women


def write_results(server: dict[str, Any], database: str, schema: str, folder: Path) -> tuple[Path, Path]:
    """Count receipts by age class and sex; write five-year classes, and wider ones without small cells."""
    folder.mkdir(parents=True, exist_ok=True)
    with psycopg.connect(
        host=server["host"], port=server["port"], user=server["user"], passfile=server["passfile"], dbname=database
    ) as connection:
        counted = connection.execute(sql.SQL(QUERY).format(schema=sql.Identifier(schema))).fetchall()
    rows: list[Row] = [(int(age), int(age) + 4, int(men), int(women)) for age, men, women in counted]
    return _write(folder / "age-sex-first.csv", rows), _write(folder / "age-sex.csv", widened(rows))


def widened(rows: list[Row]) -> list[Row]:
    """Join neighbouring classes, youngest first, until no cell is between 1 and 9 (PUB-1, PUB-10a)."""
    joined: list[Row] = []
    for row in rows:
        if joined and min(joined[-1][2:]) < SMALL:
            last = joined.pop()
            joined.append((last[0], row[1], last[2] + row[2], last[3] + row[3]))
        else:
            joined.append(row)
    if len(joined) > 1 and min(joined[-1][2:]) < SMALL:
        last, before = joined.pop(), joined.pop()
        joined.append((before[0], last[1], before[2] + last[2], before[3] + last[3]))
    return joined


def _write(path: Path, rows: list[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["年齢階級", "男（患者数）", "女（患者数）"])
        for youngest, oldest, men, women in rows:
            label = f"{youngest}歳以上" if oldest >= OLDEST else f"{youngest}～{oldest}歳"
            writer.writerow([label, men, women])
    return path
