"""Network ACLs with their entries inline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from provisioning.offline.calls import Calls, is_gone
from provisioning.offline.handlers.base import Handler, Values, handler
from provisioning.offline.handlers.ec2_tags import (
    arn,
    find_by_tags,
    settle_tags,
    shown_tags,
    specification,
    tag_filters,
)

LAST = 32767  # AWS's own entry, which refuses the rest
WAYS = (("ingress", False), ("egress", True))


@handler
class NetworkAcl(Handler):
    """An ACL, its entries, and the subnets that use it."""

    type = "aws:ec2/networkAcl:NetworkAcl"
    replace = frozenset({"vpcId"})

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.ec2.create_network_acl(VpcId=inputs["vpcId"], **specification("network-acl", inputs))
        return str(made["NetworkAcl"]["NetworkAclId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        _settle_entries(calls, _described(calls, id), inputs)
        _take_subnets(calls, inputs["vpcId"], id, set(inputs.get("subnetIds") or ()))
        settle_tags(calls, id, inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        found = _found(calls, id)
        return (
            None if found is None else {"arn": arn(calls, "network-acl", id), "vpcId": found["VpcId"], **_shown(found)}
        )

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        found = _found(calls, id)
        if found is None:
            return
        # Like the real provider: its subnets fall back to the default ACL first.
        default = _default(calls, found["VpcId"])
        for association in found["Associations"]:
            _associate(calls, association, default["NetworkAclId"])
        calls.ec2.delete_network_acl(NetworkAclId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        filters = tag_filters(inputs, vpc_id=inputs["vpcId"])
        return find_by_tags(calls.ec2.describe_network_acls(Filters=filters)["NetworkAcls"], "NetworkAclId", inputs)


@handler
class DefaultNetworkAcl(Handler):
    """Takes over the ACL that every VPC is born with, and gives it the wanted entries. It cannot be deleted."""

    type = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
    replace = frozenset({"defaultNetworkAclId"})

    def create(self, calls: Calls, inputs: Values) -> str:
        return str(inputs["defaultNetworkAclId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        _settle_entries(calls, _described(calls, id), inputs)
        settle_tags(calls, id, inputs, old if old is not None else {})

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        found = _found(calls, id)
        if found is None:
            return None
        own = {"arn": arn(calls, "network-acl", id), "vpcId": found["VpcId"], "defaultNetworkAclId": id}
        return {**own, **_shown(found)}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        """It goes with its VPC."""


def default_acl(calls: Calls, vpc: str) -> str:
    """The id of the ACL that a VPC was born with."""
    return str(_default(calls, vpc)["NetworkAclId"])


def _default(calls: Calls, vpc: str) -> Mapping[str, Any]:
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "default", "Values": ["true"]}]
    found: Mapping[str, Any] = calls.ec2.describe_network_acls(Filters=filters)["NetworkAcls"][0]
    return found


def _found(calls: Calls, id: str) -> Mapping[str, Any] | None:
    try:
        return _described(calls, id)
    except ClientError as error:
        if is_gone(error):
            return None
        raise


def _described(calls: Calls, id: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = calls.ec2.describe_network_acls(NetworkAclIds=[id])["NetworkAcls"][0]
    return found


def _settle_entries(calls: Calls, shown: Mapping[str, Any], inputs: Values) -> None:
    id = shown["NetworkAclId"]
    standing = {(e["Egress"], e["RuleNumber"]): e for e in shown["Entries"] if e["RuleNumber"] != LAST}
    wanted = dict(_wanted(inputs))
    for egress, number in sorted(set(standing) - set(wanted)):
        calls.ec2.delete_network_acl_entry(NetworkAclId=id, RuleNumber=number, Egress=egress)
    for key, entry in wanted.items():
        if key not in standing:
            calls.ec2.create_network_acl_entry(NetworkAclId=id, **entry)
        elif _entry(standing[key]) != _entry(entry):
            calls.ec2.replace_network_acl_entry(NetworkAclId=id, **entry)


def _wanted(inputs: Values) -> Iterator[tuple[tuple[bool, int], dict[str, Any]]]:
    for way, egress in WAYS:
        for rule in inputs.get(way) or ():
            number = int(rule["ruleNo"])
            entry: dict[str, Any] = {
                "Egress": egress,
                "RuleNumber": number,
                "RuleAction": rule["action"],
                "Protocol": rule["protocol"],
                "CidrBlock": rule["cidrBlock"],
            }
            if rule["protocol"] != "-1":
                entry["PortRange"] = {"From": int(rule["fromPort"]), "To": int(rule["toPort"])}
            yield (egress, number), entry


def _entry(raw: Mapping[str, Any]) -> tuple[Any, ...]:
    ports = raw.get("PortRange") or {}
    return (raw["RuleAction"], str(raw["Protocol"]), raw.get("CidrBlock"), ports.get("From", 0), ports.get("To", 0))


def _take_subnets(calls: Calls, vpc: str, id: str, wanted: set[str]) -> None:
    """Every subnet has exactly one ACL: one that is taken leaves another, one that is let go falls to the default."""
    acls = calls.ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkAcls"]
    for association in _associations(acls):
        if association["SubnetId"] in wanted and association["NetworkAclId"] != id:
            _associate(calls, association, id)
        elif association["SubnetId"] not in wanted and association["NetworkAclId"] == id:
            _associate(calls, association, next(a["NetworkAclId"] for a in acls if a["IsDefault"]))


def _associations(acls: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for acl in acls:
        yield from acl["Associations"]


def _associate(calls: Calls, association: Mapping[str, Any], id: str) -> None:
    calls.ec2.replace_network_acl_association(AssociationId=association["NetworkAclAssociationId"], NetworkAclId=id)


def _shown(acl: Mapping[str, Any]) -> dict[str, Any]:
    rules: dict[str, list[dict[str, Any]]] = {"ingress": [], "egress": []}
    for raw in sorted(acl["Entries"], key=lambda e: int(e["RuleNumber"])):
        if raw["RuleNumber"] == LAST:
            continue
        action, protocol, cidr, first, last = _entry(raw)
        rule = {"ruleNo": int(raw["RuleNumber"]), "action": action, "protocol": protocol, "cidrBlock": cidr}
        rules["egress" if raw["Egress"] else "ingress"].append({**rule, "fromPort": first, "toPort": last})
    return {
        **rules,
        "subnetIds": sorted(a["SubnetId"] for a in acl["Associations"]),
        "ownerId": acl.get("OwnerId", ""),
        **shown_tags(acl),
    }
