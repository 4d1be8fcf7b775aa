"""DNS firewall: which names may be asked. moto's part of it is our own (moto_additions/dns_firewall.py)."""

from __future__ import annotations

from typing import Any

from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, Values, handler, present, tag_list, unless_gone
from provisioning.offline.handlers.resolver import request_id, resolver_tags, settle_resolver_tags


@handler
class DomainList(Handler):
    """A list of domains; AWS shows each with its last dot."""

    type = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList"
    replace = frozenset({"name"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.route53resolver.create_firewall_domain_list(
            CreatorRequestId=request_id("domains", inputs), Name=inputs["name"], Tags=tag_list(inputs.get("tags"))
        )
        return str(made["FirewallDomainList"]["Id"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        wanted = inputs.get("domains") or []
        if old is None or sorted(wanted) != sorted(old.get("domains") or []):
            calls.route53resolver.update_firewall_domains(FirewallDomainListId=id, Operation="REPLACE", Domains=wanted)
        if old is not None:
            shown = calls.route53resolver.get_firewall_domain_list(FirewallDomainListId=id)["FirewallDomainList"]
            settle_resolver_tags(calls, shown["Arn"], inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        shown = calls.route53resolver.get_firewall_domain_list(FirewallDomainListId=id)["FirewallDomainList"]
        domains = calls.route53resolver.list_firewall_domains(FirewallDomainListId=id)["Domains"]
        return {
            "arn": shown["Arn"],
            "name": shown["Name"],
            "domains": [domain.rstrip(".") for domain in domains],
            **resolver_tags(calls, shown["Arn"]),
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.route53resolver.delete_firewall_domain_list(FirewallDomainListId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        found = calls.route53resolver.list_firewall_domain_lists()["FirewallDomainLists"]
        return next((str(each["Id"]) for each in found if each["Name"] == inputs["name"]), None)


@handler
class RuleGroup(Handler):
    """A group of rules."""

    type = "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup"
    replace = frozenset({"name"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.route53resolver.create_firewall_rule_group(
            CreatorRequestId=request_id("group", inputs), Name=inputs["name"], Tags=tag_list(inputs.get("tags"))
        )
        return str(made["FirewallRuleGroup"]["Id"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            shown = calls.route53resolver.get_firewall_rule_group(FirewallRuleGroupId=id)["FirewallRuleGroup"]
            settle_resolver_tags(calls, shown["Arn"], inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        shown = calls.route53resolver.get_firewall_rule_group(FirewallRuleGroupId=id)["FirewallRuleGroup"]
        tags = resolver_tags(calls, shown["Arn"])
        return {"arn": shown["Arn"], "name": shown["Name"], "ownerId": shown["OwnerId"], **tags}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.route53resolver.delete_firewall_rule_group(FirewallRuleGroupId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        found = calls.route53resolver.list_firewall_rule_groups()["FirewallRuleGroups"]
        return next((str(each["Id"]) for each in found if each["Name"] == inputs["name"]), None)


@handler
class Rule(Handler):
    """What becomes of the names on one list."""

    type = "aws:route53/resolverFirewallRule:ResolverFirewallRule"
    replace = frozenset({"firewallRuleGroupId", "firewallDomainListId"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        calls.route53resolver.create_firewall_rule(
            CreatorRequestId=request_id("rule", inputs), **_named(inputs), **_settings(inputs)
        )
        return f"{inputs['firewallRuleGroupId']}:{inputs['firewallDomainListId']}"

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            calls.route53resolver.update_firewall_rule(**_named(inputs), **_settings(inputs))

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        group, _colon, domains = id.partition(":")
        for rule in calls.route53resolver.list_firewall_rules(FirewallRuleGroupId=group)["FirewallRules"]:
            if rule["FirewallDomainListId"] == domains:
                shown = {
                    "firewallRuleGroupId": group,
                    "firewallDomainListId": domains,
                    "name": rule["Name"],
                    "priority": rule["Priority"],
                    "action": rule["Action"],
                    "blockResponse": rule.get("BlockResponse"),
                    "firewallDomainRedirectionAction": rule.get("FirewallDomainRedirectionAction"),
                }
                return {key: value for key, value in shown.items() if value is not None}
        return None

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.route53resolver.delete_firewall_rule(**_named(inputs))

    def find(self, calls: Calls, inputs: Values) -> str | None:
        id = f"{inputs['firewallRuleGroupId']}:{inputs['firewallDomainListId']}"
        return id if self.read(calls, id, inputs) else None


def _named(inputs: Values) -> dict[str, str]:
    return {
        "FirewallRuleGroupId": inputs["firewallRuleGroupId"],
        "FirewallDomainListId": inputs["firewallDomainListId"],
    }


def _settings(inputs: Values) -> dict[str, Any]:
    return {
        "Name": inputs["name"],
        "Priority": int(inputs["priority"]),
        "Action": inputs["action"],
        **present(
            BlockResponse=inputs.get("blockResponse"),
            FirewallDomainRedirectionAction=inputs.get("firewallDomainRedirectionAction"),
        ),
    }


@handler
class RuleGroupAssociation(Handler):
    """A VPC that a group of rules is for."""

    type = "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"
    replace = frozenset({"firewallRuleGroupId", "vpcId"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.route53resolver.associate_firewall_rule_group(
            CreatorRequestId=request_id(f"association:{inputs['vpcId']}", inputs),
            FirewallRuleGroupId=inputs["firewallRuleGroupId"],
            VpcId=inputs["vpcId"],
            Priority=int(inputs["priority"]),
            Name=inputs["name"],
            Tags=tag_list(inputs.get("tags")),
            **present(MutationProtection=inputs.get("mutationProtection")),
        )
        return str(made["FirewallRuleGroupAssociation"]["Id"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None:
            answer = calls.route53resolver.update_firewall_rule_group_association(
                FirewallRuleGroupAssociationId=id,
                Priority=int(inputs["priority"]),
                Name=inputs["name"],
                **present(MutationProtection=inputs.get("mutationProtection")),
            )
            settle_resolver_tags(calls, answer["FirewallRuleGroupAssociation"]["Arn"], inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        answer = calls.route53resolver.get_firewall_rule_group_association(FirewallRuleGroupAssociationId=id)
        shown = answer["FirewallRuleGroupAssociation"]
        return {
            "arn": shown["Arn"],
            "name": shown["Name"],
            "firewallRuleGroupId": shown["FirewallRuleGroupId"],
            "vpcId": shown["VpcId"],
            "priority": shown["Priority"],
            "mutationProtection": shown["MutationProtection"],
            **resolver_tags(calls, shown["Arn"]),
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.route53resolver.disassociate_firewall_rule_group(FirewallRuleGroupAssociationId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        wanted = {"VpcId": inputs["vpcId"], "FirewallRuleGroupId": inputs["firewallRuleGroupId"]}
        found = calls.route53resolver.list_firewall_rule_group_associations(**wanted)["FirewallRuleGroupAssociations"]
        return str(found[0]["Id"]) if found else None


@handler
class FirewallConfig(Handler):
    """What becomes of names when the firewall does not answer. Every VPC has one; it is never deleted."""

    type = "aws:route53/resolverFirewallConfig:ResolverFirewallConfig"
    replace = frozenset({"resourceId"})

    def create(self, calls: Calls, inputs: Values) -> str:
        answer = calls.route53resolver.get_firewall_config(ResourceId=inputs["resourceId"])
        return str(answer["FirewallConfig"]["Id"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        wanted = inputs.get("firewallFailOpen", "DISABLED")
        calls.route53resolver.update_firewall_config(ResourceId=inputs["resourceId"], FirewallFailOpen=wanted)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        shown = calls.route53resolver.get_firewall_config(ResourceId=inputs["resourceId"])["FirewallConfig"]
        return {
            "resourceId": shown["ResourceId"],
            "ownerId": shown["OwnerId"],
            "firewallFailOpen": shown["FirewallFailOpen"],
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        """It goes with its VPC."""
