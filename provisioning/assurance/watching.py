"""Who watches the networks: flow logs, names that are asked and may be asked, and trails. Describe calls only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from provisioning.assurance.reading import listed
from provisioning.aws.sessions import Aws

Records = list[Mapping[str, Any]]
# What a trail's status shows of a bucket or key that takes no files; it says that it is logging all the same.
DELIVERY = ("LatestDeliveryError", "LatestDigestDeliveryError")


@dataclass(frozen=True)
class NameRule:
    """One rule of a DNS firewall. `domains` are in small letters, without their last dot."""

    priority: tuple[int, int]  # of the group, then of the rule in it
    action: str
    domains: tuple[str, ...]


@dataclass(frozen=True)
class Forward:
    """A rule by which names of a domain are asked of others. `kind` is AWS's word; empty when it shows no such rule."""

    id: str
    kind: str
    domain: str
    servers: tuple[str, ...]


@dataclass(frozen=True)
class Watching:
    """By VPC: buckets (as ARNs) to which all its traffic and its names are logged; rules for its names.

    `forwards` are rules by which other servers are asked; `profiles` bring rules and zones of their own.
    """

    flows: Mapping[str, frozenset[str]]
    names: Mapping[str, frozenset[str]]
    rules: Mapping[str, tuple[NameRule, ...]]
    forwards: Mapping[str, tuple[Forward, ...]]
    profiles: Mapping[str, frozenset[str]]
    fail_open: frozenset[str]


def read_watching(aws: Aws) -> Watching:
    """All of it, in a number of calls that does not grow with the number of networks, but for pages."""
    resolver = aws.client("route53resolver")
    configs = {
        each["Id"]: each["DestinationArn"]
        for each in listed(resolver, "list_resolver_query_log_configs", "ResolverQueryLogConfigs")
    }
    call = "list_resolver_query_log_config_associations"
    joined = [
        (each["ResourceId"], configs[each["ResolverQueryLogConfigId"]])
        for each in listed(resolver, call, "ResolverQueryLogConfigAssociations")
        if each["ResolverQueryLogConfigId"] in configs and each["Status"] in ("ACTIVE", "CREATING")
    ]
    return Watching(
        _by_first(_flow_logs(aws)),
        _by_first(joined),
        _name_rules(resolver),
        _forwards(resolver),
        _by_first(_profiles(aws)),
        frozenset(
            each["ResourceId"]
            for each in listed(resolver, "list_firewall_configs", "FirewallConfigs")
            if each["FirewallFailOpen"] != "DISABLED"
        ),
    )


def _flow_logs(aws: Aws) -> Iterator[tuple[str, str]]:
    for log in listed(aws.client("ec2"), "describe_flow_logs", "FlowLogs"):
        works = log["FlowLogStatus"] == "ACTIVE" and log.get("DeliverLogsStatus", "SUCCESS") == "SUCCESS"
        if works and log["TrafficType"] == "ALL" and log.get("LogDestinationType") == "s3":
            yield log["ResourceId"], log["LogDestination"]


def _profiles(aws: Aws) -> Iterator[tuple[str, str]]:
    for joined in listed(aws.client("route53profiles"), "list_profile_associations", "ProfileAssociations"):
        if joined.get("Status") != "DELETED":
            yield joined["ResourceId"], joined["ProfileId"]


def _by_first(pairs: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for key, value in pairs:
        found[key] = found.get(key, frozenset()) | {value}
    return found


def _name_rules(resolver: Any) -> dict[str, tuple[NameRule, ...]]:
    """The rules of every VPC in the order in which they are asked."""
    groups: dict[str, Records] = {}
    lists: dict[str, tuple[str, ...]] = {}
    found: dict[str, list[NameRule]] = {}
    call = "list_firewall_rule_group_associations"
    for each in listed(resolver, call, "FirewallRuleGroupAssociations"):
        known = each["FirewallRuleGroupId"]
        if known not in groups:
            groups[known] = listed(resolver, "list_firewall_rules", "FirewallRules", FirewallRuleGroupId=known)
        for rule in groups[known]:
            domains = _domains(resolver, rule.get("FirewallDomainListId", ""), lists)
            priority = (int(each["Priority"]), int(rule["Priority"]))
            # A rule for one type of record alone is no rule for the others.
            action = rule["Action"] if not rule.get("Qtype") else f"{rule['Action']} {rule['Qtype']}"
            found.setdefault(each["VpcId"], []).append(NameRule(priority, action, domains))
    return {vpc: tuple(sorted(rules, key=lambda rule: rule.priority)) for vpc, rules in found.items()}


def _forwards(resolver: Any) -> dict[str, tuple[Forward, ...]]:
    known = {raw["Id"]: _forward(raw) for raw in listed(resolver, "list_resolver_rules", "ResolverRules")}
    found: dict[str, tuple[Forward, ...]] = {}
    for joined in listed(resolver, "list_resolver_rule_associations", "ResolverRuleAssociations"):
        rule, vpc = joined["ResolverRuleId"], joined["VPCId"]
        found[vpc] = (*found.get(vpc, ()), known.get(rule, Forward(rule, "", "", ())))
    return found


def _forward(raw: Mapping[str, Any]) -> Forward:
    servers = tuple(target.get("Ip") or target.get("Ipv6", "") for target in raw.get("TargetIps") or ())
    return Forward(raw["Id"], raw["RuleType"], raw.get("DomainName", "").rstrip(".").lower(), servers)


def _domains(resolver: Any, known: str, lists: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    if known and known not in lists:
        found = listed(resolver, "list_firewall_domains", "Domains", FirewallDomainListId=known)
        lists[known] = tuple(domain.rstrip(".").lower() for domain in found)
    return lists.get(known, ())


def read_trails(aws: Aws) -> list[dict[str, Any]]:
    """Every trail, with its selectors, whether it is logging and what keeps it from delivering."""
    client = aws.client("cloudtrail")
    found = []
    for trail in client.describe_trails(includeShadowTrails=False)["trailList"]:
        arn = trail["TrailARN"]
        answer = client.get_event_selectors(TrailName=arn)
        status = client.get_trail_status(Name=arn)
        found.append(
            {
                **trail,
                "logging": status["IsLogging"],
                "errors": sorted({status[error] for error in DELIVERY if status.get(error)}),
                "selectors": answer.get("AdvancedEventSelectors") or [],
            }
        )
    return found


def logged_objects(selectors: list[Mapping[str, Any]]) -> frozenset[str]:
    """Beginnings of ARNs of S3 objects each call on which is logged; `*` when all are."""
    found: set[str] = set()
    for fields in ({f["Field"]: f for f in selector["FieldSelectors"]} for selector in selectors):
        kinds = fields.pop("resources.type", {}).get("Equals", [])
        if fields.pop("eventCategory", {}).get("Equals") != ["Data"] or "AWS::S3::Object" not in kinds:
            continue
        arns = fields.pop("resources.ARN", None)
        if fields or (arns and set(arns) - {"Field", "StartsWith"}):
            continue  # some calls or objects are left out
        found.update(arns["StartsWith"] if arns else ["*"])
    return frozenset(found)


def logs_calls(selectors: list[Mapping[str, Any]]) -> bool:
    """Whether all calls that change or read settings are logged."""
    wanted = [{"eventCategory": ["Management"]}]
    return any({f["Field"]: f.get("Equals") for f in s["FieldSelectors"]} in wanted for s in selectors)
