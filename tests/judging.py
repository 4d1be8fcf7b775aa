"""What commands ask of AWS, judged by the policies of those who run them: moto itself lets everybody do everything.

Policies are those that the programs write, as `assurance.standing` has them. Judged are the daily roles; what the role
that builds may do is held against the engine's own calls in `infra/test_builder.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from provisioning.approvals import names
from provisioning.approvals.data_sets import share_keys
from provisioning.approvals.reading import read_approval
from provisioning.assurance.policy.contexts import ON_A_SERVER, ORDINARY, Keys, keys_of
from provisioning.assurance.policy.decide import Caller, Policies, Request, decide
from provisioning.assurance.policy.documents import Document, read_document
from provisioning.assurance.stand import PLATFORM, Item, Stand
from provisioning.aws.permissions import permissions
from provisioning.aws.sessions import Aws
from tests.assurance.standing import ACCOUNT, PLATFORM_KEY, REGION, SHARE_KEYS, TABLE, key, standing
from tests.conftest import EXAMPLES

STAFF = {"operator": "hic-operator", "reviewer": "hic-reviewer", "auditor": "hic-auditor"}
LEADING = "dynamodb:leadingkeys"
OF_EXAMPLES = re.compile(r"HIC-\d{4}-\d{3}(?!\d)")
# Commands of the role that builds, of the one that sets servers up, and of nobody on AWS.
NOT_DAILY = ("env", "platform", "local", "server")
READS_OBJECTS = ("s3:GetObject", "s3:GetObjectVersion")


@dataclass(frozen=True)
class Call:
    """One call of boto3."""

    service: str
    operation: str
    params: dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One permission that AWS wants for a call, with what it knows of it."""

    action: str
    resource: str
    keys: Keys = field(default_factory=dict)


class Judged(Aws):
    """Clients that refuse, as AWS would, what `role` may not do; everything goes through while there is none."""

    role: ClassVar[str] = ""
    stand: ClassVar[Stand]

    def client(self, service: str) -> Any:
        client = super().client(service)
        client.meta.events.register("provide-client-params.*.*", self._judge, unique_id="judged")
        return client

    def _judge(self, params: dict[str, Any], model: Any, **_more: Any) -> None:
        call = Call(model.service_model.service_name, model.name, params)
        for asked in _asked(call) if self.role else ():
            if not _may(self.stand, self.role, asked):
                told = f"{self.role} is not authorized to perform {asked.action} on {asked.resource} {asked.keys}"
                raise ClientError({"Error": {"Code": "AccessDenied", "Message": told}}, call.operation)


def judge(words: Sequence[str]) -> None:
    """Let the next command act in the role that its caller has on AWS; researchers in that of the approval it names."""
    named = [word[:12] for word in words if OF_EXAMPLES.match(word)]
    approval = (named or ["HIC-2026-001"])[0]
    who = words[words.index("--as") + 1].partition(":")[0] if "--as" in words else "operator"
    role = names.analysis_role(approval) if who == "researcher" else STAFF.get(who, "")
    Judged.role = "" if set(NOT_DAILY) & set(words) else role
    Judged.stand = _standing((approval,))


@cache
def _standing(approvals: tuple[str, ...]) -> Stand:
    """Those of the examples with the data sets that they name."""
    named = {one.id: share_keys(one.datasets) for one in map(read_approval, sorted(EXAMPLES.glob("*.yaml")))}
    return standing(*approvals, keys=named.get(approvals[0], SHARE_KEYS))


def _asked(call: Call) -> Iterator[Asked]:
    if call.service == "dynamodb":
        yield from _of_rows(call)
    elif call.service == "s3":
        yield from _of_objects(call)
    elif call.service == "kms":
        pass
    else:
        for action in permissions(call.service, call.operation, call.params):
            yield Asked(action, "*")


def _of_rows(call: Call) -> Iterator[Asked]:
    params, leading = call.params, LEADING
    if call.operation == "TransactWriteItems":
        for each in params["TransactItems"]:
            ((kind, put),) = each.items()
            assert kind == "Put"  # everything else would want a permission of its own
            yield Asked("dynamodb:PutItem", TABLE, {leading: (put["Item"]["pk"]["S"],)})
    elif call.operation == "BatchGetItem":
        (asked,) = params["RequestItems"].values()
        yield Asked("dynamodb:BatchGetItem", TABLE, {leading: tuple({one["pk"]["S"] for one in asked["Keys"]})})
    elif call.operation == "Query":
        yield Asked("dynamodb:Query", TABLE, {leading: (params["ExpressionAttributeValues"][":pk"]["S"],)})
    else:
        row = params.get("Key") or params.get("Item")
        yield Asked(f"dynamodb:{call.operation}", TABLE, {leading: (row["pk"]["S"],)} if row else {leading: ()})


def _of_objects(call: Call) -> Iterator[Asked]:
    params = call.params
    bucket = f"arn:aws:s3:::{params['Bucket']}"
    place = f"{bucket}/{params['Key']}" if "Key" in params else bucket
    versioned = "Version" if params.get("VersionId") else ""
    match call.operation:
        case "GetObject" | "HeadObject":
            yield Asked(f"s3:GetObject{versioned}", place)
        case "CopyObject":
            source = params["CopySource"]
            yield Asked(
                "s3:GetObjectVersion" if source.get("VersionId") else "s3:GetObject",
                f"arn:aws:s3:::{source['Bucket']}/{source['Key']}",
            )
            yield Asked("s3:PutObject", place)
        case "PutObject" | "CreateMultipartUpload" | "UploadPart" | "CompleteMultipartUpload":
            yield Asked("s3:PutObject", place)
            yield from [Asked("s3:PutObjectAcl", place)] if params.get("ACL") else []
            yield from [Asked("s3:PutObjectRetention", place)] if params.get("ObjectLockMode") else []
        case "ListObjectsV2" | "ListObjects":
            yield Asked("s3:ListBucket", bucket, {"s3:prefix": (params.get("Prefix", ""),)})
        case "DeleteObjects":
            for one in params["Delete"]["Objects"]:
                which = "Version" if one.get("VersionId") else ""
                yield Asked(f"s3:DeleteObject{which}", f"{bucket}/{one['Key']}")
        case "DeleteObject":
            yield Asked(f"s3:DeleteObject{versioned}", place)
        case "ListParts":
            yield Asked("s3:ListMultipartUploadParts", place)
        case _:
            for action in permissions("s3", call.operation, params):
                yield Asked(action, place)


def _may(stand: Stand, role: str, asked: Asked) -> bool:
    """Whether a role may, with the keys that reading or writing an object takes."""
    if not _allowed(stand, role, asked):
        return False
    if not asked.action.startswith(("s3:GetObject", "s3:PutObject")) or asked.action == "s3:PutObjectAcl":
        return True
    act = "kms:Decrypt" if asked.action in READS_OBJECTS else "kms:GenerateDataKey"
    owner = _owner(stand, asked.resource)
    through = {
        "kms:viaservice": (f"s3.{REGION}.amazonaws.com",),
        "kms:resourcealiases": (f"alias/hic/{owner.lower()}",),
        "aws:viaawsservice": ("true",),
    }
    return _allowed(stand, role, Asked(act, PLATFORM_KEY if owner == PLATFORM else key(owner), through))


def _owner(stand: Stand, resource: str) -> str:
    bucket = resource.removeprefix("arn:aws:s3:::").partition("/")[0]
    return next((item.approval for item in stand.items if item.id == bucket), PLATFORM)


def _allowed(stand: Stand, role: str, asked: Asked) -> bool:
    caller = next(one for one in stand.principals if one.name == role)
    keys: Keys = {**ORDINARY, **keys_of(caller, stand.account), "aws:resourceaccount": (ACCOUNT,), **asked.keys}
    endpoint = None
    if caller.approval:
        keys["aws:sourcevpc"] = (f"vpc-{caller.approval.lower()}",)
        keys["ec2:sourceinstancearn"] = (ON_A_SERVER,)
        endpoint = _endpoint(stand, caller.approval, asked)
    policy = next((_policy(item) for item in stand.items if asked.resource.startswith(_arn(item))), None)
    request = Request(
        Caller(caller.arn, ACCOUNT, "role", f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/s"),
        asked.action,
        asked.resource,
        ACCOUNT,
        {"aws:viaawsservice": ("false",), **keys},
    )
    is_key = asked.action.startswith("kms:")
    return decide(request, Policies(caller.identity, policy, caller.boundary, endpoint=endpoint, is_key=is_key)).allowed


def _endpoint(stand: Stand, approval: str, asked: Asked) -> Document | None:
    """The policy of the endpoint that a call from the environment passes; the stores' own calls pass none."""
    if asked.keys.get("aws:viaawsservice") == ("true",):
        return None
    service, vpc = asked.action.partition(":")[0], f"vpc-{approval.lower()}"
    known = (one for one in stand.network.endpoints if one.vpc == vpc and one.service.endswith(f".{service}"))
    return next((read_document(one.id, one.policy or json.dumps({})) for one in known), None)


def _arn(item: Item) -> str:
    return f"arn:aws:s3:::{item.id}" if item.kind.endswith(" bucket") else item.id


def _policy(item: Item) -> Document | None:
    text = item.facts.get("policy")
    return read_document(item.id, text) if text else None
