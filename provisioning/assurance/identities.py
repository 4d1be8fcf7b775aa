"""Who can act in the account: roles and users with every policy that bounds or empowers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from provisioning.assurance.policy.documents import Document, read_document
from provisioning.assurance.reading import APPROVAL_TAG, tags_of
from provisioning.aws.sessions import Aws

SERVICE_LINKED = "/aws-service-role/"


@dataclass(frozen=True)
class Principal:
    """A role or a user. `services` have their trust by service; `profiles` are the instance profiles of a role."""

    name: str
    arn: str
    kind: str
    approval: str
    tags: Mapping[str, str]
    identity: tuple[Document, ...]
    boundary: Document | None
    trust: Document | None
    profiles: tuple[str, ...]


def read_principals(aws: Aws) -> tuple[Principal, ...]:
    """All roles and users of the account, but for roles that AWS itself keeps for its services.

    Raises Undecidable for a policy that cannot be read.
    """
    iam = aws.client("iam")
    pages = list(iam.get_paginator("get_account_authorization_details").paginate())
    managed = {
        policy["Arn"]: next(v["Document"] for v in policy["PolicyVersionList"] if v["IsDefaultVersion"])
        for page in pages
        for policy in page["Policies"]
    }
    groups = {group["GroupName"]: group for page in pages for group in page["GroupDetailList"]}
    roles = [role for page in pages for role in page["RoleDetailList"] if not role["Path"].startswith(SERVICE_LINKED)]
    users = [user for page in pages for user in page["UserDetailList"]]
    return (
        *(_role(iam, role, managed) for role in roles),
        *(_user(iam, user, groups, managed) for user in users),
    )


def _role(iam: Any, raw: Mapping[str, Any], managed: Mapping[str, Any]) -> Principal:
    name = raw["RoleName"]
    tags = tags_of(raw)
    documents = (*_own(name, raw, "RolePolicyList"), *_attached(iam, raw, managed))
    trust = read_document(f"{name}/trust", raw["AssumeRolePolicyDocument"])
    profiles = tuple(profile["InstanceProfileName"] for profile in raw.get("InstanceProfileList", ()))
    boundary = _boundary(iam, raw, managed)
    return Principal(name, raw["Arn"], "role", tags.get(APPROVAL_TAG, ""), tags, documents, boundary, trust, profiles)


def _user(
    iam: Any, raw: Mapping[str, Any], groups: Mapping[str, Mapping[str, Any]], managed: Mapping[str, Any]
) -> Principal:
    name = raw["UserName"]
    tags = tags_of(raw)
    documents = [*_own(name, raw, "UserPolicyList"), *_attached(iam, raw, managed)]
    for group in raw.get("GroupList", ()):
        documents += [*_own(group, groups[group], "GroupPolicyList"), *_attached(iam, groups[group], managed)]
    boundary = _boundary(iam, raw, managed)
    approval = tags.get(APPROVAL_TAG, "")
    return Principal(name, raw["Arn"], "user", approval, tags, tuple(documents), boundary, None, ())


def _own(name: str, raw: Mapping[str, Any], key: str) -> Iterator[Document]:
    for policy in raw.get(key, ()):
        yield read_document(f"{name}/{policy['PolicyName']}", policy["PolicyDocument"])


def _attached(iam: Any, raw: Mapping[str, Any], managed: Mapping[str, Any]) -> Iterator[Document]:
    for policy in raw.get("AttachedManagedPolicies", ()):
        yield _managed(iam, policy["PolicyArn"], managed)


def _boundary(iam: Any, raw: Mapping[str, Any], managed: Mapping[str, Any]) -> Document | None:
    arn = raw.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    return _managed(iam, arn, managed) if arn else None


def _managed(iam: Any, arn: str, managed: Mapping[str, Any]) -> Document:
    if arn in managed:
        return read_document(arn, managed[arn])
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return read_document(arn, iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"])
