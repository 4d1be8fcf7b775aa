"""What of the share an approval opens: in the policies, and in the refusals of `hic`, the same."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from infra import policies
from provisioning.approvals.data_sets import TRIAL_MONTHS, can_read, check_can_read, fits_a_policy, opened, share_keys
from provisioning.approvals.model import Approval, TrialData
from provisioning.approvals.reading import read_approval
from provisioning.approvals.states import Access
from provisioning.errors import Refused
from tests.conftest import EXAMPLES

WINDOWS = read_approval(EXAMPLES / "exploratory-windows.yaml")
EVERYBODY = ("shareData/ca/*", "shareData/manual/*")
MONTHS = [f"{year}{month}" for year in (2022, 2023) for month in TRIAL_MONTHS]
TABLES = ["TRIAL_DPC_RE", "TRIAL_DPC_BU", "TRIAL_MED_INI_RE", "TRIAL_PHA_RE_GAI"]


def approved(*data_sets: dict[str, Any]) -> Approval:
    return Approval.model_validate({**WINDOWS.model_dump(mode="json"), "datasets": list(data_sets)})


def trial(months: list[str], *tables: str) -> dict[str, Any]:
    return {"kind": "trial", "months": months, **({"tables": list(tables)} if tables else {})}


def test_months_and_tables_become_keys() -> None:
    assert share_keys(WINDOWS.datasets) == (
        *EVERYBODY,
        "shareData/trialData/*/manifest.json",
        "shareData/trialData/202204/TRIAL_DPC_*.*",
        "shareData/trialData/202204/TRIAL_MED_INI_*.*",
    )
    both = approved(trial(["202204"]), {"kind": "panel", "years": [2022], "variant": "inpatient", "tables": ["MED_RE"]})
    assert share_keys(both.datasets)[2:] == (
        *("shareData/panelData/*/manifest.json", "shareData/trialData/*/manifest.json"),
        *("shareData/panelData/2022/inpatient/PANEL_MED_RE.*", "shareData/trialData/202204/*"),
    )


def test_extracted_data_open_nothing_of_trial_or_panel() -> None:
    special = read_approval(EXAMPLES / "special-linked.yaml")
    assert share_keys(special.datasets) == EVERYBODY
    assert opened(special) == "no trial and no panel data"


def test_years_come_together_only_when_all_their_trial_months_have_the_same_tables() -> None:
    year = [f"2022{month}" for month in TRIAL_MONTHS]
    assert share_keys(approved(trial(year)).datasets)[-1] == "shareData/trialData/2022??/*"
    uneven = approved(trial(year, "DPC_*"), trial(["202204"], "PHA_*"))
    keys = share_keys(uneven.datasets)
    assert not any("??" in key for key in keys)
    assert sum("TRIAL_DPC_" in key for key in keys) == 4
    assert sum("TRIAL_PHA_" in key for key in keys) == 1


def test_a_pattern_that_another_covers_is_left_out() -> None:
    assert share_keys(approved(trial(["202204"], "DPC_*", "DPC_BU", "*")).datasets)[-1].endswith("/202204/*")
    assert opened(approved(trial(["202204"], "DPC_?E", "DPC_RE"))) == "202204 (DPC_?E, DPC_RE)"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(MONTHS), min_size=1),
            st.lists(st.sampled_from(["*", "DPC_*", "*_RE", "DPC_BU", "DPC_?E", "MED_INI_*"]), min_size=1, max_size=3),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_keys_open_exactly_what_can_be_read(blocks: list[tuple[list[str], list[str]]]) -> None:
    approval = approved(*(trial(months, *tables) for months, tables in blocks))
    keys = share_keys(approval.datasets)
    for month in MONTHS:
        for table in TABLES:
            for kind in ("csv", "sql"):
                key = f"shareData/trialData/{month}/{table}.{kind}"
                assert any(fnmatchcase(key, one) for one in keys) is can_read(approval, "trial", month, table)


def test_what_is_not_approved_is_refused_with_the_way_out() -> None:
    check_can_read(WINDOWS, "trial", "202204")
    with pytest.raises(Refused, match="202207 is none of the data that HIC-2026-001 was approved for") as refused:
        check_can_read(WINDOWS, "trial", "202207")
    assert "Approved: 202204 (DPC_*, MED_INI_*)." in refused.value.fix
    assert "LIFE-4" in refused.value.fix
    with pytest.raises(Refused, match="202204 TRIAL_PHA_RE is none"):
        check_can_read(WINDOWS, "trial", "202204", ["TRIAL_PHA_RE"])
    with pytest.raises(Refused, match="2022/all"):
        check_can_read(WINDOWS, "panel", "2022/all")


@pytest.mark.parametrize("pattern", ["DPC_[A-Z]*", "DPC_*,MED_*", "", "../*", "${aws:username}", "TRIAL_", "A" * 25])
def test_patterns_are_what_policies_know(pattern: str) -> None:
    with pytest.raises(ValidationError):
        approved(trial(["202204"], pattern))


def test_patterns_are_read_without_the_name_of_the_data_set() -> None:
    (data,) = approved(trial(["202204"], " trial_dpc_bu ", "med_*")).datasets
    assert data.model_dump()["tables"] == ("DPC_BU", "MED_*")


def _policy_size(approval: Approval) -> int:
    """As AWS counts it: without white space."""
    key = f"arn:aws:kms:ap-northeast-1:123456789012:key/{'0' * 36}"
    scope = policies.ResearcherScope(
        "ap-northeast-1",
        "123456789012",
        "H" * 24,
        share_keys(approval.datasets),
        "hic-share-123456789012",
        f"hic-work-{'h' * 24}-123456789012",
        "arn:aws:dynamodb:ap-northeast-1:123456789012:table/hic-records",
        key,
        key,
        f"vpc-{'0' * 17}",
    )
    text = policies.analysis_role(scope, policies.withheld(Access.READ_ONLY, "2027-01-01T00:00:00Z"))
    return len(json.dumps(json.loads(text), separators=(",", ":")))


def test_what_can_be_registered_fits_the_policy_of_a_role() -> None:
    tables = ("DPC_*", "MED_INI_*", "PHA_*_GAI")
    months = [f"20{year}{month}" for year in range(12, 26) for month in ("01", "04", "07")]
    with pytest.raises(ValidationError, match="whole years"):
        approved(trial(months, *tables))
    for most in range(len(months), 0, -1):
        if fits_a_policy([TrialData(kind="trial", months=tuple(months[:most]), tables=tables)]):
            break
    assert 20 < most < len(months)
    assert 9500 < _policy_size(approved(trial(months[:most], *tables))) <= 10240
    whole = [f"20{year}{month}" for year in range(12, 26) for month in TRIAL_MONTHS]
    assert _policy_size(approved(trial(whole, *tables))) <= 10240
