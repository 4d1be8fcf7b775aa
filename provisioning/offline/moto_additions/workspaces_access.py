"""Who may reach desktops: groups of addresses, and kinds of devices."""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.moto_api._internal import mock_random
from moto.workspaces.exceptions import ResourceAlreadyExistsException, ResourceNotFoundException
from moto.workspaces.responses import WorkSpacesResponse

SERVICE = WorkSpacesResponse
MOST_GROUPS, MOST_RULES = 25, 10
Record = dict[str, Any]


def _groups(self: Any) -> dict[str, Record]:
    """Groups hang on moto's backend, so that its reset forgets them too."""
    kept: dict[str, Record] = self.workspaces_backend.__dict__.setdefault("hic_ip_groups", {})
    return kept


def _group(self: Any, known: str) -> Record:
    if known not in _groups(self):
        raise ResourceNotFoundException(f"There is no group {known}")
    return _groups(self)[known]


def _directory(self: Any, known: str) -> Any:
    directory = self.workspaces_backend.workspace_directories.get(known)
    if directory is None:
        raise ResourceNotFoundException(f"The directory {known} is not registered")
    return directory


def _check(count: int, most: int, what: str) -> None:
    if count > most:
        raise JsonRESTError("ResourceLimitExceededException", f"No more than {most} {what}")


def create_ip_group(self: Any) -> str:
    asked = json.loads(self.body)
    rules = asked.get("UserRules") or []
    _check(len(rules), MOST_RULES, "rules in a group")
    if any(group["groupName"] == asked["GroupName"] for group in _groups(self).values()):
        raise ResourceAlreadyExistsException(f"There is a group {asked['GroupName']}")
    known = f"wsipg-{mock_random.get_random_hex(9)}"
    shown = {"groupName": asked["GroupName"], "groupDesc": asked.get("GroupDesc", ""), "userRules": rules}
    _groups(self)[known] = {"groupId": known, **shown, "tags": asked.get("Tags") or []}
    return json.dumps({"GroupId": known})


def describe_ip_groups(self: Any) -> str:
    wanted = json.loads(self.body).get("GroupIds")
    found = [group for known, group in _groups(self).items() if not wanted or known in wanted]
    return json.dumps({"Result": [{k: v for k, v in group.items() if k != "tags"} for group in found]})


def update_rules_of_ip_group(self: Any) -> str:
    asked = json.loads(self.body)
    _check(len(asked["UserRules"]), MOST_RULES, "rules in a group")
    _group(self, asked["GroupId"])["userRules"] = asked["UserRules"]
    return "{}"


def delete_ip_group(self: Any) -> str:
    known = json.loads(self.body)["GroupId"]
    _group(self, known)
    directories = self.workspaces_backend.workspace_directories.values()
    if any(known in directory.ip_group_ids for directory in directories):
        raise JsonRESTError("ResourceAssociatedException", f"{known} belongs to a directory")
    del _groups(self)[known]
    return "{}"


def associate_ip_groups(self: Any) -> str:
    asked = json.loads(self.body)
    directory = _directory(self, asked["DirectoryId"])
    wanted = list(dict.fromkeys([*directory.ip_group_ids, *(_group(self, g)["groupId"] for g in asked["GroupIds"])]))
    _check(len(wanted), MOST_GROUPS, "groups for a directory")
    directory.ip_group_ids = wanted
    return "{}"


def disassociate_ip_groups(self: Any) -> str:
    asked = json.loads(self.body)
    directory = _directory(self, asked["DirectoryId"])
    directory.ip_group_ids = [known for known in directory.ip_group_ids if known not in asked["GroupIds"]]
    return "{}"


def modify_workspace_access_properties(self: Any) -> str:
    asked = json.loads(self.body)
    directory = _directory(self, asked["ResourceId"])
    directory.workspace_access_properties = {
        **directory.workspace_access_properties,
        **asked["WorkspaceAccessProperties"],
    }
    return "{}"


CALLS = (
    *(create_ip_group, describe_ip_groups, update_rules_of_ip_group, delete_ip_group, associate_ip_groups),
    *(disassociate_ip_groups, modify_workspace_access_properties),
)
