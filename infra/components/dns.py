"""Names: a firewall for what may be asked, and the way to the directory's own names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.domains import EVERYTHING
from infra.network_plan import DIRECTORY
from infra.tags import Tags, named

# AWS keeps the priorities below 100 and above 9900 for itself.
PRIORITY = 101


@dataclass(frozen=True)
class DnsFirewallArgs:
    """`allowed` are the only domains that may be asked."""

    allowed: Sequence[str]
    tags: Tags


class DnsFirewall(pulumi.ComponentResource):
    """One group of rules for all networks: what is on the list is answered, everything else does not exist."""

    def __init__(self, name: str, args: DnsFirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:names:DnsFirewall", name, None, opts)
        self._inside = pulumi.ResourceOptions(parent=self)
        self.group = aws.route53.ResolverFirewallRuleGroup(
            name, name=name, tags=named(args.tags, name), opts=self._inside
        )
        allowed = self._list(f"{name}-allowed", args.allowed, args.tags)
        rest = self._list(f"{name}-rest", EVERYTHING, args.tags)
        aws.route53.ResolverFirewallRule(
            f"{name}-allowed",
            name=f"{name}-allowed",
            firewall_rule_group_id=self.group.id,
            firewall_domain_list_id=allowed.id,
            priority=100,
            action="ALLOW",
            # A name of AWS may stand for another of AWS's that is not on the list.
            firewall_domain_redirection_action="TRUST_REDIRECTION_DOMAIN",
            opts=self._inside,
        )
        aws.route53.ResolverFirewallRule(
            f"{name}-rest",
            name=f"{name}-rest",
            firewall_rule_group_id=self.group.id,
            firewall_domain_list_id=rest.id,
            priority=200,
            action="BLOCK",
            block_response="NXDOMAIN",
            opts=self._inside,
        )
        self.register_outputs({})

    def _list(self, name: str, domains: Sequence[str], tags: Tags) -> aws.route53.ResolverFirewallDomainList:
        return aws.route53.ResolverFirewallDomainList(
            name, name=name, domains=list(domains), tags=named(tags, name), opts=self._inside
        )


@dataclass(frozen=True)
class DirectoryNamesArgs:
    """The directory's network and its own name servers."""

    domain: str
    dns_ips: pulumi.Output[Sequence[str]]
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    tags: Tags


class DirectoryNames(pulumi.ComponentResource):
    """The directory's names are asked of the directory, from any network that the rule is given to."""

    def __init__(self, name: str, args: DirectoryNamesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:names:DirectoryNames", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            name,
            name=name,
            description="Names asked of the directory",
            vpc_id=args.vpc_id,
            tags=named(args.tags, name),
            opts=inside,
        )
        for protocol in ("tcp", "udp"):
            label = f"{name}-{protocol}"
            aws.vpc.SecurityGroupEgressRule(
                label,
                security_group_id=group.id,
                cidr_ipv4=str(DIRECTORY),
                ip_protocol=protocol,
                from_port=53,
                to_port=53,
                description="Names asked of the directory",
                tags=named(args.tags, label),
                opts=inside,
            )
        endpoint = aws.route53.ResolverEndpoint(
            name,
            name=name,
            direction="OUTBOUND",
            security_group_ids=[group.id],
            ip_addresses=[aws.route53.ResolverEndpointIpAddressArgs(subnet_id=known) for known in args.subnet_ids],
            tags=named(args.tags, name),
            opts=inside,
        )
        self.rule = aws.route53.ResolverRule(
            name,
            name=name,
            domain_name=args.domain,
            rule_type="FORWARD",
            resolver_endpoint_id=endpoint.id,
            target_ips=args.dns_ips.apply(_targets),
            tags=named(args.tags, name),
            opts=inside,
        )
        self.register_outputs({})


def _targets(addresses: Sequence[str]) -> list[aws.route53.ResolverRuleTargetIpArgs]:
    return [aws.route53.ResolverRuleTargetIpArgs(ip=address) for address in sorted(addresses)]


@dataclass(frozen=True)
class GuardedNamesArgs:
    """The network, the firewall's group of rules, and the rule for the directory's names."""

    vpc_id: pulumi.Input[str]
    group_id: pulumi.Input[str]
    rule_id: pulumi.Input[str]
    tags: Tags


class GuardedNames(pulumi.ComponentResource):
    """The firewall for one network. When the firewall does not answer, no name is answered."""

    def __init__(self, name: str, args: GuardedNamesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:names:GuardedNames", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        aws.route53.ResolverFirewallConfig(name, resource_id=args.vpc_id, firewall_fail_open="DISABLED", opts=inside)
        aws.route53.ResolverFirewallRuleGroupAssociation(
            name,
            name=name,
            firewall_rule_group_id=args.group_id,
            vpc_id=args.vpc_id,
            priority=PRIORITY,
            tags=named(args.tags, f"{name}-names"),
            opts=inside,
        )
        aws.route53.ResolverRuleAssociation(
            name, name=name, resolver_rule_id=args.rule_id, vpc_id=args.vpc_id, opts=inside
        )
        self.register_outputs({})
