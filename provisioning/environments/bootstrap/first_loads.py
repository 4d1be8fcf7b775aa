"""The commands that load what an approval names, as they are shown to its researchers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from provisioning.approvals.model import Approval, ExtractedData, PanelData, TrialData

SCHEMA = "sample"  # the manual's
# Tables of receipts, one row for each: the first that is approved is the example.
RECEIPTS = {
    "trial": ("DPC_RE", "MED_INI_RE", "MED_GAI_RE", "PHA_RE", "PHA_RE_GAI"),
    "panel": ("MED_RE", "DPC_RE", "DEN_RE", "PHA_RE"),
}


@dataclass(frozen=True)
class FirstLoad:
    """One command of `hic load`: where its data lie in the share bucket, and a table that comes of it.

    `table` is empty when the approval's patterns name none of receipts.
    """

    folder: str
    command: str
    schema: str
    table: str


def first_loads(approval: Approval) -> tuple[FirstLoad, ...]:
    """A command for every data set that is approved, but for those that are extracted: these are not in the share.

    Months go into the same tables, each as a part of its own; panels of several years or kinds into a schema each.
    """
    trials = [data for data in approval.datasets if isinstance(data, TrialData)]
    append = len({month for data in trials for month in data.months}) > 1
    panels = dict.fromkeys(
        (year, data.variant, data.tables)
        for data in approval.datasets
        if isinstance(data, PanelData)
        for year in data.years
    )
    apart = len({(year, kind) for year, kind, _tables in panels}) > 1
    return (
        *(_trial(data, append=append) for data in trials),
        *(_panel(year, kind, tables, f"panel_{year}_{kind}" if apart else SCHEMA) for year, kind, tables in panels),
    )


def extracted(approval: Approval) -> tuple[str, ...]:
    """What was extracted for this approval alone, as it is described there."""
    return tuple(data.description for data in approval.datasets if isinstance(data, ExtractedData))


def _trial(data: TrialData, *, append: bool) -> FirstLoad:
    months = list(dict.fromkeys(data.months))
    words = [*(f"--month {month}" for month in months), *_tables(data.tables), f"--schema {SCHEMA}"]
    command = " ".join(["hic load trial", *words, *(["--append"] if append else [])])
    return FirstLoad(f"shareData/trialData/{months[0]}/", command, SCHEMA, _example("trial", data.tables))


def _panel(year: int, kind: str, patterns: Sequence[str], schema: str) -> FirstLoad:
    words = [f"--year {year} --kind {kind}", *_tables(patterns), f"--schema {schema}"]
    folder = f"shareData/panelData/{year}/{kind}/"
    return FirstLoad(folder, " ".join(["hic load panel", *words]), schema, _example("panel", patterns))


def _tables(patterns: Sequence[str]) -> Iterator[str]:
    """In quotes that PowerShell and the shell of Ubuntu read alike; nothing where all tables are approved."""
    if "*" not in patterns:
        yield f"--tables '{','.join(patterns)}'"


def _example(dataset: str, patterns: Sequence[str]) -> str:
    prefix = dataset.upper()
    for name in RECEIPTS[dataset]:
        if any(fnmatchcase(one, pattern.upper()) for pattern in patterns for one in (name, f"{prefix}_{name}")):
            return f"{prefix}_{name}".lower()
    return ""
