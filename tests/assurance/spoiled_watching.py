"""Ways to blind the logs, to open the names that may be asked, and to let others reach the desktops."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from provisioning.approvals.names import log_bucket, trail_bucket
from tests.assurance.conftest import Site
from tests.assurance.mutations import MUTATIONS, red
from tests.assurance.spoiled_policies import add, on_role, statement

WATCHING = MUTATIONS
TRAIL = "hic"


def _flow_log(site: Site) -> dict[str, Any]:
    filters = [{"Name": "resource-id", "Values": [site.one["vpcId"]]}]
    (found,) = site.client("ec2").describe_flow_logs(Filters=filters)["FlowLogs"]
    return dict(found)


@contextmanager
def flow_log(site: Site, **other: str) -> Iterator[None]:
    """Another flow log in place of the network's own; none when nothing is given."""
    ec2, own = site.client("ec2"), _flow_log(site)
    right = {"TrafficType": "ALL", "LogDestinationType": "s3", "LogDestination": own["LogDestination"]}
    vpc = {"ResourceIds": [site.one["vpcId"]], "ResourceType": "VPC"}
    ec2.delete_flow_logs(FlowLogIds=[own["FlowLogId"]])
    if other:
        ec2.create_flow_logs(**vpc, **{**right, **other})
        yield
        ec2.delete_flow_logs(FlowLogIds=[_flow_log(site)["FlowLogId"]])
    else:
        yield
    tags = [{"ResourceType": "vpc-flow-log", "Tags": own["Tags"]}]
    ec2.create_flow_logs(**vpc, **right, MaxAggregationInterval=60, TagSpecifications=tags)


@red("L1")
def traffic_not_logged(site: Site) -> Iterator[None]:
    with flow_log(site):
        yield


@red("L1")
def only_refused_traffic_logged(site: Site) -> Iterator[None]:
    with flow_log(site, TrafficType="REJECT"):
        yield


@red("L1")
def traffic_logged_where_nothing_is_locked(site: Site) -> Iterator[None]:
    with flow_log(site, LogDestination=f"arn:aws:s3:::{log_bucket(site.aws.account)}"):
        yield


@red("L2")
def names_not_logged(site: Site) -> Iterator[None]:
    resolver = site.client("route53resolver")
    pair = {"ResolverQueryLogConfigId": site.platform["queryLogId"], "ResourceId": site.one["vpcId"]}
    resolver.disassociate_resolver_query_log_config(**pair)
    yield
    resolver.associate_resolver_query_log_config(**pair)


@contextmanager
def trail(site: Site, **wrong: Any) -> Iterator[None]:
    client = site.client("cloudtrail")
    shown = client.get_trail(Name=TRAIL)["Trail"]
    names = {"EnableLogFileValidation": "LogFileValidationEnabled"}
    client.update_trail(Name=TRAIL, **wrong)
    yield
    client.update_trail(Name=TRAIL, **{key: shown[names.get(key, key)] for key in wrong})


@red("L3")
def a_trail_of_one_region(site: Site) -> Iterator[None]:
    with trail(site, IsMultiRegionTrail=False):
        yield


@contextmanager
def shown(site: Site, service: str, call: str, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """AWS shows something that the stand-in for it has no call to bring about."""
    events = site.reader.client(service).meta.events

    def spoil(parsed: dict[str, Any], **_more: Any) -> None:
        change(parsed)

    site.reader.changing.add(service)  # to be asked again
    events.register(f"after-call.{service}.{call}", spoil, unique_id="spoilt")
    yield
    events.unregister(f"after-call.{service}.{call}", unique_id="spoilt")


for title, error in (("its_files", "LatestDeliveryError"), ("its_digests", "LatestDigestDeliveryError")):

    def undelivered(site: Site, error: str = error) -> Iterator[None]:
        with shown(site, "cloudtrail", "GetTrailStatus", lambda parsed: parsed.update({error: "AccessDenied"})):
            yield

    add(f"a_trail_that_cannot_deliver_{title}", ("L4",), undelivered)

for way in ("SamlProperties", "CertificateBasedAuthProperties"):

    def past_the_directory(site: Site, way: str = way) -> Iterator[None]:
        def change(parsed: dict[str, Any]) -> None:
            for directory in parsed["Directories"]:
                directory[way] = {**directory.get(way, {}), "Status": "ENABLED"}

        with shown(site, "workspaces", "DescribeWorkspaceDirectories", change):
            yield

    add(f"desktops_with_{way}", ("P3",), past_the_directory)


@contextmanager
def profile(site: Site, vpc: str) -> Iterator[None]:
    client, pair = site.client("route53profiles"), {"ProfileId": "rp-0123456789abcdef", "ResourceId": vpc}
    client.associate_profile(Name="names", **pair)
    yield
    client.disassociate_profile(**pair)


@red("N10", "N11")
def names_by_a_profile(site: Site) -> Iterator[None]:
    with profile(site, site.one["vpcId"]):
        yield


@red("N10", "N11")
def names_of_the_platform_by_a_profile(site: Site) -> Iterator[None]:
    with profile(site, site.platform["vpcId"]):
        yield


@red("L4")
def a_trail_that_is_stopped(site: Site) -> Iterator[None]:
    client = site.client("cloudtrail")
    client.stop_logging(Name=TRAIL)
    yield
    client.start_logging(Name=TRAIL)


@red("L5")
def a_trail_that_can_be_forged(site: Site) -> Iterator[None]:
    with trail(site, EnableLogFileValidation=False):
        yield


@red("L6")
def a_trail_with_another_key(site: Site) -> Iterator[None]:
    with trail(site, KmsKeyId=site.one["keyArn"]):
        yield


def _selected(site: Site, change: Any) -> Iterator[None]:
    client = site.client("cloudtrail")
    before = client.get_event_selectors(TrailName=TRAIL)["AdvancedEventSelectors"]
    client.put_event_selectors(TrailName=TRAIL, AdvancedEventSelectors=change(json.loads(json.dumps(before))))
    yield
    client.put_event_selectors(TrailName=TRAIL, AdvancedEventSelectors=before)


@red("L7")
def results_not_in_the_trail(site: Site) -> Iterator[None]:
    def change(selectors: list[Any]) -> list[Any]:
        for field in (field for selector in selectors for field in selector["FieldSelectors"]):
            if "StartsWith" in field:
                field["StartsWith"] = [arn for arn in field["StartsWith"] if "hic-work" not in arn]
        return selectors

    yield from _selected(site, change)


@red("L7")
def only_writes_in_the_trail(site: Site) -> Iterator[None]:
    def change(selectors: list[Any]) -> list[Any]:
        selectors[1]["FieldSelectors"].append({"Field": "readOnly", "Equals": ["false"]})
        return selectors

    yield from _selected(site, change)


@red("L4")
def calls_not_in_the_trail(site: Site) -> Iterator[None]:
    yield from _selected(site, lambda selectors: selectors[1:])


@contextmanager
def untagged_bucket(site: Site, bucket: str) -> Iterator[None]:
    s3 = site.client("s3")
    before = s3.get_bucket_tagging(Bucket=bucket)["TagSet"]
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [t for t in before if t["Key"] != "hic:purpose"]})
    yield
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": before})


@red("R11")
def audit_entries_that_administrators_can_unlock(site: Site) -> Iterator[None]:
    with untagged_bucket(site, site.audit):
        yield


@red("R11")
def logs_that_administrators_can_unlock(site: Site) -> Iterator[None]:
    with untagged_bucket(site, trail_bucket(site.aws.account)):
        yield


@red("R12")
def logs_locked_for_a_month(site: Site) -> Iterator[None]:
    s3, bucket = site.client("s3"), trail_bucket(site.aws.account)
    before = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 30}}
    s3.put_object_lock_configuration(
        Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    yield
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=before)


add(
    "auditor_may_delete_logs",
    ("D5", "D8"),
    on_role(lambda _s, own: [*own, statement("s3:DeleteObject", "arn:aws:s3:::hic-trail-*/*")], "hic-auditor"),
)


@contextmanager
def names(site: Site, *domains: str) -> Iterator[None]:
    """A group of rules of its own that lets more be asked, before ours."""
    resolver, vpc = site.client("route53resolver"), site.one["vpcId"]
    listed = resolver.create_firewall_domain_list(CreatorRequestId="l", Name="more")["FirewallDomainList"]["Id"]
    resolver.update_firewall_domains(FirewallDomainListId=listed, Operation="REPLACE", Domains=list(domains))
    group = resolver.create_firewall_rule_group(CreatorRequestId="g", Name="more")["FirewallRuleGroup"]["Id"]
    rule = {"FirewallRuleGroupId": group, "FirewallDomainListId": listed}
    resolver.create_firewall_rule(CreatorRequestId="r", **rule, Priority=1, Action="ALLOW", Name="more")
    joined = resolver.associate_firewall_rule_group(
        CreatorRequestId="a", FirewallRuleGroupId=group, VpcId=vpc, Priority=100, Name="more"
    )["FirewallRuleGroupAssociation"]["Id"]
    yield
    resolver.disassociate_firewall_rule_group(FirewallRuleGroupAssociationId=joined)
    resolver.delete_firewall_rule(**rule)
    resolver.delete_firewall_rule_group(FirewallRuleGroupId=group)
    resolver.delete_firewall_domain_list(FirewallDomainListId=listed)


@red("N10")
def one_more_domain(site: Site) -> Iterator[None]:
    with names(site, "*.example.com"):
        yield


@red("N10")
def every_domain(site: Site) -> Iterator[None]:
    with names(site, "*"):
        yield


def _rest(site: Site) -> dict[str, Any]:
    rules = site.client("route53resolver").list_firewall_rules(FirewallRuleGroupId=site.platform["dnsFirewallId"])
    return dict(next(rule for rule in rules["FirewallRules"] if rule["Action"] == "BLOCK"))


@red("N10")
def the_rest_is_only_told(site: Site) -> Iterator[None]:
    resolver, rest = site.client("route53resolver"), _rest(site)
    known = {key: rest[key] for key in ("FirewallRuleGroupId", "FirewallDomainListId")}
    resolver.update_firewall_rule(**known, Action="ALERT")
    yield
    resolver.update_firewall_rule(**known, Action="BLOCK", BlockResponse=rest["BlockResponse"])


@red("N10")
def a_domain_of_others_on_the_list(site: Site) -> Iterator[None]:
    resolver = site.client("route53resolver")
    lists = resolver.list_firewall_domain_lists()["FirewallDomainLists"]
    known = next(each["Id"] for each in lists if each["Name"].endswith("-allowed"))
    resolver.update_firewall_domains(FirewallDomainListId=known, Operation="ADD", Domains=["*.amazonaws.com"])
    yield
    resolver.update_firewall_domains(FirewallDomainListId=known, Operation="REMOVE", Domains=["*.amazonaws.com"])


@red("N10")
def names_answered_without_their_firewall(site: Site) -> Iterator[None]:
    resolver, vpc = site.client("route53resolver"), site.platform["vpcId"]
    resolver.update_firewall_config(ResourceId=vpc, FirewallFailOpen="ENABLED")
    yield
    resolver.update_firewall_config(ResourceId=vpc, FirewallFailOpen="DISABLED")


@red("N10")
def a_network_without_the_firewall(site: Site) -> Iterator[None]:
    resolver = site.client("route53resolver")
    (own,) = resolver.list_firewall_rule_group_associations(VpcId=site.one["vpcId"])["FirewallRuleGroupAssociations"]
    resolver.disassociate_firewall_rule_group(FirewallRuleGroupAssociationId=own["Id"])
    yield
    kept = {key: own[key] for key in ("FirewallRuleGroupId", "VpcId", "Priority", "Name")}
    resolver.associate_firewall_rule_group(CreatorRequestId="again", **kept)


def _desktops(site: Site) -> dict[str, Any]:
    known = site.one["desktopDirectoryId"]
    (shown,) = site.client("workspaces").describe_workspace_directories(DirectoryIds=[known])["Directories"]
    return dict(shown)


@red("P1")
def desktops_by_browser(site: Site) -> Iterator[None]:
    desks, shown = site.client("workspaces"), _desktops(site)
    change = {"ResourceId": shown["DirectoryId"]}
    desks.modify_workspace_access_properties(**change, WorkspaceAccessProperties={"DeviceTypeWeb": "ALLOW"})
    yield
    desks.modify_workspace_access_properties(**change, WorkspaceAccessProperties={"DeviceTypeWeb": "DENY"})


@red("P2")
def desktops_from_anywhere(site: Site) -> Iterator[None]:
    desks, shown = site.client("workspaces"), _desktops(site)
    pair = {"DirectoryId": shown["DirectoryId"], "GroupIds": shown["ipGroupIds"]}
    desks.disassociate_ip_groups(**pair)
    yield
    desks.associate_ip_groups(**pair)


@red("P2")
def a_place_as_wide_as_the_world(site: Site) -> Iterator[None]:
    desks, known = site.client("workspaces"), _desktops(site)["ipGroupIds"][0]
    (group,) = desks.describe_ip_groups(GroupIds=[known])["Result"]
    desks.update_rules_of_ip_group(GroupId=known, UserRules=[{"ipRule": "0.0.0.0/0"}])
    yield
    desks.update_rules_of_ip_group(GroupId=known, UserRules=group["userRules"])


@red("P3")
def a_password_is_enough(site: Site) -> Iterator[None]:
    directory, known = site.client("ds"), site.one["desktopDirectoryId"]
    (shown,) = directory.describe_directories(DirectoryIds=[known])["DirectoryDescriptions"]
    directory.disable_radius(DirectoryId=known)
    yield
    directory.enable_radius(DirectoryId=known, RadiusSettings=shown["RadiusSettings"])
