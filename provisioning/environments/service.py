"""Use cases of the platform and of one approval's environment: plan, bring up, look at, end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from infra.places import address_groups
from provisioning.actors import Actor, check_role
from provisioning.approvals.model import Approval
from provisioning.approvals.names import PLATFORM_STACK, approval_key, environment_stack, work_bucket
from provisioning.approvals.rules import check_may_stand
from provisioning.approvals.service import Approvals, Registered
from provisioning.approvals.states import State, check_move
from provisioning.assurance.in_the_way import check_nobody_else
from provisioning.assurance.leftovers import Leftover, find_leftovers
from provisioning.audit.chain import Entry
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, Record, RecordConflict, RecordStore
from provisioning.aws.secrets import CONNECTOR_PASSWORD, DIRECTORY_PASSWORD, RADIUS_SECRET, foreseen_secret, keep_secret
from provisioning.aws.sessions import Aws
from provisioning.clock import Clock, stamp, today
from provisioning.environments.belongings import delete_copies, find_belongings
from provisioning.environments.cutting import lift_emergency
from provisioning.environments.destruction import (
    OBJECTS,
    Asset,
    Destruction,
    content_of,
    inventory,
    joined,
    key_dates,
    read_destruction,
    settled,
    whereabouts,
)
from provisioning.environments.engine import Engine, OnStep, Op, Outcome, StackRequest, StandingResource, Step
from provisioning.environments.networks import NETWORKS, Networks
from provisioning.errors import Refused
from provisioning.messages import _

ENVIRONMENT = "ENVIRONMENT"
DESTRUCTION = "DESTRUCTION"
ATTEMPTS = 10


@dataclass(frozen=True)
class Status:
    """How one environment stands. `missing` are the conditions of FLOW-7 that no longer hold."""

    standing: Registered
    resources: tuple[StandingResource, ...]
    outputs: dict[str, Any]


@dataclass(frozen=True)
class Ending:
    """What the end of an environment came to. With leftovers it is not over, and there is nothing to certify."""

    outcome: Outcome
    objects_destroyed: int
    leftovers: tuple[Leftover, ...]
    destruction: Destruction | None = None
    entry: Entry | None = None


@dataclass(frozen=True)
class PlannedEnd:
    """What an end would come to; `assets` are those of the stack and all that belongs to it."""

    standing: Registered
    outcome: Outcome
    assets: tuple[Asset, ...]


class Platform:
    """What the ministry has once, made by an engine."""

    def __init__(self, records: RecordStore, audit: AuditLog, aws: Aws, engine: Engine) -> None:
        self._records = records
        self._audit = audit
        self._aws = aws
        self._engine = engine

    def plan(self, actor: Actor, *, throw_away: bool | None = None) -> Outcome:
        """What `up` would do; nothing is changed."""
        check_role(actor, "operator")
        return self._engine.plan(self._request(throw_away, planned=True))

    def up(self, actor: Actor, on_step: OnStep | None = None, *, throw_away: bool | None = None) -> Outcome:
        """Build the platform, or change what differs. The record table is part of it, so the act is recorded after.

        `throw_away` lets it be destroyed with its data; None leaves that as it stands.
        """
        check_role(actor, "operator")
        self._engine.check_free(PLATFORM_STACK)
        outcome = self._engine.up(self._request(throw_away), on_step)
        changed = len(outcome.steps) - outcome.count(Op.SAME)
        if changed:
            details = {"applied": outcome.applied, "recorded": outcome.recorded, "engine": self._engine.label}
            self._audit.commit(actor, "platform.up", PLATFORM_STACK, details)
        return outcome

    def status(self, refresh: bool = False) -> tuple[list[StandingResource], dict[str, Any]]:
        """The platform's resources and outputs; both empty when it does not stand."""
        return self._engine.resources(PLATFORM_STACK, refresh), self._engine.outputs(PLATFORM_STACK) or {}

    def _request(self, throw_away: bool | None, *, planned: bool = False) -> StackRequest:
        if throw_away is None:
            outputs = self._engine.outputs(PLATFORM_STACK) or {}
            throw_away = not outputs.get("deletionProtection", True)
        secrets = {"directoryPassword": DIRECTORY_PASSWORD, "radiusSecret": RADIUS_SECRET}
        config = {"deletionProtection": "false"} if throw_away else {}
        return StackRequest(PLATFORM_STACK, config, _secrets(self._aws, secrets, planned=planned))


class People(Protocol):
    """Those who work in environments, and what they log in with; kept by another part."""

    def prepare(self, approval: Approval) -> None:
        """Make what has to stand before desktops are made. Raises Refused when it cannot be."""
        ...

    def belongings(self, approval_id: str) -> list[Asset]:
        """What they still hold, as it is to stand on the certificate of destruction."""
        ...

    def withdraw(self, actor: Actor, approval_id: str) -> None:
        """Take everything away, before the environment is destroyed. May be repeated."""
        ...


class Environments:
    """Environments of approvals, made by an engine, recorded in the record table."""

    def __init__(
        self,
        approvals: Approvals,
        records: RecordStore,
        audit: AuditLog,
        aws: Aws,
        clock: Clock,
        engine: Engine,
        people: People | None = None,
    ) -> None:
        self._people = people
        self._approvals = approvals
        self._records = records
        self._audit = audit
        self._aws = aws
        self._clock = clock
        self._engine = engine
        self._networks = Networks(records)

    def plan(self, actor: Actor, approval_id: str) -> Outcome:
        """What `up` would do. Raises Refused like `up`; changes nothing."""
        check_role(actor, "operator")
        standing = self._ready(approval_id)
        network, _puts = self._networks.of(approval_id)
        return self._engine.plan(self.request(standing, network, planned=True))

    def up(self, actor: Actor, approval_id: str, on_step: OnStep | None = None) -> Outcome:
        """Build the environment, or bring a half-built or changed one to what it should be.

        Raises Refused that names what is missing (FLOW-7), or when the platform does not stand.
        """
        check_role(actor, "operator")
        self._engine.check_free(environment_stack(approval_id))
        if self._people:
            self._people.prepare(self._ready(approval_id).approval)
        standing, network = self._begin(actor, approval_id)
        outcome = self._engine.up(self.request(standing, network), on_step)
        built = self._approvals.get(approval_id)
        check_move(approval_id, built.state, State.ACTIVE)  # it may have been suspended meanwhile
        known = self._records.get(approval_key(approval_id), ENVIRONMENT)
        data = {"outputs": dict(outcome.outputs), "network": network, "engine": self._engine.label}
        data["approval"] = standing.approval.model_dump(mode="json")
        data["built_at"] = known.data["built_at"] if known else stamp(self._clock)
        put = Put.over(known, data) if known else Put(approval_key(approval_id), ENVIRONMENT, data)
        details = {"applied": outcome.applied, "recorded": outcome.recorded, "engine": self._engine.label}
        self._audit.commit(actor, "env.active", approval_id, details, [built.moved(State.ACTIVE), put])
        return outcome

    def status(self, approval_id: str, refresh: bool = False) -> Status:
        """Where the environment stands; with `refresh`, held against what AWS shows now."""
        standing = self._approvals.get(approval_id)
        stack = environment_stack(approval_id)
        # What a first run left half-built has no outputs yet, and stands all the same.
        resources = self._engine.resources(stack, refresh)
        return Status(standing, tuple(resources), self._engine.outputs(stack) or {})

    def plan_end(self, actor: Actor, approval_id: str) -> PlannedEnd:
        """What `end` would destroy: the stack in its order, and what belongs to it. Raises like it; changes nothing."""
        check_role(actor, "operator")
        standing = self._to_be_ended(approval_id)
        outcome = self._engine.plan_destroy(environment_stack(approval_id))
        stack, beside = self._found(approval_id, self._records.get(approval_key(approval_id), DESTRUCTION))
        return PlannedEnd(standing, outcome, (*stack, *beside))

    def end(self, actor: Actor, approval_id: str, on_step: OnStep | None = None) -> Ending:
        """Destroy the environment with everything in it (HIC-22), and look for leftovers.

        Raises Refused or Conflict, before anything goes, for what is in the way. Repeating an interrupted end goes
        on where it stopped. The state becomes `ended` only when nothing is left.
        """
        check_role(actor, "operator")
        standing, stack, began = self._to_be_ended(approval_id), environment_stack(approval_id), stamp(self._clock)
        self._engine.check_free(stack)
        self._engine.plan_destroy(stack)
        known = self._records.get(approval_key(approval_id), DESTRUCTION)
        standing_still, beside = self._found(approval_id, known)
        found = [*standing_still, *beside]
        record = known or self._begin_destruction(actor, standing, joined(Destruction(began, ()), found))
        times: dict[str, str] = {}
        destroyed = self._take_away(actor, approval_id, beside, times)

        def noted(step: Step) -> None:
            times[step.urn] = stamp(self._clock)
            if on_step:
                on_step(step)

        outcome = self._engine.destroy(stack, noted)
        done = joined(read_destruction(record.data), found)
        self._note_gone(times, beside, find_belongings(self._aws, approval_id, whereabouts(done.assets)))
        done = settled(done, times, frozenset(one.urn for one in found), began)
        done = key_dates(self._aws, done)
        leftovers = tuple(find_leftovers(self._aws, approval_id, whereabouts(done.assets)))
        if leftovers:
            self._records.write([Put.over(record, content_of(done))])
            return Ending(outcome, destroyed, leftovers)
        done = replace(done, ended_at=stamp(self._clock))
        details = {"resources": len(done.assets), "objects": done.objects, "leftovers": 0, "assets_sha256": done.digest}
        puts = [self._approvals.get(approval_id).moved(State.ENDED), Put.over(record, content_of(done))]
        puts += self._networks.freed(approval_id)
        entry = self._audit.commit(actor, "env.ended", approval_id, details, puts)
        return Ending(outcome, destroyed, leftovers, done, entry)

    def _to_be_ended(self, approval_id: str) -> Registered:
        standing = self._approvals.get(approval_id)
        if standing.state is State.ENDED:
            raise Refused(
                _("The environment of {approval} has already ended.").format(approval=approval_id),
                fix=_("Its certificate: hic env certificate {approval}").format(approval=approval_id),
            )
        check_move(approval_id, standing.state, State.ENDING)
        return standing

    def _found(self, approval_id: str, known: Record | None) -> tuple[list[Asset], list[Asset]]:
        """What stands now: of the stack, and beside it, with what copies of earlier volumes are known by.

        Raises Refused when something of others is in the environment's network.
        """
        stack = inventory(self._engine.resources(environment_stack(approval_id)))
        before = read_destruction(known.data).assets if known else ()
        stood = [*before, *stack]
        check_nobody_else(self._aws, whereabouts(stood).vpcs, {asset.id for asset in stood})
        beside = find_belongings(self._aws, approval_id, whereabouts(stood))
        if self._people:
            beside += self._people.belongings(approval_id)
        ids = {asset.id for asset in stack}
        return stack, [asset for asset in beside if asset.id not in ids]

    def _take_away(self, actor: Actor, approval_id: str, beside: Sequence[Asset], times: dict[str, str]) -> int:
        """Take away what belongs to the environment, before it goes itself; how many objects were deleted."""
        if self._people:
            held = self._people.belongings(approval_id)
            self._people.withdraw(actor, approval_id)
            self._note_gone(times, held, self._people.belongings(approval_id))
        list(lift_emergency(self._aws, approval_id))  # a role goes only without policies that others put there
        destroyed = ObjectStore(self._aws, work_bucket(approval_id, self._aws.account)).purge()
        self._note_gone(times, [a for a in beside if a.type == OBJECTS], ())
        delete_copies(self._aws, approval_id, beside, lambda one: self._note_gone(times, [one], ()))
        return destroyed

    def _note_gone(self, times: dict[str, str], before: Iterable[Asset], still: Iterable[Asset]) -> None:
        """Note the present time for what is gone since it was looked for."""
        left = {asset.urn for asset in still}
        for asset in before:
            if asset.urn not in left:
                times.setdefault(asset.urn, stamp(self._clock))

    def destroyed(self, approval_id: str) -> tuple[Destruction, Entry]:
        """What an ended environment's certificate says, and the audit entry that seals it. Refused before the end."""
        standing = self._approvals.get(approval_id)
        record = self._records.get(approval_key(approval_id), DESTRUCTION)
        if standing.state is not State.ENDED or record is None:
            raise Refused(
                _("The environment of {approval} has not ended: it is '{state}'.").format(
                    approval=approval_id, state=standing.state
                ),
                fix=_("End it first: hic env end {approval}").format(approval=approval_id),
            )
        entries = (e for e in self._audit.entries() if e.act == "env.ended" and e.subject == approval_id)
        return read_destruction(record.data), list(entries)[-1]

    def _begin_destruction(self, actor: Actor, standing: Registered, found: Destruction) -> Record:
        """Note what is to go before anything goes."""
        key = approval_key(standing.approval.id)
        puts = [standing.moved(State.ENDING), Put(key, DESTRUCTION, content_of(found))]
        details = {"resources": len(found.assets)}
        self._audit.commit(actor, "env.end", standing.approval.id, details, puts)
        return Record(key, DESTRUCTION, content_of(found), 1)

    def _ready(self, approval_id: str) -> Registered:
        standing = self._approvals.get(approval_id)
        if standing.state is State.SUSPENDED and standing.suspension:
            raise Refused(
                _("{approval} is suspended since {at}: {reason}").format(
                    approval=approval_id, at=standing.suspension.at, reason="; ".join(standing.suspension.reasons)
                ),
                fix=_("If it may go on: hic env resume {approval}").format(approval=approval_id),
            )
        check_may_stand(standing.approval, standing.payment, today(self._clock), standing.withdrawal)
        check_move(approval_id, standing.state, State.BUILDING)
        address_groups(standing.approval.places)  # refused before anything is written down
        if self._engine.outputs(PLATFORM_STACK) is None:
            raise Refused(_("The platform does not stand yet."), fix=_("Build it once: hic platform up"))
        return standing

    def _begin(self, actor: Actor, approval_id: str) -> tuple[Registered, int]:
        """Move to `building` and take a network, in one step; a network taken by another is passed over."""
        for _attempt in range(ATTEMPTS):
            standing = self._ready(approval_id)
            network, puts = self._networks.of(approval_id)
            if standing.state is State.BUILDING and not puts:
                return standing, network
            try:
                moves = [standing.moved(State.BUILDING), *puts]
                self._audit.commit(actor, "env.build", approval_id, {"network": network}, moves)
            except RecordConflict as conflict:
                if any(put.pk != NETWORKS for put in conflict.puts):
                    raise
                continue
            return standing, network
        raise Refused(_("Too many environments are being built at once."), fix=_("Repeat the command in a moment."))

    def network_of(self, approval_id: str) -> int | None:
        """The number of the network that the approval has taken, or None."""
        return self._networks.taken_by(approval_id)

    def built(self, approval_id: str) -> Approval | None:
        """The approval as its environment was last finished by; None before."""
        known = self._records.get(approval_key(approval_id), ENVIRONMENT)
        return Approval.model_validate(known.data["approval"]) if known and "approval" in known.data else None

    def desktops(self, approval_id: str) -> list[str]:
        """The directory of its desktops, as the environment was last finished; none before."""
        known = self._records.get(approval_key(approval_id), ENVIRONMENT)
        directory = known.data["outputs"].get("desktopDirectoryId") if known else None
        return [str(directory)] if directory else []

    def request(self, standing: Registered, network: int, *, planned: bool = False) -> StackRequest:
        """What the program is told. Access is part of it, so that no run opens what is suspended.

        For a plan no secret is made: one that does not exist yet is foreseen.
        """
        config = {
            "approval": standing.approval.model_dump_json(),
            "network": str(network),
            "access": standing.access.value,
            "revokedBefore": standing.revoked_before,
        }
        secrets = {"connectorPassword": CONNECTOR_PASSWORD, "radiusSecret": RADIUS_SECRET}
        return StackRequest(
            environment_stack(standing.approval.id), config, _secrets(self._aws, secrets, planned=planned)
        )


def _secrets(aws: Aws, wanted: dict[str, str], *, planned: bool) -> dict[str, str]:
    """The secrets of a program, each under its own name in the store; those of a plan are not stored."""
    secret = foreseen_secret if planned else keep_secret
    return {key: secret(aws, name) for key, name in wanted.items()}
