"""Security groups and their rules."""

from __future__ import annotations

from typing import Any

from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, Made, Values, handler, present, unless_gone
from provisioning.offline.handlers.ec2_tags import (
    arn,
    find_by_tags,
    settle_tags,
    shown_tags,
    specification,
    tag_filters,
)


@handler
class SecurityGroup(Handler):
    """A group without inline rules. The rule that AWS adds by itself, out to anywhere, is taken away."""

    type = "aws:ec2/securityGroup:SecurityGroup"
    replace = frozenset({"name", "description", "vpcId"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.ec2.create_security_group(
            GroupName=inputs["name"],
            Description=inputs.get("description", "Managed by Pulumi"),
            VpcId=inputs["vpcId"],
            **specification("security-group", inputs),
        )
        return str(made["GroupId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is None:
            _revoke_all(calls, id)
        settle_tags(calls, id, inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        group = calls.ec2.describe_security_groups(GroupIds=[id])["SecurityGroups"][0]
        return {
            "arn": arn(calls, "security-group", id),
            "name": group["GroupName"],
            "description": group["Description"],
            "vpcId": group["VpcId"],
            "ownerId": group["OwnerId"],
            **shown_tags(group),
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.ec2.delete_security_group(GroupId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        filters = tag_filters(inputs, vpc_id=inputs["vpcId"], group_name=inputs["name"])
        return find_by_tags(calls.ec2.describe_security_groups(Filters=filters)["SecurityGroups"], "GroupId", inputs)


@handler
class DefaultSecurityGroup(Handler):
    """Takes over the group that every VPC is born with, and empties it. It cannot be deleted."""

    type = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
    replace = frozenset({"vpcId"})

    def create(self, calls: Calls, inputs: Values) -> str:
        filters = [{"Name": "vpc-id", "Values": [inputs["vpcId"]]}, {"Name": "group-name", "Values": ["default"]}]
        return str(calls.ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        _revoke_all(calls, id)
        settle_tags(calls, id, inputs, old if old is not None else {})

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        group = calls.ec2.describe_security_groups(GroupIds=[id])["SecurityGroups"][0]
        return {
            "arn": arn(calls, "security-group", id),
            "name": group["GroupName"],
            "description": group["Description"],
            "vpcId": group["VpcId"],
            "ownerId": group["OwnerId"],
            "ingress": group["IpPermissions"],
            "egress": group["IpPermissionsEgress"],
            **shown_tags(group),
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        """It goes with its VPC."""


class _Rule(Handler):
    replace = frozenset({"securityGroupId"})
    egress: bool

    def create(self, calls: Calls, inputs: Values) -> Made:
        authorize = (
            calls.ec2.authorize_security_group_egress if self.egress else calls.ec2.authorize_security_group_ingress
        )
        made = authorize(
            GroupId=inputs["securityGroupId"],
            IpPermissions=[_permission(inputs)],
            **specification("security-group-rule", inputs),
        )
        rule = made["SecurityGroupRules"][0]
        return Made(str(rule["SecurityGroupRuleId"]), self._shown(calls, rule))

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            calls.ec2.modify_security_group_rules(
                GroupId=inputs["securityGroupId"],
                SecurityGroupRules=[{"SecurityGroupRuleId": id, "SecurityGroupRule": _rule(inputs)}],
            )
        settle_tags(calls, id, inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        # By its group too: moto would look through all rules of the account.
        filters = [
            {"Name": "group-id", "Values": [inputs["securityGroupId"]]},
            {"Name": "security-group-rule-id", "Values": [id]},
        ]
        rules = calls.ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
        if not rules or rules[0]["IsEgress"] != self.egress:
            return None
        return self._shown(calls, rules[0])

    def _shown(self, calls: Calls, rule: Values) -> dict[str, Any]:
        shown = {
            "arn": arn(calls, "security-group-rule", rule["SecurityGroupRuleId"]),
            "securityGroupRuleId": rule["SecurityGroupRuleId"],
            "securityGroupId": rule["GroupId"],
            "ipProtocol": rule["IpProtocol"],
            "fromPort": rule.get("FromPort"),
            "toPort": rule.get("ToPort"),
            "description": rule.get("Description"),
            "cidrIpv4": rule.get("CidrIpv4"),
            "prefixListId": rule.get("PrefixListId"),
            "referencedSecurityGroupId": rule.get("ReferencedGroupInfo", {}).get("GroupId"),
            **shown_tags(rule),
        }
        return {key: value for key, value in shown.items() if value is not None}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        revoke = calls.ec2.revoke_security_group_egress if self.egress else calls.ec2.revoke_security_group_ingress
        with unless_gone():
            revoke(GroupId=inputs["securityGroupId"], SecurityGroupRuleIds=[id])

    def find(self, calls: Calls, inputs: Values) -> str | None:
        filters = [{"Name": "group-id", "Values": [inputs["securityGroupId"]]}]
        rules = calls.ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
        mine = [rule for rule in rules if rule["IsEgress"] == self.egress]
        return find_by_tags(mine, "SecurityGroupRuleId", inputs)


@handler
class IngressRule(_Rule):
    """One rule for what may come in."""

    type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    egress = False


@handler
class EgressRule(_Rule):
    """One rule for what may go out."""

    type = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
    egress = True


def _permission(inputs: Values) -> dict[str, Any]:
    note = present(Description=inputs.get("description"))
    permission = present(IpProtocol=inputs["ipProtocol"], FromPort=inputs.get("fromPort"), ToPort=inputs.get("toPort"))
    if cidr := inputs.get("cidrIpv4"):
        permission["IpRanges"] = [{"CidrIp": cidr, **note}]
    if group := inputs.get("referencedSecurityGroupId"):
        permission["UserIdGroupPairs"] = [{"GroupId": group, **note}]
    if prefixes := inputs.get("prefixListId"):
        permission["PrefixListIds"] = [{"PrefixListId": prefixes, **note}]
    return permission


def _rule(inputs: Values) -> dict[str, Any]:
    return present(
        IpProtocol=inputs["ipProtocol"],
        FromPort=inputs.get("fromPort"),
        ToPort=inputs.get("toPort"),
        CidrIpv4=inputs.get("cidrIpv4"),
        PrefixListId=inputs.get("prefixListId"),
        ReferencedGroupId=inputs.get("referencedSecurityGroupId"),
        Description=inputs.get("description"),
    )


def _revoke_all(calls: Calls, id: str) -> None:
    group = calls.ec2.describe_security_groups(GroupIds=[id])["SecurityGroups"][0]
    if group["IpPermissions"]:
        calls.ec2.revoke_security_group_ingress(GroupId=id, IpPermissions=group["IpPermissions"])
    if group["IpPermissionsEgress"]:
        calls.ec2.revoke_security_group_egress(GroupId=id, IpPermissions=group["IpPermissionsEgress"])
