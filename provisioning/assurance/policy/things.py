"""What can be acted upon, and which acts are asked about on it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from provisioning.approvals.names import approval_key
from provisioning.assurance.policy import acts
from provisioning.assurance.policy.documents import Document, read_document
from provisioning.assurance.stand import PLATFORM, Item, Stand


@dataclass(frozen=True)
class Thing:
    """Something that can be acted upon. `partition` is a record's key; `context` what AWS tells of the thing."""

    kind: str
    arn: str
    account: str
    policy: Document | None
    approval: str
    is_key: bool = False
    partition: str = ""
    alias: str = ""


def policy_of(item: Item) -> Document | None:
    text = item.facts.get("policy")
    return read_document(item.id, text) if text else None


def things_of(stand: Stand, approval: str) -> Iterator[Thing]:
    account, region = stand.account, stand.region
    for item in stand.by_approval.get(approval, ()):
        if item.kind.endswith(" bucket"):
            yield from _bucket_things(item, account)
        elif item.kind == "key":
            alias = str(item.facts["alias"])
            yield Thing("key", item.id, account, policy_of(item), approval, is_key=True, alias=alias)
        elif item.kind in ("server", "volume", "snapshot"):
            name = {"server": "instance"}.get(item.kind, item.kind)
            owner = "" if item.kind == "snapshot" else account  # ARNs of snapshots name no account
            yield Thing(item.kind, f"arn:aws:ec2:{region}:{owner}:{name}/{item.id}", account, None, approval)
    table = stand.one("record table", PLATFORM)
    if table is not None:
        partition = "AUDIT" if approval == PLATFORM else approval_key(approval)
        yield Thing("records", table.id, account, policy_of(table), "", partition=partition)


def _bucket_things(item: Item, account: str) -> Iterator[Thing]:
    arn, policy = f"arn:aws:s3:::{item.id}", policy_of(item)
    short = item.kind.removesuffix(" bucket")
    inside = {
        "share": {"share": "shareData/a"},
        "audit": {"audit": "audit/000001.json"},
        "trail": {"trail": "AWSLogs/a"},
        "log": {"log": "access/a"},
        "work": {
            "import": "import/a",
            "outbox": "egress/outbox/a",
            "released": "egress/released/a",
            "register": "egress/register/a",
            "decisions": "egress/decisions/a",
            "inbox": "ingress/inbox/a",
            "intake": "ingress/decisions/a",
            "elsewhere": "a",
        },
    }[short]
    yield Thing(short, arn, account, policy, item.approval)
    for kind, key in inside.items():
        yield Thing(kind, f"{arn}/{key}", account, policy, item.approval)


def actions_on(thing: Thing) -> Iterable[str]:
    """Every act that is asked about for a kind of thing."""
    if thing.kind == "key":
        return (*acts.USE_KEY, *acts.RULE_KEY)
    if thing.kind == "records":
        return dict.fromkeys(
            (*acts.READ_ROWS, *acts.WRITE_ROWS, *acts.DELETE_ROWS, *acts.DELETE_TABLE, *acts.COPY_TABLE)
        )
    if thing.kind in ("server", "volume", "snapshot"):
        reach = acts.REACH_SERVER if thing.kind == "server" else ()
        return (*acts.SHARE_DISKS, *acts.POWER, *acts.CHANGE_SERVER, *reach)
    if "/" in thing.arn:
        return acts.OBJECTS
    return (*acts.LIST, *acts.SETTINGS)
