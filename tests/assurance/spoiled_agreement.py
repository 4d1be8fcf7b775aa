"""Ways in which what stands is no longer what was approved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.assurance.conftest import Site
from tests.assurance.mutations import MUTATIONS, add, red
from tests.assurance.spoiled_care import on_budget

AGREEMENT = MUTATIONS


@red("P2")
def a_place_that_nobody_approved(site: Site) -> Iterator[None]:
    desks = site.client("workspaces")
    directory = {"DirectoryIds": [site.one["desktopDirectoryId"]]}
    (shown,) = desks.describe_workspace_directories(**directory)["Directories"]
    known = shown["ipGroupIds"][0]
    (group,) = desks.describe_ip_groups(GroupIds=[known])["Result"]
    desks.update_rules_of_ip_group(GroupId=known, UserRules=[*group["userRules"], {"ipRule": "198.51.100.5/32"}])
    yield
    desks.update_rules_of_ip_group(GroupId=known, UserRules=group["userRules"])


@red("P4")
def a_desktop_for_a_stranger(site: Site) -> Iterator[None]:
    desks = site.client("workspaces")
    shown = desks.describe_workspaces(DirectoryId=site.one["desktopDirectoryId"])["Workspaces"][0]
    kept = (
        *("DirectoryId", "BundleId", "VolumeEncryptionKey", "UserVolumeEncryptionEnabled", "WorkspaceProperties"),
        "RootVolumeEncryptionEnabled",
    )
    wanted: dict[str, Any] = {**{key: shown[key] for key in kept}, "UserName": "stranger"}
    made = desks.create_workspaces(Workspaces=[wanted])["PendingRequests"][0]["WorkspaceId"]
    yield
    desks.terminate_workspaces(TerminateWorkspaceRequests=[{"WorkspaceId": made}])


@red("S5")
def a_larger_server_than_approved(site: Site) -> Iterator[None]:
    ec2, server = site.client("ec2"), site.one["serverInstanceId"]
    (shown,) = ec2.describe_instances(InstanceIds=[server])["Reservations"][0]["Instances"]
    for size in ("m6i.32xlarge", shown["InstanceType"]):
        ec2.modify_instance_attribute(InstanceId=server, InstanceType={"Value": size})
        if size != shown["InstanceType"]:
            yield


def _doubled(given: dict[str, Any]) -> dict[str, Any]:
    limit = given["BudgetLimit"]
    return {**given, "BudgetLimit": {**limit, "Amount": str(2 * float(limit["Amount"]))}}


add("a_budget_beyond_the_quote", ("S6",), on_budget(_doubled))
