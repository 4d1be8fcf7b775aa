"""Use cases: make a working server of an environment that stands, and check it from within."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from provisioning.actors import Actor, check_role
from provisioning.approvals import names
from provisioning.approvals.names import approval_key
from provisioning.approvals.service import Approvals, Registered
from provisioning.approvals.states import State
from provisioning.audit.log import AuditLog
from provisioning.aws.records import Put, RecordStore
from provisioning.aws.sessions import Aws
from provisioning.clock import Clock, stamp
from provisioning.environments.bootstrap.client import ConnectionLost, connect
from provisioning.environments.bootstrap.explain import StepFailed
from provisioning.environments.bootstrap.hostkeys import pin_keys, pinned_keys
from provisioning.environments.bootstrap.model import Checked, Done, Plan, Step, Verdict
from provisioning.environments.bootstrap.passwords import kept_passwords
from provisioning.environments.bootstrap.plan import CHECKS, STEPS, make_plan
from provisioning.environments.bootstrap.reach import Reach, reach_on_aws, reach_stand_in
from provisioning.environments.bootstrap.roles import role_names
from provisioning.environments.bootstrap.runner import Server
from provisioning.errors import Refused
from provisioning.messages import _

BOOTSTRAP, CHECK = "BOOTSTRAP", "CHECK"
ENVIRONMENT = "ENVIRONMENT"
OnStep = Callable[[Step, Done | None], None]
OnCheck = Callable[[str], None]


@dataclass(frozen=True)
class Way:
    """Where servers are reached from: the settings of this run. `card` is the stand-in's, if one is configured."""

    engine: str
    environment: Mapping[str, str]
    card: Mapping[str, Any] | None = None

    @property
    def unreachable(self) -> str:
        """Why no server can be reached by design; empty when one can."""
        if self.engine == "offline" and self.card is None:
            return _(
                "the instance stands in moto, which runs no system; a stand-in starts with: hic local start --server"
            )
        return ""


@dataclass(frozen=True)
class Bootstrapped:
    """What a bootstrap came to."""

    steps: tuple[Done, ...]
    seconds: float
    stand_in: bool

    @property
    def changed(self) -> int:
        return sum(step.changed for step in self.steps)


@dataclass(frozen=True)
class Examined:
    """What a check came to."""

    checks: tuple[Checked, ...]
    seconds: float
    stand_in: bool

    @property
    def failed(self) -> tuple[Checked, ...]:
        return tuple(check for check in self.checks if check.verdict is Verdict.FAILED)

    def count(self, verdict: Verdict) -> int:
        """How many checks came to that."""
        return sum(check.verdict is verdict for check in self.checks)


class Servers:
    """The analysis servers of approvals."""

    def __init__(
        self, approvals: Approvals, records: RecordStore, audit: AuditLog, aws: Aws, clock: Clock, way: Way
    ) -> None:
        self._approvals = approvals
        self._records = records
        self._audit = audit
        self._aws = aws
        self._clock = clock
        self._way = way

    def bootstrap(self, actor: Actor, approval_id: str, on_step: OnStep, host_keys: Sequence[str] = ()) -> Bootstrapped:
        """Bring every step about, in order; what stands is left as it is.

        An interrupted run is repeated: each step is looked at before it is done. `host_keys` pins the server's keys
        as an operator read them. Raises Refused while another run is at work or the environment does not stand,
        StepFailed with the way out when a step fails; what was done before stands and is recorded.
        """
        standing, outputs = self._ready(actor, approval_id)
        started = time.monotonic()
        with self._reached(standing, outputs, host_keys) as (reach, server, plan):
            record = _Progress(self._records, self._clock, approval_id)
            put = record.begin(actor, reach)
            self._audit.commit(actor, "env.bootstrap", approval_id, {"instance": reach.instance}, [put])
            done = self._steps(server, plan, record, on_step)
            details = {
                "instance": reach.instance,
                "steps": len(done),
                "changed": sum(step.changed for step in done),
                "stand_in": reach.site.stand_in,
            }
            self._audit.commit(actor, "env.bootstrapped", approval_id, details, [record.finish("done")])
        return Bootstrapped(tuple(done), time.monotonic() - started, reach.site.stand_in)

    def check(self, actor: Actor, approval_id: str, on_check: OnCheck | None = None) -> Examined:
        """Run the smoke tests on the server and record them. Raises Refused before the first bootstrap."""
        standing, outputs = self._ready(actor, approval_id)
        known = self._records.get(approval_key(approval_id), BOOTSTRAP)
        if known is None or known.data["state"] != "done":
            raise Refused(
                _("The server of {approval} is not set up yet.").format(approval=approval_id),
                fix=_("Set it up first: hic env bootstrap {approval}").format(approval=approval_id),
            )
        started = time.monotonic()
        checked: list[Checked] = []
        with self._reached(standing, outputs, ()) as (reach, server, plan):
            for group in CHECKS:
                if on_check:
                    on_check(group.name)
                checked += server.check(group, plan)
        found = Examined(tuple(checked), time.monotonic() - started, reach.site.stand_in)
        self._record_check(actor, approval_id, reach, found)
        return found

    def _ready(self, actor: Actor, approval_id: str) -> tuple[Registered, Mapping[str, Any]]:
        check_role(actor, "operator")
        if why := self._way.unreachable:
            raise Refused(_("No server can be reached: {why}").format(why=why))
        standing = self._approvals.get(approval_id)
        built = self._records.get(approval_key(approval_id), ENVIRONMENT)
        if standing.state is not State.ACTIVE or built is None:
            raise Refused(
                _("The environment of {approval} does not stand: it is '{state}'.").format(
                    approval=approval_id, state=standing.state
                ),
                fix=_("Build it first: hic env up {approval}").format(approval=approval_id),
            )
        return standing, built.data["outputs"]

    @contextmanager
    def _reached(
        self, standing: Registered, outputs: Mapping[str, Any], host_keys: Sequence[str]
    ) -> Iterator[tuple[Reach, Server, Plan]]:
        """The server, held for this run, and what is planned for it."""
        approval = standing.approval
        roles = role_names(approval)
        reach = self._reach(standing, outputs)
        if host_keys:
            keys = pin_keys(self._records, approval.id, reach.instance, host_keys)
        else:
            keys = reach.host_keys or pinned_keys(self._records, self._aws, approval.id, reach.instance)
        site = reach.site
        with connect(reach.route, reach.key, keys) as connection:
            server = Server(connection, site.system, site.folders.locks, sudo=reach.sudo)
            with server.held():
                facts = server.facts(self._server_time())
                secrets = kept_passwords(self._aws, approval.id, roles)
                yield reach, server, make_plan(approval, site, facts, secrets)

    def _server_time(self) -> float:
        """What the server's clock should show: not the clock of the records, which tests move."""
        return time.time()

    def _reach(self, standing: Registered, outputs: Mapping[str, Any]) -> Reach:
        approval = standing.approval
        others = [names.audit_bucket(self._aws.account), *self._other_work_buckets(approval.id)]
        if self._way.card is None:
            return reach_on_aws(self._aws, self._way.environment, approval, outputs, others)
        known = self._records.get(approval_key(approval.id), BOOTSTRAP)
        same = known is not None and known.data["place"] == self._way.card["base"]
        port = int(known.data["port"]) if known is not None and same else None
        return reach_stand_in(self._aws, self._way.card, approval, outputs, others, port)

    def _other_work_buckets(self, approval_id: str) -> list[str]:
        """The bucket of one other approval that stands, if there is one."""
        for other in self._approvals.all():
            if other.approval.id != approval_id and other.state is State.ACTIVE:
                return [names.work_bucket(other.approval.id, self._aws.account)]
        return []

    @staticmethod
    def _steps(server: Server, plan: Plan, record: _Progress, on_step: OnStep) -> list[Done]:
        made = []
        for step in STEPS:
            on_step(step, None)
            try:
                done = server.do(step, plan)
            except StepFailed as failure:
                record.note_failure(step.name, failure.code)
                raise
            except ConnectionLost:
                record.note_failure(step.name, "connection-lost")
                raise
            record.note(done)
            on_step(step, done)
            made.append(done)
        return made

    def _record_check(self, actor: Actor, approval_id: str, reach: Reach, found: Examined) -> None:
        known = self._records.get(approval_key(approval_id), CHECK)
        data = {
            "at": stamp(self._clock),
            "by": str(actor),
            "instance": reach.instance,
            "stand_in": found.stand_in,
            "checks": [{"name": c.name, "verdict": c.verdict.value, "detail": c.detail} for c in found.checks],
        }
        put = Put(approval_key(approval_id), CHECK, data, known.version if known else 0)
        details = {verdict.name.lower(): found.count(verdict) for verdict in Verdict}
        self._audit.commit(actor, "env.check", approval_id, details, [put])


class _Progress:
    """The record of one bootstrap, renewed after every step; writes are conditional on the version it began with."""

    def __init__(self, records: RecordStore, clock: Clock, approval_id: str) -> None:
        self._records = records
        self._clock = clock
        self._key = approval_key(approval_id)
        known = records.get(self._key, BOOTSTRAP)
        self._version = known.version if known else 0
        self._data: dict[str, Any] = {"steps": {}} if known is None else {"steps": known.data["steps"]}

    def begin(self, actor: Actor, reach: Reach) -> Put:
        """The write that says who is at work."""
        self._data |= {
            "state": "running",
            "by": str(actor),
            "at": stamp(self._clock),
            "instance": reach.instance,
            "port": reach.site.port,
            "place": reach.site.folders.locks if reach.site.stand_in else "",
        }
        return self._put()

    def note(self, done: Done) -> None:
        """Write a step that is done."""
        step = {"changed": done.changed, "seconds": round(done.seconds, 3), "at": stamp(self._clock)}
        self._data["steps"] = {**self._data["steps"], done.name: step}
        self._records.write([self._put()])

    def note_failure(self, step: str, code: str) -> None:
        """Write where it stopped. The next run begins with a look at every step."""
        self._records.write([self.finish("failed", {"step": step, "code": code})])

    def finish(self, state: str, failed: Mapping[str, str] | None = None) -> Put:
        """The write that says how it ended."""
        self._data |= {"state": state, "failed": dict(failed) if failed else None, "at": stamp(self._clock)}
        return self._put()

    def _put(self) -> Put:
        put = Put(self._key, BOOTSTRAP, dict(self._data), self._version)
        self._version += 1
        return put
