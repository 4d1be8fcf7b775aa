"""What a changed approval would do to an environment that stands: no more than it must."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from provisioning.environments.engine import Op
from provisioning.errors import HicError
from tests.infra.conftest import Standing, changed, changed_approval, environment_request

WINDOWS = 1


def _one_more(handlers: list[Any]) -> list[Any]:
    return [*handlers, {**handlers[1], "id": "analyst-x", "name": "取扱者 X", "email": "x@univ.example.jp"}]


@pytest.mark.parametrize(
    ("field", "change", "steps"),
    [
        ("title", lambda title: title + "、続き", []),
        ("handlers", _one_more, [("create", "Workspace", ())]),
        ("handlers", lambda handlers: handlers[:1], [("delete", "Workspace", ())]),
        (
            "environment",
            lambda e: {**e, "options": {"extension_tb": 1}},
            [("update", "Budget", ("limitAmount",)), ("update", "Volume", ("size",))],
        ),
        (
            "places",
            lambda places: [{**places[0], "cidrs": ["203.0.113.64/28"]}],
            [("update", "IpGroup", ("rules",)), ("update", "UserPolicy", ("policy",))],
        ),
        (
            "datasets",
            lambda sets: [*sets, {"kind": "trial", "months": ["202207"]}],
            [("update", "RolePolicy", ("policy",)), ("update", "VpcEndpoint", ("policy",))],
        ),
        (
            "environment",
            lambda e: {**e, "kind": "special", "spec": "甲"},
            [
                ("update", "Budget", ("limitAmount",)),
                ("update", "Instance", ("instanceType",)),
                ("update", "Volume", ("size",)),
            ],
        ),
    ],
)
def test_a_change_touches_only_what_it_must(standing: Standing, field: str, change: Any, steps: list[Any]) -> None:
    built = standing.environments[WINDOWS]
    was = built.approval.model_dump(mode="json")[field]
    approval = changed_approval(built.approval, **{field: change(was)})
    assert changed(standing.engine.plan(environment_request(approval, built.network))) == steps


def test_a_shorter_period_only_changes_tags(standing: Standing) -> None:
    built = standing.environments[WINDOWS]
    approval = changed_approval(built.approval, period={"start": "2026-11-01", "end": "2027-03-31"})
    plan = standing.engine.plan(environment_request(approval, built.network))
    assert {step.op for step in plan.steps} == {Op.SAME, Op.UPDATE}
    assert {key for step in plan.steps for key in step.changed} == {"tags", "rootBlockDevice"}
    assert plan.outputs["serverInstanceId"] == built.outputs["serverInstanceId"]


def test_a_suspension_shuts_what_lets_people_in_and_touches_nothing_else(standing: Standing) -> None:
    built = standing.environments[WINDOWS]
    closed = standing.engine.plan(environment_request(built.approval, built.network, access="closed"))
    assert changed(closed) == [
        ("create", "InstanceState", ()),
        ("update", "BucketPolicy", ("policy",)),
        ("update", "Directory", ("workspaceAccessProperties",)),
        ("update", "RolePolicy", ("policy",)),
        ("update", "UserPolicy", ("policy",)),
    ]
    reading = standing.engine.plan(environment_request(built.approval, built.network, access="read-only"))
    assert {type for _op, type, _inputs in changed(reading)} == {"BucketPolicy", "RolePolicy", "UserPolicy"}
    with pytest.raises(HicError, match="'ajar' is no access"):
        standing.engine.plan(environment_request(built.approval, built.network, access="ajar"))


def test_a_newer_image_is_for_new_environments_only(standing: Standing) -> None:
    built = standing.environments[WINDOWS]
    request = environment_request(built.approval, built.network, imageWindows="ami-0d1c00000000b2001")
    assert changed(standing.engine.plan(request)) == []


def test_another_bundle_or_connector_account_is_for_new_desktops_only(standing: Standing) -> None:
    """Replacing a desktop takes its disks away; no run may do so by itself, least of all that of a suspension."""
    built = standing.environments[WINDOWS]
    told = {"workspacesBundle": "wsb-000000001", "connectorUser": "svc-hic"}
    for more in ({}, {"access": "closed"}):
        request = environment_request(built.approval, built.network, **told, **more)
        request = replace(request, secrets={**request.secrets, "connectorPassword": "Another-Password-1"})
        steps = changed(standing.engine.plan(request))
        assert [step for step in steps if step[0] in ("replace", "delete")] == []
        assert {type for _op, type, _inputs in steps if type in ("Workspace", "Directory")} == (
            {"Directory"} if more else set()
        )


def test_another_network_would_mean_another_environment(standing: Standing) -> None:
    built = standing.environments[WINDOWS]
    plan = standing.engine.plan(environment_request(built.approval, 77))
    replaced = {step.type.rpartition(":")[2] for step in plan.steps if step.op is Op.REPLACE}
    assert {"Vpc", "Subnet", "Instance", "Workspace", "VpcEndpoint"} <= replaced
    assert not {"Key", "Bucket", "Role"} & replaced
