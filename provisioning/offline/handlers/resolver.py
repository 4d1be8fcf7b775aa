"""Route 53 Resolver: names that are asked are logged, and some are sent on to the directory."""

from __future__ import annotations

import hashlib
from typing import Any

from botocore.exceptions import ClientError

from provisioning.offline.calls import Calls, is_gone
from provisioning.offline.handlers.base import Handler, Values, handler, tag_dict, tag_list, unless_gone


def request_id(kind: str, inputs: Values) -> str:
    """AWS takes each of these once, so that a call that was cut off can be repeated."""
    own = f"{kind}:{inputs.get('name')}:{sorted((inputs.get('tags') or {}).items())}"
    return hashlib.sha256(own.encode()).hexdigest()[:32]


def settle_resolver_tags(calls: Calls, arn: str, inputs: Values, old: Values | None) -> None:
    """Bring the tags of a standing thing of the resolver to what is wanted."""
    if old is None:
        return
    wanted, had = inputs.get("tags") or {}, old.get("tags") or {}
    if gone := sorted(set(had) - set(wanted)):
        calls.route53resolver.untag_resource(ResourceArn=arn, TagKeys=gone)
    if wanted:
        calls.route53resolver.tag_resource(ResourceArn=arn, Tags=tag_list(wanted))


def resolver_tags(calls: Calls, arn: str) -> dict[str, Any]:
    """`tags` and `tagsAll` of a thing of the resolver."""
    tags = tag_dict(calls.route53resolver.list_tags_for_resource(ResourceArn=arn)["Tags"])
    return {"tags": tags, "tagsAll": tags}


@handler
class QueryLogConfig(Handler):
    """Where the names that are asked are written."""

    type = "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig"
    replace = frozenset({"name", "destinationArn"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.route53resolver.create_resolver_query_log_config(
            Name=inputs["name"],
            DestinationArn=inputs["destinationArn"],
            CreatorRequestId=request_id("query-log", inputs),
            Tags=tag_list(inputs.get("tags")),
        )
        return str(made["ResolverQueryLogConfig"]["Id"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            config = calls.route53resolver.get_resolver_query_log_config(ResolverQueryLogConfigId=id)
            settle_resolver_tags(calls, config["ResolverQueryLogConfig"]["Arn"], inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        answer = calls.route53resolver.get_resolver_query_log_config(ResolverQueryLogConfigId=id)
        config = answer["ResolverQueryLogConfig"]
        return {
            "arn": config["Arn"],
            "name": config["Name"],
            "destinationArn": config["DestinationArn"],
            "ownerId": config["OwnerId"],
            **resolver_tags(calls, config["Arn"]),
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.route53resolver.delete_resolver_query_log_config(ResolverQueryLogConfigId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        found = calls.route53resolver.list_resolver_query_log_configs()["ResolverQueryLogConfigs"]
        return next((str(config["Id"]) for config in found if config["Name"] == inputs["name"]), None)


@handler
class QueryLogConfigAssociation(Handler):
    """A VPC whose names are logged."""

    type = "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation"
    replace = frozenset({"resolverQueryLogConfigId", "resourceId"})

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.route53resolver.associate_resolver_query_log_config(
            ResolverQueryLogConfigId=inputs["resolverQueryLogConfigId"], ResourceId=inputs["resourceId"]
        )
        return str(made["ResolverQueryLogConfigAssociation"]["Id"])

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        answer = calls.route53resolver.get_resolver_query_log_config_association(ResolverQueryLogConfigAssociationId=id)
        shown = answer["ResolverQueryLogConfigAssociation"]
        return {"resolverQueryLogConfigId": shown["ResolverQueryLogConfigId"], "resourceId": shown["ResourceId"]}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.route53resolver.disassociate_resolver_query_log_config(
                ResolverQueryLogConfigId=inputs["resolverQueryLogConfigId"], ResourceId=inputs["resourceId"]
            )

    def find(self, calls: Calls, inputs: Values) -> str | None:
        filters = [{"Name": "ResourceId", "Values": [inputs["resourceId"]]}]
        found = calls.route53resolver.list_resolver_query_log_config_associations(Filters=filters)
        for each in found["ResolverQueryLogConfigAssociations"]:
            if each["ResolverQueryLogConfigId"] == inputs["resolverQueryLogConfigId"]:
                return str(each["Id"])
        return None


@handler
class ResolverRule(Handler):
    """Names of one domain are asked of the directory, through the platform's resolver endpoint."""

    type = "aws:route53/resolverRule:ResolverRule"
    replace = frozenset({"domainName", "ruleType", "name", "targetIps", "resolverEndpointId"})

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.route53resolver.create_resolver_rule(
            CreatorRequestId=request_id("rule", inputs),
            DomainName=inputs["domainName"],
            RuleType=inputs["ruleType"],
            Name=inputs["name"],
            TargetIps=[{"Ip": target["ip"], "Port": int(target.get("port", 53))} for target in inputs["targetIps"]],
            ResolverEndpointId=inputs["resolverEndpointId"],
            Tags=tag_list(inputs.get("tags")),
        )
        return str(made["ResolverRule"]["Id"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            shown = calls.route53resolver.get_resolver_rule(ResolverRuleId=id)["ResolverRule"]
            settle_resolver_tags(calls, shown["Arn"], inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        shown = calls.route53resolver.get_resolver_rule(ResolverRuleId=id)["ResolverRule"]
        return {
            "arn": shown["Arn"],
            "name": shown["Name"],
            "domainName": shown["DomainName"].rstrip("."),
            "ruleType": shown["RuleType"],
            "resolverEndpointId": shown["ResolverEndpointId"],
            "targetIps": [{"ip": target["Ip"]} for target in shown["TargetIps"]],
            **resolver_tags(calls, shown["Arn"]),
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.route53resolver.delete_resolver_rule(ResolverRuleId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        found = calls.route53resolver.list_resolver_rules()["ResolverRules"]
        return next((str(r["Id"]) for r in found if r.get("Name") == inputs["name"]), None)


@handler
class ResolverRuleAssociation(Handler):
    """A VPC that a rule is for."""

    type = "aws:route53/resolverRuleAssociation:ResolverRuleAssociation"
    replace = frozenset({"resolverRuleId", "vpcId", "name"})

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.route53resolver.associate_resolver_rule(
            ResolverRuleId=inputs["resolverRuleId"], VPCId=inputs["vpcId"], Name=inputs["name"]
        )
        return str(made["ResolverRuleAssociation"]["Id"])

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        answer = calls.route53resolver.get_resolver_rule_association(ResolverRuleAssociationId=id)
        shown = answer["ResolverRuleAssociation"]
        return {"resolverRuleId": shown["ResolverRuleId"], "vpcId": shown["VPCId"], "name": shown["Name"]}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.route53resolver.disassociate_resolver_rule(
                VPCId=inputs["vpcId"], ResolverRuleId=inputs["resolverRuleId"]
            )

    def find(self, calls: Calls, inputs: Values) -> str | None:
        filters = [{"Name": "VPCId", "Values": [inputs["vpcId"]]}]
        found = calls.route53resolver.list_resolver_rule_associations(Filters=filters)["ResolverRuleAssociations"]
        return next((str(a["Id"]) for a in found if a["ResolverRuleId"] == inputs["resolverRuleId"]), None)


@handler
class ResolverEndpoint(Handler):
    """Two addresses from which names are asked of a directory."""

    type = "aws:route53/resolverEndpoint:ResolverEndpoint"
    replace = frozenset({"direction", "securityGroupIds", "ipAddresses", "name"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.route53resolver.create_resolver_endpoint(
            CreatorRequestId=request_id("endpoint", inputs),
            Name=inputs["name"],
            SecurityGroupIds=inputs["securityGroupIds"],
            Direction=inputs["direction"],
            IpAddresses=[{"SubnetId": address["subnetId"]} for address in inputs["ipAddresses"]],
            Tags=tag_list(inputs.get("tags")),
        )
        return str(made["ResolverEndpoint"]["Id"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            shown = calls.route53resolver.get_resolver_endpoint(ResolverEndpointId=id)["ResolverEndpoint"]
            settle_resolver_tags(calls, shown["Arn"], inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        try:
            shown = calls.route53resolver.get_resolver_endpoint(ResolverEndpointId=id)["ResolverEndpoint"]
        except ClientError as error:
            if is_gone(error):
                return None
            raise
        addresses = calls.route53resolver.list_resolver_endpoint_ip_addresses(ResolverEndpointId=id)["IpAddresses"]
        return {
            "arn": shown["Arn"],
            "name": shown["Name"],
            "direction": shown["Direction"],
            "securityGroupIds": sorted(shown["SecurityGroupIds"]),
            "ipAddresses": [{"subnetId": a["SubnetId"], "ip": a["Ip"]} for a in addresses],
            "hostVpcId": shown["HostVPCId"],
            **resolver_tags(calls, shown["Arn"]),
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.route53resolver.delete_resolver_endpoint(ResolverEndpointId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        found = calls.route53resolver.list_resolver_endpoints()["ResolverEndpoints"]
        return next((str(e["Id"]) for e in found if e.get("Name") == inputs["name"]), None)
