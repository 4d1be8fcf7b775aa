"""The marts made slowly, row by row, from the CSV files alone: what the SQL is checked against."""

from __future__ import annotations

import calendar
import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from provisioning.datasets.catalogue import read_catalogue

Row = dict[str, Any]
CARE = (("医科入院", "MED_INI", ""), ("医科外来", "MED_GAI", ""), ("DPC", "DPC", ""))
DRUGSTORES = (("調剤", "PHA", ""), ("外来の調剤", "PHA", "_GAI"))


class Reference:
    """Reads the CSV files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tables = {table.name: table for table in read_catalogue()}

    def rows(self, name: str) -> list[Row]:
        """A table's rows with PostgreSQL's values: numbers as numbers, empty as None."""
        columns = self._tables[name].layout.columns
        with (self._folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            return [
                {column.name: _value(column.sql_type, text) for column, text in zip(columns, line, strict=True)}
                for line in csv.reader(stream)
            ]

    def firsts(self, name: str, *key: str) -> dict[Any, Row]:
        """The row with the least seq1_no for each key."""
        found: dict[Any, Row] = {}
        for row in sorted(self.rows(name), key=lambda row: row["seq1_no"]):
            found.setdefault(tuple(row[k] for k in key or ("seq2_no",)), row)
        return found

    def integrated_re(self) -> Iterator[tuple[Any, ...]]:
        """統合RE."""
        for kind, stem, ending in CARE + DRUGSTORES:
            heads = self.rows(f"TRIAL_{stem}_RE{ending}")
            payers = self.firsts(f"TRIAL_{stem}_HO{ending}")
            groups = self.firsts("TRIAL_DPC_BU") if kind == "DPC" else {}
            for key, re in self.firsts(f"TRIAL_{stem}_RE{ending}").items():
                ho, bu = payers.get(key, {}), groups.get(key, {})
                yield (
                    *(kind, re["seq2_no"], re["prac_ym"], re["rcp_cls"], re["sex_div"], re["age_hier_cd"]),
                    *(re.get(k) for k in ("hostz_ymd", "ward_div", "bed_capa_hier_code", "prac1_name")),
                    ho.get("prspt_rcptn_times" if stem == "PHA" else "prac_true_days"),
                    ho.get("total_score"),
                    *(bu.get(k) for k in ("diag_grp_cls_no", "this_hostz_ymd", "this_dschg_ymd", "dpc_outcm_div")),
                    sum(row["seq2_no"] == re["seq2_no"] for row in heads),
                )

    def integrated_sy(self) -> Iterator[tuple[Any, ...]]:
        """統合SY."""
        for kind, stem, _ending in CARE:
            for row in self.rows(f"TRIAL_{stem}_SY"):
                main = row["main_skwd"] == "01"
                yield (*_named(kind, "SY", row), main, None, None, row["prac_str_ymd"], row["outcm_div"])
        for row in self.rows("TRIAL_DPC_SB"):
            main = row["skwd_name_div"] == "11"
            yield (*_named("DPC", "SB", row), main, row["skwd_name_div"], row["icd10_cd"], None, None)

    def integrated_si(self) -> Iterator[tuple[Any, ...]]:
        """統合SI."""
        for kind, stem, _ending in CARE:
            for row, ident in self._filled(stem, "SI"):
                head = (kind, row["seq2_no"], row["seq1_no"], "SI", ident, row["prac_act_cd"])
                yield (*head, None, None, None, row["qnt_dat"], row["score"], row["times"])
        for row in self._coding("1", "TRIAL_DPC_SI", "prac_act_cd"):
            head = ("DPC", row["seq2_no"], row["seq1_no"], "CD", row["prac_ident"], row["rcpt_comp_sys_rec"])
            yield (*head, None, None, row["oprtn_ymd"], row["qnt_dat"], None, row["times"])
        for row in self.rows("TRIAL_DPC_SK"):
            head = ("DPC", row["seq2_no"], row["seq1_no"], "SK", None, row["prac_act_cd"])
            yield (*head, row["div_no"], row["prac_div_cd"], row["oprtn_plan_ymd"], None, None, None)

    def integrated_iy(self) -> Iterator[tuple[Any, ...]]:
        """統合IY."""
        for kind, stem, _ending in CARE:
            for row, ident in self._filled(stem, "IY"):
                head = (kind, row["seq2_no"], row["seq1_no"], "IY", ident, row["medicine_cd"], row["use_amnt"])
                yield (*head, row["times"], row["score"], None, None, None, None)
        for row in self._coding("6", "TRIAL_DPC_IY", "medicine_cd"):
            head = ("DPC", row["seq2_no"], row["seq1_no"], "CD", row["prac_ident"], row["rcpt_comp_sys_rec"])
            yield (*head, row["use_amnt"], row["times"], None, row["oprtn_ymd"], None, None, None)
        for kind, _stem, ending in DRUGSTORES:
            yield from self._dispensed(kind, ending)

    def _filled(self, stem: str, record: str) -> Iterator[tuple[Row, str | None]]:
        """Rows with the treatment class of the block's first row, whichever record that is."""
        lines = [row for one in ("SI", "IY", "TO") for row in self.rows(f"TRIAL_{stem}_{one}")]
        receipt, ident = None, None
        for row in sorted(lines, key=lambda row: (row["seq2_no"], row["seq1_no"])):
            if row["seq2_no"] != receipt:
                receipt, ident = row["seq2_no"], None
            ident = row["prac_ident"] or ident
            if row["rec_ident_info"] == record:
                yield row, ident

    def _coding(self, first: str, table: str, code: str) -> Iterator[Row]:
        done = set()
        for row in self.rows(table):
            for day in range(1, 32):
                if (row[f"days{day:02}_info"] or 0) > 0:
                    done.add((row["seq2_no"], row[code], f"{day:02}"))
        for row in self.rows("TRIAL_DPC_CD"):
            double = (row["seq2_no"], row["rcpt_comp_sys_rec"], row["oprtn_ymd"][6:]) in done
            if row["rcpt_comp_sys_rec"].startswith(first) and not double:
                yield row

    def _dispensed(self, kind: str, ending: str) -> Iterator[tuple[Any, ...]]:
        lines = [row for record in ("SH", "CZ", "IY") for row in self.rows(f"TRIAL_PHA_{record}{ending}")]
        lines.sort(key=lambda row: (row["seq2_no"], row["seq1_no"]))
        blocks: list[list[Row]] = []
        for row in lines:
            if row["rec_ident_info"] == "SH":
                blocks.append([])
            blocks[-1].append(row)
        for block in blocks:
            sold = [row for row in block if row["rec_ident_info"] == "CZ"]
            amount = sum(row["dspng_amnt"] for row in sold) if sold else None
            first = min(row["dspng_ymd"] for row in sold) if sold else None
            for row in block:
                if row["rec_ident_info"] == "IY":
                    head = (kind, row["seq2_no"], row["seq1_no"], "IY", None, row["medicine_cd"], row["use_amnt"])
                    sh = block[0]
                    yield (*head, amount, None, first, sh["dsg_frm_cd"], sh["drctn_use_cd"], len(sold) or None)

    def daily_counts(self) -> Iterator[tuple[Any, ...]]:
        """日ごとの回数."""
        codes = (("SI", "prac_act_cd"), ("IY", "medicine_cd"), ("TO", "spcfc_dev_cd"))
        for kind, stem, _ending in CARE:
            months = {key[0]: row["prac_ym"] for key, row in self.firsts(f"TRIAL_{stem}_RE").items()}
            for record, code in codes:
                for row in self.rows(f"TRIAL_{stem}_{record}"):
                    month = months[row["seq2_no"]]
                    year, number = int(month[:4]), int(month[4:])
                    for day in range(1, 32):
                        count = row[f"days{day:02}_info"]
                        if count is None:
                            continue
                        real = day <= calendar.monthrange(year, number)[1]
                        when = date(year, number, day) if real else None
                        yield (kind, row["seq2_no"], row["seq1_no"], record, row[code], day, when, count)

    def patients(self) -> Iterator[tuple[Any, ...]]:
        """患者."""
        kinds = {"MED": "", "DPC": "dpc", "PHA": "dispensing", "DEN": "dental"}
        seen: dict[str, list[tuple[str, Row, int]]] = {}
        for stem, name in kinds.items():
            payers = self.firsts(f"PANEL_{stem}_HO", "seq2_no", "prac_ym")
            for key, re in self.firsts(f"PANEL_{stem}_RE", "seq2_no", "prac_ym").items():
                kind = name or ("inpatient" if int(re["rcp_cls"][3]) % 2 else "outpatient")
                score = payers.get(key, {}).get("total_score") or 0
                seen.setdefault(re["id5"], []).append((kind, re, score))
        checked, guided = self.rows("PANEL_TOKKEN_BASE"), self.rows("PANEL_THOKEN_BASE")
        for id5, found in seen.items():
            rows = [re for _kind, re, _score in found]
            months = {re["prac_ym"] for re in rows}
            counts = [
                sum(kind == k for kind, *_rest in found)
                for k in ("outpatient", "inpatient", "dpc", "dispensing", "dental")
            ]
            mine = [row["mee_ymd"] for row in checked if row["id5"] == id5]
            yield (
                *(id5, *(min(re[k] for re in rows) for k in ("sex_div", "birth_ym", "age", "post_no_top2"))),
                *(min(months), max(months), len(months), *counts, sum(score for *_rest, score in found)),
                *(len(mine), min(mine, default=None), sum(row["id5"] == id5 for row in guided)),
            )


def _value(sql_type: str, text: str) -> Any:
    if text == "":
        return None
    if sql_type in ("smallint", "integer", "bigint"):
        return int(text)
    return Decimal(text) if sql_type.startswith("numeric") else text


def _named(kind: str, record: str, row: Row) -> tuple[Any, ...]:
    modifiers = row["modif_cd"] or ""
    suspected = "8002" in [modifiers[at : at + 4] for at in range(0, len(modifiers), 4)]
    return (kind, row["seq2_no"], row["seq1_no"], record, row["skwd_name_cd"], row["modif_cd"], suspected)
