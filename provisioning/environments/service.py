"""Use cases of the platform and of one approval's environment: plan, bring up, look at, end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from provisioning.actors import Actor, check_role
from provisioning.approvals.names import PLATFORM_STACK, approval_key, environment_stack, work_bucket
from provisioning.approvals.rules import check_may_stand
from provisioning.approvals.service import Approvals, Registered
from provisioning.approvals.states import State, check_move
from provisioning.assurance.leftovers import Leftover, find_leftovers
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, RecordConflict, RecordStore
from provisioning.aws.secrets import CONNECTOR_PASSWORD, DIRECTORY_PASSWORD, RADIUS_SECRET, keep_secret
from provisioning.aws.sessions import Aws
from provisioning.clock import Clock, stamp, today
from provisioning.environments.engine import Engine, OnStep, Op, Outcome, StackRequest, StandingResource
from provisioning.environments.networks import NETWORKS, Networks
from provisioning.errors import Refused
from provisioning.messages import _

ENVIRONMENT = "ENVIRONMENT"
ATTEMPTS = 10


@dataclass(frozen=True)
class Status:
    """How one environment stands. `missing` are the conditions of FLOW-7 that no longer hold."""

    standing: Registered
    resources: tuple[StandingResource, ...]
    outputs: dict[str, Any]


@dataclass(frozen=True)
class Ending:
    """What the end of an environment came to."""

    outcome: Outcome
    objects_destroyed: int
    leftovers: tuple[Leftover, ...]


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
        return self._engine.plan(self._request(throw_away))

    def up(self, actor: Actor, on_step: OnStep | None = None, *, throw_away: bool | None = None) -> Outcome:
        """Build the platform, or change what differs. The record table is part of it, so the act is recorded after.

        `throw_away` lets it be destroyed with its data; None leaves that as it stands.
        """
        check_role(actor, "operator")
        outcome = self._engine.up(self._request(throw_away), on_step)
        changed = len(outcome.steps) - outcome.count(Op.SAME)
        if changed:
            details = {"applied": outcome.applied, "recorded": outcome.recorded, "engine": self._engine.label}
            self._audit.commit(actor, "platform.up", PLATFORM_STACK, details)
        return outcome

    def status(self, refresh: bool = False) -> tuple[list[StandingResource], dict[str, Any]]:
        """The platform's resources and outputs; both empty when it does not stand."""
        outputs = self._engine.outputs(PLATFORM_STACK)
        if outputs is None:
            return [], {}
        return self._engine.resources(PLATFORM_STACK, refresh), outputs

    def _request(self, throw_away: bool | None) -> StackRequest:
        if throw_away is None:
            outputs = self._engine.outputs(PLATFORM_STACK) or {}
            throw_away = not outputs.get("deletionProtection", True)
        secrets = {"directoryPassword": DIRECTORY_PASSWORD, "radiusSecret": RADIUS_SECRET}
        config = {"deletionProtection": "false"} if throw_away else {}
        return StackRequest(PLATFORM_STACK, config, _kept(self._aws, secrets))


class Environments:
    """Environments of approvals, made by an engine, recorded in the record table."""

    def __init__(
        self, approvals: Approvals, records: RecordStore, audit: AuditLog, aws: Aws, clock: Clock, engine: Engine
    ) -> None:
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
        return self._engine.plan(self._request(standing, network))

    def up(self, actor: Actor, approval_id: str, on_step: OnStep | None = None) -> Outcome:
        """Build the environment, or bring a half-built or changed one to what it should be.

        Raises Refused that names what is missing (FLOW-7), or when the platform does not stand.
        """
        check_role(actor, "operator")
        standing, network = self._begin(actor, approval_id)
        outcome = self._engine.up(self._request(standing, network), on_step)
        built = self._approvals.get(approval_id)
        known = self._records.get(approval_key(approval_id), ENVIRONMENT)
        data = {"outputs": dict(outcome.outputs), "network": network, "engine": self._engine.label}
        data["built_at"] = known.data["built_at"] if known else stamp(self._clock)
        put = Put.over(known, data) if known else Put(approval_key(approval_id), ENVIRONMENT, data)
        details = {"applied": outcome.applied, "recorded": outcome.recorded, "engine": self._engine.label}
        self._audit.commit(actor, "env.active", approval_id, details, [built.moved(State.ACTIVE), put])
        return outcome

    def status(self, approval_id: str, refresh: bool = False) -> Status:
        """Where the environment stands; with `refresh`, held against what AWS shows now."""
        standing = self._approvals.get(approval_id)
        stack = environment_stack(approval_id)
        outputs = self._engine.outputs(stack)
        resources = self._engine.resources(stack, refresh) if outputs is not None else []
        return Status(standing, tuple(resources), outputs or {})

    def end(self, actor: Actor, approval_id: str, on_step: OnStep | None = None) -> Ending:
        """Destroy the environment with everything in it (HIC-22), and look for leftovers.

        Repeating an interrupted end goes on where it stopped. The state becomes `ended` only
        when nothing is left.
        """
        check_role(actor, "operator")
        standing = self._approvals.get(approval_id)
        if standing.state is State.ENDED:
            raise Refused(_("The environment of {approval} has already ended.").format(approval=approval_id))
        check_move(approval_id, standing.state, State.ENDING)
        if standing.state is not State.ENDING:
            self._audit.commit(actor, "env.end", approval_id, {}, [standing.moved(State.ENDING)])
        bucket = ObjectStore(self._aws, work_bucket(approval_id, self._aws.account))
        destroyed = bucket.purge()
        outcome = self._engine.destroy(environment_stack(approval_id), on_step)
        leftovers = tuple(find_leftovers(self._aws, approval_id))
        if not leftovers:
            details = {"resources": len(outcome.steps), "objects": destroyed, "leftovers": 0}
            puts = [self._approvals.get(approval_id).moved(State.ENDED), *self._networks.freed(approval_id)]
            self._audit.commit(actor, "env.ended", approval_id, details, puts)
        return Ending(outcome, destroyed, leftovers)

    def _ready(self, approval_id: str) -> Registered:
        standing = self._approvals.get(approval_id)
        check_may_stand(standing.approval, standing.payment, today(self._clock))
        check_move(approval_id, standing.state, State.BUILDING)
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

    def _request(self, standing: Registered, network: int) -> StackRequest:
        config = {"approval": standing.approval.model_dump_json(), "network": str(network)}
        secrets = {"connectorPassword": CONNECTOR_PASSWORD, "radiusSecret": RADIUS_SECRET}
        return StackRequest(environment_stack(standing.approval.id), config, _kept(self._aws, secrets))


def _kept(aws: Aws, wanted: dict[str, str]) -> dict[str, str]:
    """The secrets of a program, each under its own name in the store."""
    return {key: keep_secret(aws, name) for key, name in wanted.items()}
