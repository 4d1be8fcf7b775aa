"""A server reads the data sets of its approval and no others: pure, on what the program itself writes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from infra import policies
from provisioning.approvals import names
from provisioning.assurance.policy.cells import Court
from provisioning.assurance.policy.data_sets import data_sets_verdict
from provisioning.assurance.policy.samples import Samples
from provisioning.assurance.stand import Stand
from tests.assurance.standing import (
    ACCOUNT,
    ONE,
    PLANNED,
    SHARE_KEYS,
    UNTOUCHED,
    Change,
    allow,
    also,
    endpoint,
    lets_in,
    passing,
    without,
)

SHARE = f"arn:aws:s3:::{names.share_bucket(ACCOUNT)}"
ROLE = names.analysis_role(ONE)
OTHER = f"{SHARE}/shareData/trialData/202310/*"
VPC = f"vpc-{ONE.lower()}"


def against(stand: Stand, keys: tuple[str, ...] = SHARE_KEYS) -> tuple[str, ...]:
    verdict = data_sets_verdict(Court(stand, PLANNED), ONE, keys)
    assert verdict.passed is not bool(verdict.counterexamples)
    return verdict.counterexamples


def granted(principal: Any, resource: str = OTHER) -> Change:
    return lets_in("share bucket", {**allow("s3:GetObject", resource), "Principal": principal}, approval="platform")


def test_untouched_it_holds_and_has_looked() -> None:
    verdict = data_sets_verdict(Court(UNTOUCHED, PLANNED), ONE, SHARE_KEYS)
    assert (verdict.passed, verdict.counterexamples) == (True, ())
    assert verdict.evidence > 10


def test_without_a_record_nothing_is_shown() -> None:
    verdict = data_sets_verdict(Court(UNTOUCHED, PLANNED), ONE, None)
    assert not verdict.passed
    assert "is not registered here" in verdict.counterexamples[0]


@pytest.mark.parametrize(
    "change",
    [
        also(ROLE, allow("s3:GetObject", OTHER)),
        also(ROLE, allow("s3:GetObjectVersion", f"{SHARE}/shareData/trialData/2022*"), bounded=True),
        also(ROLE, allow("s3:Get*", "*")),
        also(ROLE, {"Effect": "Allow", "NotAction": "s3:PutObject", "Resource": OTHER}),
        also(ROLE, {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": f"{SHARE}/shareData/ca/*"}),
        also(ROLE, allow("s3:GetObject", f"arn:aws:s3:::hic-share-*/{'shareData/panelData/2023/*'}")),
        without(ROLE, "ShareRead"),
        granted({"AWS": f"arn:aws:iam::{ACCOUNT}:role/{ROLE}"}),
        granted("*", f"{SHARE}/shareData/panelData/2023/all/PANEL_MED_RE.csv"),
        passing(endpoint(VPC, "s3", policies.s3_endpoint(ACCOUNT, "other", "work", SHARE_KEYS), "vpce-closed")),
        passing(endpoint(VPC, "s3", None, "vpce-open")),
        passing(
            endpoint(
                VPC,
                "s3",
                policies.s3_endpoint(
                    ACCOUNT, names.share_bucket(ACCOUNT), "work", (*SHARE_KEYS, "shareData/trialData/202310/*")
                ),
                "vpce-more",
            )
        ),
    ],
)
def test_whatever_opens_more_or_less_turns_it_red(change: Change) -> None:
    assert against(change(UNTOUCHED))


@pytest.mark.parametrize(
    "keys",
    [
        SHARE_KEYS[:-1],
        (*SHARE_KEYS, "shareData/trialData/201501/*"),
        tuple(key.replace("/202204/*", "/202204/TRIAL_DPC_*.*") for key in SHARE_KEYS),
    ],
)
def test_what_stands_is_held_against_the_approval_and_not_against_itself(keys: tuple[str, ...]) -> None:
    assert keys != SHARE_KEYS
    found = against(UNTOUCHED, keys)
    assert any(ROLE in text for text in found)
    assert any("vpce-s3" in text for text in found)


def test_a_whole_year_is_itself_and_no_other_pattern() -> None:
    share = names.share_bucket(ACCOUNT)
    year = ("shareData/trialData/2022??/*",)
    for pattern, right in (("2022??", True), ("2022*", False), ("202?07", False), ("2022?*", False)):
        said = [allow("s3:GetObject", f"arn:aws:s3:::{share}/shareData/trialData/{pattern}/*")]
        changed = also(ROLE, *said, bounded=True)(without(ROLE, "ShareRead")(UNTOUCHED))
        stand = passing()(replace(changed, network=replace(changed.network, endpoints=())))
        assert (against(stand, year) == ()) is right, pattern


def test_a_policy_that_cannot_be_decided_is_told() -> None:
    odd = also(ROLE, allow("s3:GetObject", OTHER, Condition={"StringEquals": {"aws:Mystery": "1"}}))
    assert against(odd(UNTOUCHED))
    broken = lets_in("share bucket", {**allow("s3:*"), "Principal": "*", "Sid": "x", "Odd": 1}, approval="platform")
    assert "Odd" in json.dumps(against(broken(UNTOUCHED)))


def test_the_months_of_servers_are_no_samples_for_every_other_claim() -> None:
    """Else each approval would make the questions about all the others more."""
    servers = [each for each in UNTOUCHED.principals if each.name == ROLE]
    share, start = names.share_bucket(ACCOUNT), f"{SHARE}/shareData/"
    assert len(Samples(servers, []).keys(share, ())) >= len(SHARE_KEYS)
    assert Samples(servers, [], {each.arn for each in servers}, start).keys(share, ()) == []
    (writing,) = [each for each in also(ROLE, allow("s3:*", OTHER))(UNTOUCHED).principals if each.name == ROLE]
    assert Samples([writing], [], {writing.arn}, start).keys(share, ()) == ["shareData/trialData/202310/0any"]
