"""Claims about credentials beside those of staff and researchers: of the group, of backups, of who builds."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from provisioning.approvals.names import backup_user
from provisioning.assurance.claims import N_, Claim
from provisioning.assurance.identities import Principal
from provisioning.assurance.policy import acts, outside
from provisioning.assurance.policy.bench import Bench, Cell, Clear, Table
from provisioning.assurance.policy.cells import EVERYBODY, FOREIGN
from provisioning.assurance.policy.contexts import ANYHOW, Way, named_values
from provisioning.assurance.policy.forms import machine_forms
from provisioning.assurance.policy.things import Thing
from provisioning.assurance.policy.within import bounds_beside, said_beside
from provisioning.assurance.stand import PLATFORM

GROUP = Claim(
    "D20", N_("The group's credential starts, stops and copies its own server, and nothing else"), ("1.5.03", "3.1.12")
)
GROUP_ELSEWHERE = Claim(
    "D21", N_("The group's credential is of no use outside the approved places"), ("3.2.06",), may_be_empty=True
)
GROUP_WORKS = Claim("D22", N_("The group's credential can do what it is for"), ("2.1.10", "2.6.01"))
GROUP_SHUT = Claim("D22", N_("The group's credential can do nothing while the environment is suspended"), ("1.5.03",))
BACKUP = Claim("D23", N_("The backup service copies the approval's own server, and nothing else"), ("1.5.03", "2.6.01"))
BUILDER = Claim(
    "D24",
    N_("The role that builds reads no data itself and takes no power beyond what is planned"),
    ("1.5.03", "3.1.05"),
)
CLAIMS = (GROUP, GROUP_ELSEWHERE, BACKUP, BUILDER, GROUP_WORKS)
BUILDER_ROLE = "hic-operator-deploy"
# Addresses that are nobody's: reserved for documentation, so that no approved place can have them.
NOWHERE = ("192.0.2.1", "2001:db8:ffff:ffff::1")


def judged(approval: str, approvals: Iterable[str]) -> set[str]:
    """The names of users and roles that the claims here are about when an approval is judged: every group's."""
    return {service_role(approval), BUILDER_ROLE, *(backup_user(one) for one in approvals)}


def group_beyond(bench: Bench) -> Iterator[Cell]:
    """Everything that the credential is not for, at the own approval, at others and at the platform."""
    mine = _named(bench, backup_user(bench.approval))
    for principal in mine:
        yield from bench.sweep([principal], [*bench.own, _anothers_snapshot(bench)], bench.ways, acts.GROUP)
        yield from keys_beyond(bench, principal, acts.GROUP)
        yield from bench.abroad(principal, acts.FOREIGN_COPIES, bench.ways)
        yield from said_beside(principal, machine_forms(bench.court.planned.group, bench.stand, bench.approval))
    users = {backup_user(approval) for approval in bench.stand.approvals if approval != bench.approval}
    asked = 0
    for suspect in bench.court.suspects.by_approval.get(bench.approval, ()):
        thing, principal = suspect.thing.whole, suspect.principal
        foreign = suspect.action in acts.FOREIGN_COPIES.get(thing.kind, frozenset())
        if principal.name in users and not foreign:
            asked += 1
            yield bench.cell(principal, suspect.action, thing, ANYHOW)
    theirs = sum(len(bench.court.by_name.get(user, ())) for user in users)
    yield Clear(max(0, theirs * bench.court.acts.get(bench.approval, 0) - asked))


def group_elsewhere(bench: Bench) -> Iterator[Cell]:
    """What it is for, from addresses that are nobody's and from inside the environment."""
    ways = [*(Way(ip=address) for address in NOWHERE), *(Way(way.vpc, bare=True) for way in bench.inside)]
    for principal in _named(bench, backup_user(bench.approval)):
        yield from _use(bench, principal, ways)


def group_needed(bench: Bench, *, sure: bool) -> Iterator[Cell]:
    """What it is for, from each of its places; `sure`: beyond doubt."""
    name = backup_user(bench.approval)
    found = [(principal, _listed(principal)) for principal in _named(bench, name)]
    if not any(addresses for _principal, addresses in found):
        yield f"{name}: ec2:StartInstances", lambda: None
    for principal, addresses in found:
        yield from _use(bench, principal, [Way(ip=address, sure=sure) for address in addresses])


def backup_beyond(bench: Bench) -> Iterator[Cell]:
    """Everything that AWS Backup does not need, and everybody else who would take its role on."""
    for principal in _named(bench, service_role(bench.approval)):
        yield from bench.sweep([principal], bench.own, bench.ways, acts.BACKUP)
        yield from bench.sweep([principal], [_anothers_snapshot(bench)], bench.ways, acts.FOREIGN_COPIES)
        yield from bench.abroad(principal, acts.FOREIGN_COPIES, bench.ways)
        yield from said_beside(principal, machine_forms(bench.court.planned.backup, bench.stand, bench.approval))
        yield from outside.taken_on(principal, bench.stand.account, "backup.amazonaws.com", for_account=True)


def builder_beyond(bench: Bench) -> Iterator[Cell]:
    """Reading data, taking on or widening roles, opening the network, sharing disks; and the platform's own things."""
    account, region = bench.stand.account, bench.stand.region
    ways = bench.ways
    made = (name for role in (backup_user, service_role) for name in _named(bench, role(bench.approval)))
    for principal in (*bench.researchers(bench.approval), *made):
        yield from bounds_beside(principal, bench.court.bounds_form)
    for principal in _named(bench, BUILDER_ROLE):
        yield from bench.sweep([principal], bench.own, ways, acts.BUILDER)
        yield from keys_beyond(bench, principal, acts.BUILDER, acts.THROUGH_DISKS)
        for key in (thing for thing in bench.own if thing.kind == "key"):
            yield bench.cell(principal, "kms:CreateGrant", key, Way(direct=True))  # by a service of AWS alone
        yield from bench.once(("builder", principal.arn), partial(_builder_elsewhere, bench, principal))
        for kind in ("internet-gateway", "natgateway", "vpc", "elastic-ip", "transit-gateway"):
            gate = Thing("gate", f"arn:aws:ec2:{region}:{account}:{kind}/a", account, None, bench.approval)
            yield from bench.acts(principal, acts.GATES, gate, ways)
        image = Thing("image", f"arn:aws:ec2:{region}::image/ami-1", account, None, bench.approval)
        yield from bench.acts(principal, acts.SHARE_DISKS, image, ways)


def _builder_elsewhere(bench: Bench, principal: Principal) -> Iterator[Cell]:
    """What is no approval's: the platform, roles and users, other accounts."""
    account, ways = bench.stand.account, bench.ways
    yield from bench.sweep([principal], bench.court.things[PLATFORM], ways, acts.BUILDER_ON_PLATFORM)
    yield from said_beside(principal, bench.court.staff_forms.get(BUILDER_ROLE, ()))
    for name in (*acts.STAFF, BUILDER_ROLE):
        role = Thing("power", f"arn:aws:iam::{account}:role/{name}", account, None, "")
        yield from bench.acts(principal, (*acts.TAKE_POWER, *acts.STOP_RECORDING, *acts.OPEN_NETWORK), role, ways)
    # Those that it makes are bounded: without the bounds they are not made.
    for name, kinds in (("role/hic-another-analysis", "Role"), ("user/hic/hic-another-backup", "User")):
        bounds = f"arn:aws:iam::{account}:policy/hic/hic-boundary"
        made = Thing("unbounded", f"arn:aws:iam::{account}:{name}", account, None, "", bounds=bounds)
        yield from bench.acts(principal, [f"iam:Create{kinds}", f"iam:Put{kinds}Policy"], made, ways)
    for other in bench.principals():
        # Even a role that trusts it by name: the caller's own refusal comes first.
        taken = Thing("role", other.arn, account, EVERYBODY, "")
        yield bench.cell(principal, "sts:AssumeRole", taken, ways[0])
    foreign = Thing("foreign", "arn:aws:s3:::somebody-elses/a", FOREIGN, EVERYBODY, "")
    yield from bench.acts(principal, acts.WRITE_OBJECTS, foreign, ways)


def keys_beyond(
    bench: Bench, principal: Principal, table: Table, through: Mapping[str, tuple[str, ...]] = acts.THROUGH
) -> Iterator[Cell]:
    """The use of keys that is allowed is allowed through some services alone: not by a call on the key itself, and not
    through another one. The platform's key is for its stores; grants on it are no business of theirs."""
    region, allowed = bench.stand.region, table.get("key", frozenset())
    hosts = named_values(principal.identity, "kms:viaservice") | {f"another.{region}.amazonaws.com"}
    keys = (thing for whose in (bench.approval, PLATFORM) for thing in bench.court.things.get(whose, ()))
    for thing in (one for one in keys if one.kind == "key"):
        for action, services in (acts.THROUGH if thing.approval == PLATFORM else through).items():
            if action in allowed:
                beyond = sorted(host for host in hosts if host.partition(".")[0] not in services)
                ways = [Way(direct=True), *(Way(through=host) for host in beyond)]
                ours = thing.approval != PLATFORM or action != "kms:CreateGrant"
                yield from bench.acts(principal, [action], thing, ways if ours else [ANYHOW])


def _anothers_snapshot(bench: Bench) -> Thing:
    """Where this approval is the only one that stands, another one is thought of."""
    arn = f"arn:aws:ec2:{bench.stand.region}::snapshot/snap-another"
    return Thing("snapshot", arn, bench.stand.account, None, "another")


def service_role(approval: str) -> str:
    """The role that AWS Backup takes on for an approval."""
    return f"hic-{approval.lower()}-backup-service"


def _named(bench: Bench, name: str) -> list[Principal]:
    return [p for p in bench.court.by_name.get(name, ()) if p.name not in bench.builders]


def _listed(principal: Principal) -> list[str]:
    """The first address of every network that the credential's own policy names."""
    values = {
        value
        for document in principal.identity
        for statement in document.statements
        for condition in statement.conditions
        if condition.key.lower() == "aws:sourceip"
        for value in condition.values
    }
    return sorted(first for first in map(_first_address, values) if first)


def _first_address(network: str) -> str:
    """Nothing for what is no network: nobody's place, for AWS compares it with none."""
    try:
        return str(ipaddress.ip_network(network, strict=False)[0])
    except ValueError:
        return ""


def _use(bench: Bench, principal: Principal, ways: Iterable[Way]) -> Iterator[Cell]:
    region, account = bench.stand.region, bench.stand.account
    fresh = Thing("new", f"arn:aws:ec2:{region}::snapshot/snap-new", account, None, bench.approval)
    for way in ways:
        for thing in bench.own:
            if thing.kind == "server":
                yield from (bench.cell(principal, f"ec2:{act}Instances", thing, way) for act in ("Start", "Stop"))
            elif thing.kind == "volume":
                yield bench.cell(principal, "ec2:CreateSnapshot", thing, way)
        yield bench.cell(principal, "ec2:CreateSnapshot", fresh, way)
