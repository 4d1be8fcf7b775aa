"""Roles, their policies, and instance profiles."""

from __future__ import annotations

import json
from typing import Any

from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, Values, handler, present, tag_dict, tag_list, unless_gone

HOUR = 3600


@handler
class Role(Handler):
    """A role with its trust policy."""

    type = "aws:iam/role:Role"
    replace = frozenset({"name", "path"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        calls.iam.create_role(
            RoleName=inputs["name"],
            AssumeRolePolicyDocument=inputs["assumeRolePolicy"],
            **present(
                Path=inputs.get("path"),
                Description=inputs.get("description"),
                MaxSessionDuration=inputs.get("maxSessionDuration"),
                PermissionsBoundary=inputs.get("permissionsBoundary"),
                Tags=tag_list(inputs.get("tags")) or None,
            ),
        )
        return str(inputs["name"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is None:
            return
        calls.iam.update_assume_role_policy(RoleName=id, PolicyDocument=inputs["assumeRolePolicy"])
        calls.iam.update_role(
            RoleName=id,
            Description=inputs.get("description", ""),
            MaxSessionDuration=inputs.get("maxSessionDuration", HOUR),
        )
        boundary = inputs.get("permissionsBoundary")
        if boundary and boundary != old.get("permissionsBoundary"):
            calls.iam.put_role_permissions_boundary(RoleName=id, PermissionsBoundary=boundary)
        elif not boundary and old.get("permissionsBoundary"):
            calls.iam.delete_role_permissions_boundary(RoleName=id)
        wanted, had = inputs.get("tags") or {}, old.get("tags") or {}
        if gone := sorted(set(had) - set(wanted)):
            calls.iam.untag_role(RoleName=id, TagKeys=gone)
        calls.iam.tag_role(RoleName=id, Tags=tag_list(wanted))

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        role = calls.iam.get_role(RoleName=id)["Role"]
        tags = tag_dict(role.get("Tags"))
        shown = {
            "name": id,
            "arn": role["Arn"],
            "path": role["Path"],
            "uniqueId": role["RoleId"],
            "createDate": role["CreateDate"].isoformat(),
            "assumeRolePolicy": json.dumps(role["AssumeRolePolicyDocument"]),
            "description": role.get("Description"),
            "maxSessionDuration": role.get("MaxSessionDuration", HOUR),
            "permissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
            "tags": tags,
            "tagsAll": tags,
        }
        return {key: value for key, value in shown.items() if value is not None}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.iam.delete_role(RoleName=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        with unless_gone():
            shown = self.read(calls, inputs["name"], inputs)
            return str(inputs["name"]) if shown and shown["tags"] == (inputs.get("tags") or {}) else None
        return None


@handler
class RolePolicy(Handler):
    """A policy inside a role."""

    type = "aws:iam/rolePolicy:RolePolicy"
    replace = frozenset({"name", "role"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        calls.iam.put_role_policy(RoleName=inputs["role"], PolicyName=inputs["name"], PolicyDocument=inputs["policy"])
        return f"{inputs['role']}:{inputs['name']}"

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            self.create(calls, inputs)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        role, _colon, name = id.partition(":")
        policy = calls.iam.get_role_policy(RoleName=role, PolicyName=name)
        return {"role": role, "name": name, "policy": json.dumps(policy["PolicyDocument"])}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        role, _colon, name = id.partition(":")
        with unless_gone():
            calls.iam.delete_role_policy(RoleName=role, PolicyName=name)


@handler
class InstanceProfile(Handler):
    """What gives an instance its role."""

    type = "aws:iam/instanceProfile:InstanceProfile"
    replace = frozenset({"name", "path"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        calls.iam.create_instance_profile(
            InstanceProfileName=inputs["name"], **present(Tags=tag_list(inputs.get("tags")) or None)
        )
        return str(inputs["name"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        profile = calls.iam.get_instance_profile(InstanceProfileName=id)["InstanceProfile"]
        held = [role["RoleName"] for role in profile["Roles"]]
        for name in held:
            if name != inputs["role"]:
                calls.iam.remove_role_from_instance_profile(InstanceProfileName=id, RoleName=name)
        if inputs["role"] not in held:
            calls.iam.add_role_to_instance_profile(InstanceProfileName=id, RoleName=inputs["role"])
        wanted, had = inputs.get("tags") or {}, (old or {}).get("tags") or {}
        if gone := sorted(set(had) - set(wanted)):
            calls.iam.untag_instance_profile(InstanceProfileName=id, TagKeys=gone)
        if old is not None and wanted:
            calls.iam.tag_instance_profile(InstanceProfileName=id, Tags=tag_list(wanted))

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        profile = calls.iam.get_instance_profile(InstanceProfileName=id)["InstanceProfile"]
        tags = tag_dict(profile.get("Tags"))
        return {
            "name": id,
            "arn": profile["Arn"],
            "path": profile["Path"],
            "uniqueId": profile["InstanceProfileId"],
            "role": profile["Roles"][0]["RoleName"] if profile["Roles"] else "",
            "tags": tags,
            "tagsAll": tags,
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            profile = calls.iam.get_instance_profile(InstanceProfileName=id)["InstanceProfile"]
            for role in profile["Roles"]:
                calls.iam.remove_role_from_instance_profile(InstanceProfileName=id, RoleName=role["RoleName"])
            calls.iam.delete_instance_profile(InstanceProfileName=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        with unless_gone():
            shown = self.read(calls, inputs["name"], inputs)
            return str(inputs["name"]) if shown and shown["tags"] == (inputs.get("tags") or {}) else None
        return None
