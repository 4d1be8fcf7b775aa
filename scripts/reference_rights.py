"""docs/reference/rights.md: who may do what in AWS, from the policies and from calls that are really made."""

from __future__ import annotations

import json
import logging
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.deployment import DEPLOY_ROLE, AccountScope, deployment
from infra.staff import STAFF, StaffScope
from provisioning.actors import Actor
from provisioning.approvals.names import state_bucket
from provisioning.audit.log import AuditLog
from provisioning.aws.permissions import permissions
from provisioning.aws.records import RecordStore
from provisioning.aws.secrets import SecretStore
from provisioning.aws.sessions import Aws
from provisioning.clock import JST, FixedClock
from provisioning.environments.credentials.authority import CertificateAuthority
from provisioning.environments.preparation import prepare
from provisioning.environments.service import Platform
from provisioning.offline import moto_server
from provisioning.offline.engine import OfflineEngine

ACCOUNT, REGION = "123456789012", "ap-northeast-1"
CLOCK = FixedClock(datetime(2026, 11, 2, 9, 0, tzinfo=JST))
WORDS = {"Allow": "may", "Deny": "**may not**"}
ADMINISTRATOR = Actor("operator", "administrator")
# Pulumi's own engine keeps its state itself; here nothing does.
STATE = "s3:GetObject s3:PutObject s3:DeleteObject s3:ListBucket kms:Encrypt kms:Decrypt kms:GenerateDataKey"


class Recorder(Aws):
    """Clients that write down what each call needs."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(REGION, endpoint)
        self.needed: set[str] = set()

    def client(self, service: str) -> Any:
        """A client that is listened to."""
        client = super().client(service)
        client.meta.events.register("provide-client-params.*.*", self._note, unique_id="recorder")
        return client

    def _note(self, params: dict[str, Any], model: Any, **_more: Any) -> None:
        self.needed.update(permissions(model.service_model.service_name, model.name, params))

    def taken(self) -> set[str]:
        """What was needed since the last time."""
        needed, self.needed = self.needed, set()
        return needed


@dataclass(frozen=True)
class Site:
    """A platform that stands in the stand-in for AWS, and what making it needed, by command."""

    engine: OfflineEngine
    needed: Mapping[str, set[str]]


@contextmanager
def site() -> Iterator[Site]:
    """Run `platform prepare`, `platform up` and a look at drift, and note what they need."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = moto_server.start()
    host, port = server.get_host_and_port()
    aws = Recorder(f"http://{host}:{port}")
    try:
        with tempfile.TemporaryDirectory() as home:
            engine = OfflineEngine(aws, Path(home), CLOCK)
            prepare(aws, ADMINISTRATOR)
            found = {"prepare": aws.taken()}
            records = RecordStore(aws)
            audit = AuditLog(records, CLOCK)
            platform = Platform(records, audit, aws, engine)
            platform.up(ADMINISTRATOR)
            CertificateAuthority(records, audit, SecretStore(aws), CLOCK).create(ADMINISTRATOR)
            platform.status(refresh=True)
            found["up"] = aws.taken() | set(STATE.split())
            yield Site(engine, found)
    finally:
        server.stop()


def rights_page(note: str, needed: Mapping[str, set[str]]) -> str:
    """The page."""
    parts = [note, "# Who may do what in AWS\n"]
    parts.append(
        "Every role that the programs make, statement by statement, as its policies stand in AWS; below, what an "
        f"administrator needs to make them. Account {ACCOUNT} and region {REGION} stand for your own. What a role may "
        "do is the sum of its statements; roles of environments are bounded by `hic-boundary` beside this.\n"
    )
    staff = StaffScope(ACCOUNT, REGION, f"arn:aws:kms:{REGION}:{ACCOUNT}:key/PLATFORM", _table())
    for kind in STAFF:
        parts += [f"## `{kind.name}`\n", f"{kind.description}.\n", _statements([kind.policy(staff)])]
    policies = deployment(AccountScope(ACCOUNT, REGION))
    parts += [f"## `{DEPLOY_ROLE}`\n", "Builds, changes and ends environments.\n", _statements(policies.values())]
    parts += ["## The administrator\n", *_administrator(needed)]
    return "\n".join(parts)


def _administrator(needed: Mapping[str, set[str]]) -> Iterator[str]:
    yield (
        "Read from the calls that are made against the stand-in. The real provider reads more than it changes: give "
        "`ReadOnlyAccess` beside these. AWS itself makes network interfaces and security groups for directories and "
        "endpoints in the caller's name, and service-linked roles at the first use of a service "
        "(`iam:CreateServiceLinkedRole`).\n"
    )
    yield "### `hic platform prepare`\n"
    yield _by_service(needed["prepare"])
    yield "### `hic platform up`\n"
    yield f"With the state of Pulumi in `{state_bucket(ACCOUNT)}` under `alias/hic-state`.\n"
    yield _by_service(needed["up"])


def _by_service(actions: Iterable[str]) -> str:
    services: dict[str, list[str]] = defaultdict(list)
    for action in sorted(actions):
        service, _colon, name = action.partition(":")
        services[service].append(name)
    rows = [f"| {service} | {', '.join(f'`{name}`' for name in names)} |" for service, names in services.items()]
    return "\n".join(["| service | actions |", "|---|---|", *rows, ""])


def _statements(documents: Iterable[str]) -> str:
    statements = [statement for document in documents for statement in json.loads(document)["Statement"]]
    rows = [
        f"| {one['Sid']} | {WORDS[one['Effect']]} {_list(one, 'Action')} | {_list(one, 'Resource')} "
        f"| {_condition(one.get('Condition', {}))} |"
        for one in statements
    ]
    return "\n".join(["| statement | what | on | only if |", "|---|---|---|---|", *rows, ""])


def _list(statement: Mapping[str, Any], key: str) -> str:
    prefix = "" if key in statement else "anything but "
    found = statement.get(key, statement.get(f"Not{key}", []))
    return prefix + "<br>".join(f"`{one}`" for one in ([found] if isinstance(found, str) else found))


def _condition(condition: Mapping[str, Mapping[str, Any]]) -> str:
    return "<br>".join(
        f"{operator} `{key}` {_values(wanted)}" for operator, keys in condition.items() for key, wanted in keys.items()
    )


def _values(wanted: Any) -> str:
    return ", ".join(f"`{value}`" for value in ([wanted] if isinstance(wanted, str) else wanted))


def _table() -> str:
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/hic-records"
