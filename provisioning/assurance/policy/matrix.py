"""The matrix of who may do what to which thing, and the claims over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from provisioning.approvals.states import Access
from provisioning.assurance.claims import N_, Claim, Verdict, judge
from provisioning.assurance.identities import Principal
from provisioning.assurance.policy import acts, credentials, outside, power, sessions
from provisioning.assurance.policy.bench import Bench, Cell, Clear, Question, Table, partition
from provisioning.assurance.policy.cells import EVERYBODY, FOREIGN, Court
from provisioning.assurance.policy.contexts import ANYHOW, Way, named_values
from provisioning.assurance.policy.documents import Document, Undecidable
from provisioning.assurance.policy.samples import written_abroad
from provisioning.assurance.policy.suspects import NOT_OURS
from provisioning.assurance.policy.things import Thing, actions_on
from provisioning.assurance.policy.within import said_beside, said_beyond
from provisioning.assurance.stand import PLATFORM
from provisioning.messages import _

OTHERS = Claim("D1", N_("The researchers' role touches nothing of another approval"), ("2.1.14", "2.2.10", "3.2.03"))
NOBODY_ELSE = Claim(
    "D2", N_("No other role or user touches the data of the approval, or takes power over it"), ("1.5.03", "3.2.03")
)
ABROAD = Claim("D3", N_("Nothing can be copied to another account, or shared with one"), ("3.1.05", "3.1.12"))
FOREIGNERS = Claim("D4", N_("Credentials of another account pass no endpoint"), ("3.1.12", "2.2.11"))
AUDIT = Claim("D5", N_("Nobody deletes or unlocks audit entries or logs, or stops the trail"), ("2.5.03",))
RESEARCHERS = Claim("D6", N_("The researchers' role stays within its acts"), ("1.5.03", "3.1.06"))
WORKS = Claim("D7", N_("The researchers' role can do what the work needs"), ("2.1.10",))
READS = Claim("D7", N_("The researchers' role can write nothing while the environment is read only"), ("2.1.10",))
SHUT = Claim("D7", N_("The researchers' role can do nothing while the environment is suspended"), ("1.5.03",))
STAFF = Claim("D8", N_("Operators, reviewers and auditors stay within their acts"), ("1.5.03", "3.1.05"))
TRUST = Claim(
    "D9",
    N_("Roles are taken on by their server, or by staff with a second factor and under their own names"),
    ("3.2.04", "1.5.06"),
)
PUBLIC = Claim("D10", N_("Buckets, keys and records are open to nobody outside the account"), ("3.1.12", "1.5.04"))
TRANSIT = Claim("D11", N_("Buckets take no call without TLS 1.2"), ("2.8.02", "2.8.03"))
ELSEWHERE = Claim("D12", N_("The server's credentials are of no use outside its network"), ("3.1.12", "3.2.06"))
_CLAIMS = (
    *(OTHERS, NOBODY_ELSE, ABROAD, FOREIGNERS, AUDIT, RESEARCHERS, WORKS, STAFF, TRUST, PUBLIC),
    *(TRANSIT, ELSEWHERE),
)
WORKSPACES = "workspaces_DefaultRole"  # the name that AWS wants


def decision_verdicts(
    court: Court, approval: str, builders: frozenset[str] = frozenset(), access: Access = Access.OPEN
) -> list[Verdict]:
    """All claims about decisions for one approval; one court serves the claims of all.

    `access` is what the records say that people may do in it.
    """
    try:
        bench = Bench(court, approval, builders)
        tables = (court.things, court.endpoints, court.staff_forms)
        del tables
    except Undecidable as unknown:
        return [judge(claim, 1, [unknown.message]) for claim in (*_CLAIMS, *credentials.CLAIMS)]
    return [
        _none(OTHERS, _others(bench)),
        _none(NOBODY_ELSE, _nobody_else(bench)),
        _none(ABROAD, _abroad(bench)),
        _none(FOREIGNERS, outside.through_endpoints(bench)),
        _none(AUDIT, _audit(bench)),
        _none(RESEARCHERS, _beyond(bench, bench.researchers(approval), acts.RESEARCHER)),
        _at_work(bench, access),
        _none(STAFF, _staff(bench)),
        _none(TRUST, _trust(bench)),
        _none(PUBLIC, _public(bench)),
        _none(TRANSIT, _transit(bench)),
        _none(ELSEWHERE, _elsewhere(bench)),
        *_about_credentials(bench, access),
    ]


def _about_credentials(bench: Bench, access: Access) -> list[Verdict]:
    """Credentials beside those of staff and researchers: the group's, the backup service's, the builder's."""
    forbidden = {
        credentials.GROUP: credentials.group_beyond(bench),
        credentials.GROUP_ELSEWHERE: credentials.group_elsewhere(bench),
        credentials.BACKUP: credentials.backup_beyond(bench),
        credentials.BUILDER: credentials.builder_beyond(bench),
    }
    shut = access is Access.CLOSED
    needed = credentials.group_needed(bench, sure=not shut)
    works = _none(credentials.GROUP_SHUT, needed) if shut else _all(credentials.GROUP_WORKS, needed)
    return [*(_none(claim, cells) for claim, cells in forbidden.items()), works]


def _none(claim: Claim, cells: Iterable[Cell]) -> Verdict:
    """None of the cells may be allowed."""
    return _judged(claim, cells, lambda said, by: f"{said} <- {by}" if by else None)


def _all(claim: Claim, cells: Iterable[Cell]) -> Verdict:
    """All of the cells must be allowed."""
    return _judged(claim, cells, lambda said, by: None if by else _("{act} is refused").format(act=said))


def _judged(claim: Claim, cells: Iterable[Cell], against: Callable[[str, str | None], str | None]) -> Verdict:
    found: list[str] = []
    count = 0
    for cell in cells:
        if isinstance(cell, Clear):
            count += cell
            continue
        said, ask = cell
        count += 1
        try:
            problem = against(said, ask())
        except Undecidable as unknown:
            problem = unknown.message
        if problem:
            found.append(problem)
    return judge(claim, count, found)


def _others(bench: Bench) -> Iterator[Cell]:
    """Both ways: our roles on things of others, and their roles on ours."""
    mine, court, asked = bench.researchers(bench.approval), bench.court, 0
    for principal in mine:
        for suspect in court.suspects.by_principal[principal.arn]:
            if suspect.thing.approval not in (bench.approval, PLATFORM):
                for way in bench.ways:
                    asked += 1
                    yield bench.cell(principal, suspect.action, suspect.thing.whole, way)
    for suspect in court.suspects.by_approval.get(bench.approval, ()):
        for home in court.homes.get(suspect.principal.arn, ()):
            for way in bench.ways if home != bench.approval else ():
                asked += 1
                yield bench.cell(suspect.principal, suspect.action, suspect.thing.whole, way)
    for cell in _open_partitions(bench, lambda p: any(a != bench.approval for a in court.homes.get(p.arn, ()))):
        asked += 1
        yield cell
    yield Clear(max(0, _crossings(bench) - asked))
    # Where this approval is the only one that stands, another one is thought of.
    account, region = bench.stand.account, bench.stand.region
    other = [
        Thing("outbox", f"arn:aws:s3:::hic-work-another-{account}/egress/outbox/a", account, None, "another"),
        Thing("snapshot", f"arn:aws:ec2:{region}::snapshot/snap-another", account, None, "another"),
    ]
    yield from bench.sweep(mine, other, bench.ways)


def _crossings(bench: Bench) -> int:
    """How many questions there are between this approval and all others."""
    court = bench.court
    there = court.all_acts - court.acts[PLATFORM] - court.acts.get(bench.approval, 0)
    ours = len(bench.researchers(bench.approval))
    theirs = court.roles_of_researchers - ours
    return (ours * there + theirs * court.acts.get(bench.approval, 0)) * len(bench.ways)


def _open_partitions(bench: Bench, theirs: Callable[[Principal], bool]) -> Iterator[Cell]:
    """What others may do with every partition of the table that their policies do not name, ours among them."""
    for suspect, allowed in bench.court.open_partitions:
        ours = next((t for t in bench.own if t.partition and t.kind == suspect.thing.kind), None)
        if ours is not None and ours.partition not in suspect.but and theirs(suspect.principal):
            said = f"{suspect.principal.name}: {suspect.action} {ours.arn} {ours.partition}"
            yield said, lambda allowed=allowed: allowed  # type: ignore[misc]


def _nobody_else(bench: Bench) -> Iterator[Cell]:
    """Roles and users that another approval has are asked about what their statements speak of."""
    court, asked = bench.court, 0
    services = {credentials.service_role(one) for one in bench.stand.approvals}
    known = (credentials.judged(bench.approval, bench.stand.approvals) | set(acts.STAFF)) - {WORKSPACES}
    others = [p for p in bench.principals() if p.arn not in court.homes and p.name not in known]
    near = [p for p in others if p.approval in ("", bench.approval)]
    for principal in near:
        table = acts.FOREIGN_COPIES if principal.name in services else None
        yield from bench.sweep([principal], bench.own, bench.ways, table)
    # The role that AWS wants is asked about even where who builds is not.
    yield from bench.sweep([p for p in bench.stand.principals if p.name == WORKSPACES], bench.own, bench.ways)
    far = {p.name for p in others if p.approval not in ("", bench.approval)}
    for suspect in court.suspects.by_approval.get(bench.approval, ()) if far else ():
        name = suspect.principal.name
        copied = name in services and suspect.action in acts.FOREIGN_COPIES.get(suspect.thing.kind, ())
        if name in far and not copied:
            for way in bench.ways:
                asked += 1
                yield bench.cell(suspect.principal, suspect.action, suspect.thing.whole, way)
    for cell in _open_partitions(bench, lambda p: p.name in far):
        asked += 1
        yield cell
    yield Clear(max(0, len(far) * court.acts.get(bench.approval, 0) * len(bench.ways) - asked))
    yield from bench.once(("power",), partial(_power_of_others, bench))


def _power_of_others(bench: Bench) -> Iterator[Cell]:
    """Whoever is no server's role, no staff and no group's or backups' own: those are judged by their forms."""
    approvals = bench.stand.approvals
    services = {credentials.service_role(one) for one in approvals}
    known = services | credentials.judged(bench.approval, approvals) | set(acts.STAFF)
    for principal in bench.principals():
        if principal.arn not in bench.court.homes and principal.name not in known:
            yield from power.taken(bench, principal)


def _abroad(bench: Bench) -> Iterator[Cell]:
    mine = bench.researchers(bench.approval)
    region, account = bench.stand.region, bench.stand.account
    image = Thing("image", f"arn:aws:ec2:{region}::image/ami-1", account, None, "")
    give = (*acts.SHARE_DISKS, *acts.OPEN_NETWORK)
    taking = {
        **dict.fromkeys(("volume", "server", "snapshot"), acts.SHARE_DISKS),
        "work": acts.SETTINGS,
        "key": acts.RULE_KEY,
    }

    def away(principal: Principal, ways: list[Way]) -> Iterator[Cell]:
        for arn in ("arn:aws:s3:::somebody-elses/a", *written_abroad(principal, account, bench.court.buckets)):
            foreign = Thing("foreign", arn, FOREIGN, EVERYBODY, "")
            yield from bench.acts(principal, acts.WRITE_OBJECTS, foreign, ways)
        yield from bench.acts(principal, give, image, ways)

    for principal in mine:
        yield from away(principal, bench.ways)
        for thing in bench.own:
            yield from bench.acts(principal, taking.get(thing.kind, ()), thing, bench.ways)
    for principal in bench.principals():
        if principal.name in acts.STAFF:
            yield from bench.once(("away", principal.arn), partial(away, principal, bench.ways))


def _audit(bench: Bench) -> Iterator[Cell]:
    court, asked = bench.court, 0
    for suspect in court.destroyers:
        for way in bench.ways if suspect.principal.name not in bench.builders else ():
            asked += 1
            yield bench.cell(suspect.principal, suspect.action, suspect.thing.whole, way)
    yield Clear(max(0, len(bench.principals()) * court.acts_that_destroy * len(bench.ways) - asked))
    yield from bench.once(("blinding",), partial(_blinding, bench))


def _blinding(bench: Bench) -> Iterator[Cell]:
    for principal in bench.principals():
        yield from power.blinding(bench, principal)


def _beyond(bench: Bench, principals: list[Principal], table: dict[str, frozenset[str]]) -> Iterator[Cell]:
    """Every act that the table does not name, and keys by themselves."""
    for principal in principals:
        yield from bench.sweep([principal], bench.own, bench.ways, table)
        yield from credentials.keys_beyond(bench, principal, table)
        rest = partial(_beyond_own, bench, principal, table)
        yield from rest() if table is acts.RESEARCHER else bench.once(("beyond", principal.arn), rest)
        yield from said_beyond(bench, principal) if table is acts.RESEARCHER else ()


def _beyond_own(bench: Bench, principal: Principal, table: Table) -> Iterator[Cell]:
    yield from bench.sweep([principal], bench.court.things[PLATFORM], bench.ways, table)
    account = bench.stand.account
    power = Thing("power", f"arn:aws:iam::{account}:role/any", account, None, "")
    asked = (*acts.TAKE_POWER, *acts.STOP_RECORDING, *acts.OPEN_NETWORK)
    yield from bench.acts(principal, asked, power, bench.ways)


def _at_work(bench: Bench, access: Access) -> Verdict:
    """That the work can be done, or that it cannot while it must not."""
    if access is Access.CLOSED:
        return _none(SHUT, _needed(bench, bench.ways))
    if access is Access.READ_ONLY:
        asked = _needed(bench, bench.ways)
        return _none(READS, ((said, ask) for said, ask in asked if any(f" {w} " in said for w in acts.WRITES)))
    return _all(WORKS, _needed(bench, [Way(way.vpc, sure=True) for way in bench.inside]))


def _needed(bench: Bench, ways: list[Way]) -> Iterator[Question]:
    for principal in bench.researchers(bench.approval):
        for thing in (*bench.own, *(t for t in bench.court.things[PLATFORM] if t.kind == "manual")):
            for action in acts.NEEDED.get(thing.kind, ()):
                yield from (bench.cell(principal, action, thing, way) for way in ways)


def _staff(bench: Bench) -> Iterator[Cell]:
    for principal in bench.principals():
        if principal.name in acts.STAFF:
            planned = bench.court.staff_forms.get(principal.name, ())
            yield from bench.once(("form", principal.arn), partial(said_beside, principal, planned))
            yield from _beyond(bench, [principal], acts.STAFF[principal.name])
            yield from sessions.beyond_ssh(bench, principal)


def _trust(bench: Bench) -> Iterator[Cell]:
    """Servers' roles go to EC2 alone, staff's to the account's own people with a second factor, by their own names."""
    account = bench.stand.account
    servers = {p.name for p in bench.researchers(bench.approval)}
    for principal in bench.principals():
        if principal.name in servers:
            yield from outside.taken_on(principal, account, "ec2.amazonaws.com")
        elif principal.name == WORKSPACES:
            yield from outside.taken_on(principal, account, "workspaces.amazonaws.com")
        elif principal.name in acts.STAFF or principal.name == credentials.BUILDER_ROLE:
            yield from outside.taken_on(principal, account)


def _public(bench: Bench) -> Iterator[Cell]:
    yield from outside.opened_to(bench)
    yield from outside.granted(bench)
    yield from _open_to_all(bench, bench.own)
    yield from bench.once(("public",), lambda: _open_to_all(bench, bench.court.things[PLATFORM]))


def _open_to_all(bench: Bench, things: Iterable[Thing]) -> Iterator[Cell]:
    for thing, alike in bench.court.distinct(things):
        if thing.kind in ("server", "volume", "snapshot"):
            continue
        callers = (*bench.court.strangers(thing.policy), "")
        for action in actions_on(thing):
            for account in callers:
                said = f"{account or '*'}: {action} {thing.arn}{partition(thing)}"
                yield said, _asked(bench, action, thing, account)
            yield Clear((alike - 1) * len(callers))


def _asked(bench: Bench, action: str, thing: Thing, account: str) -> Callable[[], str | None]:
    return lambda: bench.court.foreigner(action, thing, ANYHOW, account=account or FOREIGN, anonymous=not account)


def _transit(bench: Bench) -> Iterator[Cell]:
    """With every right, all callers are alike to a bucket whose policy tells none of them apart."""
    yield from _in_the_clear(bench, bench.own)
    yield from bench.once(("transit",), lambda: _in_the_clear(bench, bench.court.things[PLATFORM]))


def _in_the_clear(bench: Bench, things: Iterable[Thing]) -> Iterator[Cell]:
    callers = bench.principals()
    for thing, alike in bench.court.distinct(things):
        if not thing.arn.startswith("arn:aws:s3:::"):
            continue
        apart = thing.policy is None or _tells_apart(thing.policy, bench.stand.account)
        asked = callers if apart else callers[:1]
        for action in actions_on(thing):
            for way in (Way(secure="false"), Way(secure="true", tls="1.1"), Way(secure="true", tls="1.0")):
                for principal in asked:
                    said = f"{principal.name}: {action} {thing.arn} (TLS {way.secure} {way.tls})"
                    yield said, partial(bench.court.mighty, principal, action, thing, way)
                yield Clear(alike * len(callers) - len(asked))


def _tells_apart(policy: Document, account: str) -> bool:
    """Whether a policy may decide otherwise for one caller of the account than for another.

    Services and whoever signs in elsewhere are none of them.
    """
    everybody = {"*", account, f"arn:aws:iam::{account}:root"}
    for statement in policy.statements:
        named = (value for kind, value in statement.principals or () if kind not in NOT_OURS)
        if statement.not_principals or not everybody.issuperset(named):
            return True
        keys = [condition.key.lower() for condition in statement.conditions]
        if any(key.startswith("aws:principal") or key in ("aws:userid", "aws:username") for key in keys):
            return True
        if any("${" in value for condition in statement.conditions for value in condition.values):
            return True
    return False


def _elsewhere(bench: Bench) -> Iterator[Cell]:
    """From outside of networks, and from every network and endpoint that the role's policies name beside its own."""
    own = {way.vpc for way in bench.inside}
    endpoints = {one.id for one in bench.stand.network.endpoints if one.vpc in own}
    things = [*bench.own, *bench.court.things[PLATFORM]]
    for principal in bench.researchers(bench.approval):
        documents = [*principal.identity, *([principal.boundary] if principal.boundary else [])]
        vpcs = {"vpc-elsewhere"} | named_values(documents, "aws:sourcevpc") - own
        passed = {"vpce-elsewhere"} | named_values(documents, "aws:sourcevpce") - endpoints
        ways = [Way(outside=True), *(Way(vpc, vpce=one, bare=True) for vpc in sorted(vpcs) for one in sorted(passed))]
        yield from bench.sweep([principal], [t for t in things if t.kind != "key"], ways)
