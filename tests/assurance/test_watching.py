"""What is logged and what may be asked, decided over what was read: without a stand of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from provisioning.assurance.names import name_verdict
from provisioning.assurance.stand import Item, Stand
from provisioning.assurance.watching import NameRule, logged_objects, logs_calls
from tests.assurance.conftest import Site

ALLOWED = ("hic.internal", "s3.ap-northeast-1.amazonaws.com")
REST = NameRule((101, 200), "BLOCK", ("*",))
OWN = NameRule((101, 100), "ALLOW", ALLOWED)


def asked(site: Site, *rules: NameRule, fail_open: bool = False) -> bool:
    """Whether the claim about names holds over these rules."""
    facts = {"name rules": rules, "fail open": fail_open, "profiles": frozenset()}
    stand = Stand("ap-northeast-1", "1", site.untouched.network, (), (Item("vpc", "vpc-1", "A-1", {}, facts),))
    return name_verdict(stand, lambda _region, _account: ALLOWED, "A-1").passed


def test_names_are_closed_by_the_rule_for_the_rest(site: Site) -> None:
    assert asked(site, OWN, REST)
    assert asked(site, REST)
    assert not asked(site, OWN)
    assert not asked(site)
    assert not asked(site, OWN, REST, fail_open=True)


def test_what_is_asked_before_the_rest_counts(site: Site) -> None:
    other = NameRule((101, 150), "ALLOW", ("example.com",))
    assert not asked(site, OWN, other, REST)
    assert asked(site, OWN, REST, replace(other, priority=(102, 1)))
    assert asked(site, OWN, replace(other, action="BLOCK"), REST)


@pytest.mark.parametrize("action", ["ALERT", "BLOCK TXT", "ALLOW"])
def test_only_a_block_of_everything_closes(site: Site, action: str) -> None:
    assert not asked(site, OWN, replace(REST, action=action))


def selector(**fields: Any) -> dict[str, Any]:
    return {"FieldSelectors": [{"Field": name.replace("_", "."), **how} for name, how in fields.items()]}


DATA = {"eventCategory": {"Equals": ["Data"]}, "resources_type": {"Equals": ["AWS::S3::Object"]}}


def test_what_a_selector_logs() -> None:
    begins = {"resources_ARN": {"StartsWith": ["arn:a/", "arn:b/"]}}
    assert logged_objects([selector(**DATA)]) == {"*"}
    assert logged_objects([selector(**DATA, **begins)]) == {"arn:a/", "arn:b/"}
    assert logged_objects([selector(**DATA, **begins, readOnly={"Equals": ["true"]})]) == frozenset()
    assert logged_objects([selector(**DATA, resources_ARN={"NotStartsWith": ["arn:a/"]})]) == frozenset()
    assert logged_objects([selector(eventCategory={"Equals": ["Data"]})]) == frozenset()
    assert logs_calls([selector(eventCategory={"Equals": ["Management"]})])
    assert not logs_calls([selector(eventCategory={"Equals": ["Management"]}, readOnly={"Equals": ["false"]})])


def test_without_a_trail_to_our_bucket_nothing_is_shown(site: Site) -> None:
    items = tuple(item for item in site.untouched.items if item.kind != "trail")
    failed = {verdict.claim.id for verdict in site.prove(replace(site.untouched, items=items)).failed}
    assert failed == {"L3", "L4", "L5", "L6", "L7"}
