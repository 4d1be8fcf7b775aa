"""What of the share bucket an approval opens, and what it does not (FLOW-7, LIFE-4, REV-9). Pure.

The same answer makes the policies of the server's role and of its way to S3, their proof, and the refusals of `hic`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from provisioning.errors import Refused
from provisioning.messages import _

if TYPE_CHECKING:
    from provisioning.approvals.model import Approval, DataSet

TRIAL_MONTHS = ("01", "04", "07", "10")  # DATA-2

FOLDERS = {"trial": "shareData/trialData", "panel": "shareData/panelData"}  # ENV-10
PREFIXES = {"trial": "TRIAL_", "panel": "PANEL_"}  # of tables; patterns come without them
FOR_EVERYBODY = ("shareData/ca/*", "shareData/manual/*")
EVERY = "*"
# A role holds 10,240 characters of policy; this many are left for the ARNs of what it may read in the share.
MOST_CHARACTERS = 6500
OF_AN_ARN = len('"arn:aws:s3:::hic-share-123456789012/",')
Edition = tuple[str, str]  # the data set, and its month `202204` or its year and kind `2022/all`


def approved_tables(data_sets: Iterable[DataSet]) -> Mapping[Edition, tuple[str, ...]]:
    """Patterns of tables by edition; those that another one covers are left out."""
    found: dict[Edition, set[str]] = {}
    for data_set in data_sets:
        for edition, tables in _pieces(data_set):
            found.setdefault(edition, set()).update(tables)
    return {edition: _widest(patterns) for edition, patterns in sorted(found.items())}


def _pieces(data_set: DataSet) -> Iterator[tuple[Edition, tuple[str, ...]]]:
    """Data extracted for one application are no part of the share: they come into the approval's own bucket."""
    if data_set.kind == "trial":
        yield from ((("trial", month), data_set.tables) for month in data_set.months)
    elif data_set.kind == "panel":
        yield from ((("panel", f"{year}/{data_set.variant}"), data_set.tables) for year in data_set.years)


def _widest(patterns: set[str]) -> tuple[str, ...]:
    covered = {one for one in patterns for other in patterns - {one} if "?" not in other and fnmatchcase(one, other)}
    return tuple(sorted(patterns - covered))


def share_keys(data_sets: Iterable[DataSet]) -> tuple[str, ...]:
    """The objects of the share bucket that may be read, as patterns of keys: what everybody needs, the manifests
    of each kind of data that is named, and the approved tables with their DDL.

    Months come together as a year where all four of its trial months have the same tables (DATA-2): so nothing is
    opened that is not named.
    """
    tables = approved_tables(data_sets)
    kinds = sorted({dataset for dataset, _edition in tables})
    manifests = [f"{FOLDERS[kind]}/*/manifest.json" for kind in kinds]
    data = {
        f"{FOLDERS[dataset]}/{folder}/{_files(dataset, pattern)}"
        for (dataset, folder), patterns in _by_year(tables).items()
        for pattern in patterns
    }
    return (*FOR_EVERYBODY, *manifests, *sorted(data))


def fits_a_policy(data_sets: Iterable[DataSet]) -> bool:
    """Whether the policy of the server's role can name all of it."""
    return sum(len(key) + OF_AN_ARN for key in share_keys(data_sets)) <= MOST_CHARACTERS


def _files(dataset: str, pattern: str) -> str:
    return EVERY if pattern == EVERY else f"{PREFIXES[dataset]}{pattern}.*"


def _by_year(tables: Mapping[Edition, tuple[str, ...]]) -> Mapping[Edition, tuple[str, ...]]:
    """The same with `2022??` for the four trial months of a year that have the same tables."""
    whole: dict[Edition, tuple[str, ...]] = {}
    for (dataset, edition), patterns in tables.items():
        year = [("trial", edition[:4] + month) for month in TRIAL_MONTHS]
        same = dataset == "trial" and all(tables.get(month) == patterns for month in year)
        whole[dataset, f"{edition[:4]}??" if same else edition] = patterns
    return whole


def can_read(approval: Approval, dataset: str, edition: str, table: str = "") -> bool:
    """Whether a table of an edition is approved; without a table, whether any of the edition is."""
    patterns = approved_tables(approval.datasets).get((dataset, edition), ())
    short = table.removeprefix(PREFIXES[dataset])
    return bool(patterns) if not table else any(fnmatchcase(short, pattern) for pattern in patterns)


def opens_any(approval: Approval, dataset: str) -> bool:
    """Whether anything of a kind of data is approved."""
    return any(kind == dataset for kind, _edition in approved_tables(approval.datasets))


def check_can_read(approval: Approval, dataset: str, edition: str, asked: Iterable[str] = ()) -> None:
    """Raise Refused unless the edition is approved, and `asked`, which found no approved table in it, is empty."""
    if (beyond := tuple(asked)) or not can_read(approval, dataset, edition):
        what = f"{edition} {', '.join(beyond)}".strip()
        raise Refused(
            _("{what} is none of the data that {approval} was approved for.").format(what=what, approval=approval.id),
            fix=_("Approved: {opened}. More needs a change application (LIFE-4): ask the secretariat.").format(
                opened=opened(approval)
            ),
        )


def opened(approval: Approval) -> str:
    """The approved editions in words, each with its patterns of tables."""
    tables = approved_tables(approval.datasets)
    told = (f"{edition} ({', '.join(patterns)})" for (_dataset, edition), patterns in tables.items())
    return ", ".join(told) or _("no trial and no panel data")
