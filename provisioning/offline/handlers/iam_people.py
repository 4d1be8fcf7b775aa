"""IAM users without keys, their policies, and policies that stand alone."""

from __future__ import annotations

import json
from typing import Any

from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, Values, handler, present, tag_dict, tag_list, unless_gone


@handler
class User(Handler):
    """A user. With `forceDestroy` access keys that were issued beside the program go with it."""

    type = "aws:iam/user:User"
    named_by = "name"
    replace = frozenset({"name", "path"})
    unapplied = frozenset({"permissionsBoundary"})

    def create(self, calls: Calls, inputs: Values) -> str:
        calls.iam.create_user(
            UserName=inputs["name"],
            **present(
                Path=inputs.get("path"),
                PermissionsBoundary=inputs.get("permissionsBoundary"),
                Tags=tag_list(inputs.get("tags")) or None,
            ),
        )
        return str(inputs["name"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is None:
            return
        wanted, had = inputs.get("tags") or {}, old.get("tags") or {}
        if gone := sorted(set(had) - set(wanted)):
            calls.iam.untag_user(UserName=id, TagKeys=gone)
        calls.iam.tag_user(UserName=id, Tags=tag_list(wanted))

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        user = calls.iam.get_user(UserName=id)["User"]
        tags = tag_dict(user.get("Tags"))
        return {
            "name": id,
            "arn": user["Arn"],
            "path": user["Path"],
            "uniqueId": user["UserId"],
            "tags": tags,
            "tagsAll": tags,
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            if inputs.get("forceDestroy"):
                for page in calls.iam.get_paginator("list_access_keys").paginate(UserName=id):
                    for key in page["AccessKeyMetadata"]:
                        calls.iam.delete_access_key(UserName=id, AccessKeyId=key["AccessKeyId"])
            calls.iam.delete_user(UserName=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        with unless_gone():
            shown = self.read(calls, inputs["name"], inputs)
            return str(inputs["name"]) if shown and shown["tags"] == (inputs.get("tags") or {}) else None
        return None


@handler
class UserPolicy(Handler):
    """A policy inside a user."""

    type = "aws:iam/userPolicy:UserPolicy"
    replace = frozenset({"name", "user"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        calls.iam.put_user_policy(UserName=inputs["user"], PolicyName=inputs["name"], PolicyDocument=inputs["policy"])
        return f"{inputs['user']}:{inputs['name']}"

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            self.create(calls, inputs)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        user, _colon, name = id.partition(":")
        policy = calls.iam.get_user_policy(UserName=user, PolicyName=name)
        return {"user": user, "name": name, "policy": json.dumps(policy["PolicyDocument"])}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        user, _colon, name = id.partition(":")
        with unless_gone():
            calls.iam.delete_user_policy(UserName=user, PolicyName=name)


@handler
class Policy(Handler):
    """A policy of its own; its id is its ARN. A change is a new version, and only the newest is kept."""

    type = "aws:iam/policy:Policy"
    replace = frozenset({"name", "path", "description"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.iam.create_policy(
            PolicyName=inputs["name"],
            PolicyDocument=inputs["policy"],
            **present(
                Path=inputs.get("path"),
                Description=inputs.get("description"),
                Tags=tag_list(inputs.get("tags")) or None,
            ),
        )
        return str(made["Policy"]["Arn"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is None:
            return
        if inputs["policy"] != old["policy"]:
            calls.iam.create_policy_version(PolicyArn=id, PolicyDocument=inputs["policy"], SetAsDefault=True)
            _forget_versions(calls, id)
        wanted, had = inputs.get("tags") or {}, old.get("tags") or {}
        if gone := sorted(set(had) - set(wanted)):
            calls.iam.untag_policy(PolicyArn=id, TagKeys=gone)
        calls.iam.tag_policy(PolicyArn=id, Tags=tag_list(wanted))

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        policy = calls.iam.get_policy(PolicyArn=id)["Policy"]
        version = calls.iam.get_policy_version(PolicyArn=id, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
        tags = tag_dict(policy.get("Tags"))
        shown = {
            "name": policy["PolicyName"],
            "arn": id,
            "path": policy["Path"],
            "policyId": policy["PolicyId"],
            "description": policy.get("Description"),
            "policy": json.dumps(version["Document"]),
            "tags": tags,
            "tagsAll": tags,
        }
        return {key: value for key, value in shown.items() if value is not None}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            _forget_versions(calls, id)
            calls.iam.delete_policy(PolicyArn=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        arn = f"arn:aws:iam::{calls.account}:policy{inputs.get('path', '/')}{inputs['name']}"
        with unless_gone():
            shown = self.read(calls, arn, inputs)
            return arn if shown and shown["tags"] == (inputs.get("tags") or {}) else None
        return None


def _forget_versions(calls: Calls, arn: str) -> None:
    for version in calls.iam.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            calls.iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])


@handler
class RolePolicyAttachment(Handler):
    """A policy of its own that a role has."""

    type = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    replace = frozenset({"role", "policyArn"})

    def create(self, calls: Calls, inputs: Values) -> str:
        calls.iam.attach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
        return f"{inputs['role']}/{inputs['policyArn']}"

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        role, _slash, arn = id.partition("/")
        for page in calls.iam.get_paginator("list_attached_role_policies").paginate(RoleName=role):
            if any(policy["PolicyArn"] == arn for policy in page["AttachedPolicies"]):
                return {"role": role, "policyArn": arn}
        return None

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        role, _slash, arn = id.partition("/")
        with unless_gone():
            calls.iam.detach_role_policy(RoleName=role, PolicyArn=arn)
