"""Pure decisions about data sets: months, folders, and whether content may be published over other content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from provisioning.approvals.data_sets import FOLDERS, TRIAL_MONTHS
from provisioning.datasets.model import Entry, Manifest
from provisioning.errors import BadInput, Problem, Refused
from provisioning.messages import _

PANEL_KINDS = ("all", "inpatient")  # DATA-9
MANIFEST = "manifest.json"
_MONTH_IN_PATH = re.compile(r"(?:^|[\\/])(20\d{2}(?:0[1-9]|1[0-2]))(?=[\\/])")


def can_be_trial_month(month: str) -> bool:
    """Whether `month` is YYYYMM with one of the sampling months 01, 04, 07, 10 (DATA-2)."""
    return re.fullmatch(r"20\d{2}(0[1-9]|1[0-2])", month) is not None and month[4:] in TRIAL_MONTHS


def check_trial_month(month: str) -> None:
    """Raise BadInput unless `month` is a month of the trial data (DATA-2)."""
    if not can_be_trial_month(month):
        raise BadInput(
            _("'{month}' is no month of the trial data.").format(month=month),
            fix=_("Write YYYYMM with month 01, 04, 07 or 10, for example 202204."),
        )


def check_panel(year: int, kind: str) -> None:
    """Raise BadInput unless there can be a panel of that fiscal year and kind (DATA-9)."""
    if not 2022 <= year <= 2099:  # ID5 is on receipts from 2022-02 (DATA-12)
        raise BadInput(
            _("{year} is no year of the panel.").format(year=year), fix=_("Panels begin with fiscal year 2022.")
        )
    if kind not in PANEL_KINDS:
        raise BadInput(
            _("'{kind}' is no kind of panel.").format(kind=kind),
            fix=_("There are: {kinds}.").format(kinds=", ".join(PANEL_KINDS)),
        )


def panel_edition(year: int, kind: str) -> str:
    """The panel of a year and kind as a part of the path: `2022/all`. Raises BadInput when there can be none."""
    check_panel(year, kind)
    return f"{year}/{kind}"


def check_edition(dataset: str, edition: str) -> None:
    """Raise BadInput unless `edition` is a month of the trial data, or a year and kind of a panel."""
    if dataset == "trial":
        check_trial_month(edition)
        return
    year, _slash, kind = edition.partition("/")
    check_panel(int(year) if re.fullmatch(r"[0-9]{4}", year) else 0, kind)


def month_folder(dataset: str, month: str) -> str:
    """The folder of a month or panel in the share bucket: `shareData/trialData/202204/` (ENV-10)."""
    return f"{FOLDERS[dataset]}/{month}/"


def month_of_path(path: Path | str) -> str | None:
    """The YYYYMM folder a file lies in, or None."""
    found = _MONTH_IN_PATH.findall(str(path))
    return found[-1] if found else None


def months_warning(csv_month: str | None, ddl_month: str | None) -> str | None:
    """What to tell when CSV and DDL come from different months (ENV-15), or None."""
    if csv_month is None or ddl_month is None or csv_month == ddl_month:
        return None
    return _("The CSV is of {csv_month}, the DDL of {ddl_month}: see that the layout did not change (ENV-15).").format(
        csv_month=csv_month, ddl_month=ddl_month
    )


def changed_entries(manifest: Manifest | None, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries of which the manifest knows another content."""
    known: Mapping[str, Entry] = {entry.name: entry for entry in manifest.files} if manifest else {}
    return tuple(entry for entry in entries if entry.name in known and known[entry.name] != entry)


def check_replacing(manifest: Manifest | None, entries: Iterable[Entry], replace: bool) -> None:
    """Raise Refused when published content would change without `replace`."""
    changed = changed_entries(manifest, entries)
    if changed and not replace:
        raise Refused(
            _("Other content is already published under these names."),
            fix=_("Compare first; to publish the new content in its place, add --replace."),
            problems=[_difference(manifest, entry) for entry in changed],
        )


def _difference(manifest: Manifest | None, entry: Entry) -> Problem:
    old = manifest.entry(entry.name) if manifest else None
    if old is None or old.sha256 == entry.sha256:
        return Problem(entry.ddl, _("the published DDL is another one"))
    text = _("published: {old_rows} rows, sha256 {old_sha}; here: {rows} rows, sha256 {sha}")
    return Problem(
        entry.name,
        text.format(old_rows=old.rows, old_sha=old.sha256[:12], rows=entry.rows, sha=entry.sha256[:12]),
    )


def merged(manifest: Manifest | None, dataset: str, month: str, entries: Iterable[Entry]) -> Manifest:
    """The manifest with `entries` put in, by name."""
    files = {entry.name: entry for entry in manifest.files} if manifest else {}
    files |= {entry.name: entry for entry in entries}
    return Manifest(dataset, month, tuple(files[name] for name in sorted(files)))
