"""Months, folders and replacing."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioning.datasets.model import Entry, Manifest
from provisioning.datasets.rules import (
    can_be_trial_month,
    changed_entries,
    check_replacing,
    merged,
    month_folder,
    month_of_path,
    months_warning,
)
from provisioning.errors import Refused


def entry(name: str, sha256: str = "a", ddl: str = "d") -> Entry:
    return Entry(f"{name}.csv", sha256, 1, 1, 8, "DPC_BU", f"{name}.sql", ddl)


def test_months_of_the_trial() -> None:
    months = [f"2022{number:02}" for number in range(14)]
    assert [month for month in months if can_be_trial_month(month)] == ["202201", "202204", "202207", "202210"]
    assert not any(can_be_trial_month(month) for month in ("2204", "202204 ", "２０２２０４", "190004", ""))
    assert month_folder("trial", "202204") == "shareData/trialData/202204/"


@pytest.mark.parametrize(
    ("path", "month"),
    [
        ("trialData/202204/TRIAL_DPC_BU.csv", "202204"),
        ("D:\\202304\\TRIAL_DPC_BU.sql", "202304"),
        (Path("/data/202204/202304/x.csv"), "202304"),
        ("D:\\TRIAL_DPC_BU.csv", None),
        ("/data/202213/x.csv", None),
        ("/data/20220401/x.csv", None),
    ],
)
def test_the_month_of_a_path(path: Path | str, month: str | None) -> None:
    assert month_of_path(path) == month


def test_differing_months_are_pointed_out() -> None:
    assert months_warning("202204", "202204") is None
    assert months_warning(None, "202204") is None
    warning = months_warning("202204", "202304") or ""
    assert all(part in warning for part in ("202204", "202304", "ENV-15"))


def test_replacing() -> None:
    manifest = Manifest("trial", "202204", (entry("A"), entry("B")))
    assert changed_entries(None, [entry("A")]) == ()
    assert changed_entries(manifest, [entry("A"), entry("C")]) == ()
    assert changed_entries(manifest, [entry("A", "z"), entry("B", ddl="z")]) == (entry("A", "z"), entry("B", ddl="z"))
    check_replacing(manifest, [entry("A", "z")], replace=True)
    with pytest.raises(Refused) as caught:
        check_replacing(manifest, [entry("A", "z"), entry("B", ddl="z")], replace=False)
    assert [problem.where for problem in caught.value.problems] == ["A.csv", "B.sql"]


def test_merging_keeps_what_is_not_sent() -> None:
    manifest = Manifest("trial", "202204", (entry("A"), entry("B")))
    after = merged(manifest, "trial", "202204", [entry("C"), entry("A", "z")])
    assert after.files == (entry("A", "z"), entry("B"), entry("C"))
    assert merged(manifest, "trial", "202204", [entry("B")]) == manifest
