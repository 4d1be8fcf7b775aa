"""A platform and environments as data, with the very policies that the program writes; and ways to change them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from infra import group_policies, policies
from infra.deployment import AccountScope, boundary, deployment
from infra.service_policies import own_service_trust
from infra.staff import STAFF, StaffScope
from provisioning.approvals import names
from provisioning.approvals.data_sets import share_keys
from provisioning.approvals.model import PanelData, TrialData
from provisioning.assurance.identities import Principal
from provisioning.assurance.network.model import Endpoint, Network, Vpc
from provisioning.assurance.policy.cells import Court
from provisioning.assurance.policy.documents import Document, read_document
from provisioning.assurance.policy.matrix import decision_verdicts
from provisioning.assurance.stand import Item, Stand
from provisioning.environments.verification import planned_policies

ACCOUNT, REGION = "123456789012", "ap-northeast-1"
ONE, TWO = "HIC-2026-001", "HIC-2026-002"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/hic-records"
PLATFORM_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/platform"
BOUNDS = read_document("hic-boundary", boundary(AccountScope(ACCOUNT, REGION)))
PLANNED = planned_policies()
OPEN = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
MONTHS = ("202204", "202207", "202210", "202301")
SHARE_KEYS = share_keys([TrialData(kind="trial", months=MONTHS), PanelData(kind="panel", years=(2022,))])
Change = Callable[[Stand], Stand]


def document(name: str, *statements: dict[str, Any]) -> Document:
    return read_document(name, {"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def principal(
    name: str, *texts: Any, approval: str = "", trust: Any = None, kind: str = "role", profiles: tuple[str, ...] = ()
) -> Principal:
    """A role or user; those of environments are bounded."""
    tags = {"hic:approval": approval} if approval else {}
    documents = tuple(read_document(f"{name}/{number}", text) for number, text in enumerate(texts))
    trusted = read_document(f"{name}/trust", trust) if trust else None
    arn = f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"
    return Principal(name, arn, kind, approval, tags, documents, BOUNDS if approval else None, trusted, profiles)


def key(approval: str) -> str:
    return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{approval.lower()}"


def bucket(approval: str) -> str:
    return f"arn:aws:s3:::{names.work_bucket(approval, ACCOUNT)}"


def endpoint(vpc: str, service: str, policy: Any, known: str = "") -> Endpoint:
    nobody: frozenset[str] = frozenset()
    full = f"com.amazonaws.{REGION}.{service}"
    return Endpoint(known or f"vpce-{service}-{vpc}", vpc, full, True, nobody, nobody, nobody, False, policy, "", ())


def _environment(approval: str, keys: tuple[str, ...]) -> tuple[list[Principal], list[Item], list[Endpoint]]:
    low, share, work = approval.lower(), names.share_bucket(ACCOUNT), names.work_bucket(approval, ACCOUNT)
    vpc, server, volume = f"vpc-{low}", f"i-{low}", f"vol-{low}"
    stores = (share, work, TABLE, key(approval), PLATFORM_KEY)
    scope = policies.ResearcherScope(REGION, ACCOUNT, approval, keys, *stores, vpc)
    ec2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
    machine = group_policies.ServerScope(
        approval, ACCOUNT, REGION, f"{ec2}:instance/{server}", (f"{ec2}:volume/{volume}",), key(approval)
    )
    role, trust = names.analysis_role(approval), policies.service_trust("ec2.amazonaws.com")
    people = [
        principal(role, policies.analysis_role(scope), approval=approval, trust=trust, profiles=(role,)),
        principal(
            names.backup_user(approval),
            group_policies.group_credential(machine, ["203.0.113.0/24"]),
            approval=approval,
            kind="user",
        ),
        principal(
            f"hic-{low}-backup-service",
            group_policies.backup_service(machine),
            approval=approval,
            trust=own_service_trust("backup.amazonaws.com", ACCOUNT),
        ),
    ]
    policy = policies.key_policy(ACCOUNT, REGION, approval)
    items = [
        Item("key", key(approval), approval, {}, {"policy": policy, "alias": f"alias/hic/{low}", "grants": []}),
        Item("work bucket", work, approval, {}, {"policy": policies.tls_only(work)}),
        Item("server", server, approval, {}, {"profile": role}),
        Item("volume", volume, approval, {}, {}),
    ]
    passing = [
        endpoint(vpc, "s3", policies.s3_endpoint(ACCOUNT, share, work, keys)),
        endpoint(vpc, "dynamodb", policies.records_endpoint(ACCOUNT, TABLE)),
        *(endpoint(vpc, service, policies.account_endpoint(ACCOUNT)) for service in ("kms", "ssm")),
    ]
    return people, items, passing


def standing(*approvals: str, keys: tuple[str, ...] = SHARE_KEYS) -> Stand:
    """The platform and its environments, untouched; each may read what `keys` are patterns of in the share."""
    trust, account = policies.staff_trust(ACCOUNT), AccountScope(ACCOUNT, REGION)
    scope = StaffScope(ACCOUNT, REGION, PLATFORM_KEY, TABLE)
    people = [principal(one.name, one.policy(scope), trust=trust) for one in STAFF]
    people.append(principal("hic-operator-deploy", *deployment(account).values(), trust=trust))
    people.append(
        principal(
            "workspaces_DefaultRole",
            policies.workspaces_service(),
            trust=policies.service_trust("workspaces.amazonaws.com"),
        )
    )
    people.append(principal("eve", {"Version": "2012-10-17", "Statement": []}, kind="user"))
    shown = {"policy": policies.key_policy(ACCOUNT, REGION, "platform"), "alias": "alias/hic/platform", "grants": []}
    items = [Item("key", PLATFORM_KEY, "platform", {}, shown), Item("record table", TABLE, "platform", {}, {})]
    for kind, name in (("share", names.share_bucket), ("audit", names.audit_bucket), ("trail", names.trail_bucket)):
        known = name(ACCOUNT)
        items.append(Item(f"{kind} bucket", known, "platform", {}, {"policy": policies.tls_only(known)}))
    passing: list[Endpoint] = []
    for approval in approvals:
        more, things, endpoints = _environment(approval, keys)
        people, items, passing = [*people, *more], [*items, *things], [*passing, *endpoints]
    vpcs = tuple(
        Vpc(f"vpc-{one.lower()}", (f"10.{n}.0.0/24",), one, (True, True)) for n, one in enumerate(approvals, 1)
    )
    network = Network(vpcs, (), (), (), (), (), (), tuple(passing), (), ())
    return Stand(REGION, ACCOUNT, network, tuple(people), tuple(items))


UNTOUCHED = standing(ONE, TWO)


def red(stand: Stand, approval: str = ONE, court: Court | None = None) -> dict[str, tuple[str, ...]]:
    """The claims about decisions that do not hold, with what speaks against them."""
    verdicts = decision_verdicts(court or Court(stand, PLANNED), approval)
    return {verdict.claim.id: verdict.counterexamples for verdict in verdicts if not verdict.passed}


def also(name: str, *statements: dict[str, Any], bounded: bool = False) -> Change:
    """A principal with a policy more, and without its bounds unless `bounded`."""

    def change(stand: Stand) -> Stand:
        def one(each: Principal) -> Principal:
            if each.name != name:
                return each
            more = document(f"{name}/more", *statements)
            return replace(each, identity=(*each.identity, more), boundary=each.boundary if bounded else None)

        return replace(stand, principals=tuple(one(each) for each in stand.principals))

    return change


def without(name: str, sid: str) -> Change:
    """A principal whose policies lack a statement."""

    def change(stand: Stand) -> Stand:
        def one(document: Document) -> Document:
            kept = (each for each in document.statements if not each.label.endswith(f"#{sid}"))
            return Document(document.name, tuple(kept))

        people = (
            replace(each, identity=tuple(map(one, each.identity))) if each.name == name else each
            for each in stand.principals
        )
        return replace(stand, principals=tuple(people))

    return change


def trusting(name: str, *statements: dict[str, Any], kept: bool = True) -> Change:
    """A role whose trust says more, or something else."""

    def change(stand: Stand) -> Stand:
        def one(each: Principal) -> Principal:
            if each.name != name or each.trust is None:
                return each
            more = document(f"{name}/trust", *statements).statements
            return replace(each, trust=Document(f"{name}/trust", ((*each.trust.statements, *more) if kept else more)))

        return replace(stand, principals=tuple(one(each) for each in stand.principals))

    return change


def shows(kind: str, approval: str = ONE, **facts: Any) -> Change:
    """A thing of which AWS shows something else."""

    def one(item: Item) -> Item:
        same = item.kind == kind and item.approval == approval
        return replace(item, facts={**item.facts, **facts}) if same else item

    return lambda stand: replace(stand, items=tuple(one(item) for item in stand.items))


def lets_in(kind: str, *statements: dict[str, Any], approval: str = ONE) -> Change:
    """A thing whose own policy says more."""

    def change(stand: Stand) -> Stand:
        item = stand.one(kind, approval)
        assert item is not None
        text = item.facts.get("policy") or json.dumps({"Version": "2012-10-17", "Statement": []})
        said = json.loads(text)
        said["Statement"] += statements
        return shows(kind, approval, policy=json.dumps(said))(stand)

    return change


def passing(*endpoints: Endpoint) -> Change:
    """More endpoints, listed before those that stand."""
    return lambda stand: replace(
        stand, network=replace(stand.network, endpoints=(*endpoints, *stand.network.endpoints))
    )
