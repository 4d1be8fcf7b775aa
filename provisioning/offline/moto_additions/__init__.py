"""Calls that moto lacks and the proof reads: stored and answered as moto does it, and no more.

Each module adds its calls to moto's own classes. Nothing here evaluates a rule or blocks a packet.
The contract tests tell when an upgrade of moto brings one of these calls itself.
"""

from __future__ import annotations

from types import FunctionType

from moto.route53resolver.models import Route53ResolverBackend

from provisioning.offline.moto_additions import (
    backup_policies,
    dns_firewall,
    log_policies,
    query_logs,
    route53_profiles,
    workspaces_access,
    workspaces_power,
)

ADDITIONS = (
    *(backup_policies, dns_firewall, log_policies, query_logs, route53_profiles, workspaces_access),
    workspaces_power,
)


def install() -> None:
    """Add the calls. May be repeated."""
    for addition in ADDITIONS:
        for call in addition.CALLS:
            setattr(addition.SERVICE, call.__name__, call)
    backup_policies.install_path()
    route53_profiles.install_paths()
    setattr(Route53ResolverBackend, "_matched_arn", dns_firewall.matched_arn)  # noqa: B010 - as for the calls


def added() -> dict[str, tuple[FunctionType, ...]]:
    """The added calls by the service that they belong to."""
    return {addition.SERVICE.__name__: addition.CALLS for addition in ADDITIONS}
