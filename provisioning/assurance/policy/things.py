"""What can be acted upon, and which acts are asked about on it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from provisioning.approvals.names import approval_key
from provisioning.assurance.policy import acts
from provisioning.assurance.policy.documents import Document, read_document
from provisioning.assurance.stand import PLATFORM, Item, Stand

# Partitions of the record table, and what kind of thing the records there are. Those of an approval have its id.
PARTITIONS = {
    "AUDIT": "audit records",
    "AUDIT-HEAD": "audit head",
    "EGRESS-QUEUE": "queue records",
    "EGRESS-OPINIONS": "opinions",
    **dict.fromkeys(("ACCOUNTS", "CA", "INDEX#APPROVALS", "NETWORKS", "REGISTER#any"), "other records"),
    "A-PARTITION-OF-NO-NAME": "other records",
}
CREDENTIALS = "CREDENTIALS#"
# What the objects of a bucket are, by the folder they lie in.
FOLDERS = {
    "share": {
        "": "share elsewhere",
        "shareData/": "share",
        "shareData/ca/": "revocations",
        "shareData/manual/": "manual",
    },
    "audit": {"": "audit"},
    "trail": {"": "trail"},
    "log": {"": "log"},
    "work": {
        "": "elsewhere",
        "import/": "import",
        "egress/": "egress",
        "egress/outbox/": "outbox",
        "egress/released/": "released",
        "egress/register/": "register",
        "egress/decisions/": "decisions",
        "ingress/": "ingress",
        "ingress/inbox/": "inbox",
        "ingress/decisions/": "intake",
        "credentials/": "packages",
    },
}
WITHIN = {"audit": "audit/", "trail": "AWSLogs/", "log": "access/"}  # where the objects of one folder lie
BESIDE = {"outbox": "findings", "inbox": "inbox findings"}  # what lies beside the files that were handed in
ON_KEYS = (*acts.USE_KEY, *acts.RULE_KEY)
ON_ROWS = tuple(
    dict.fromkeys((*acts.READ_ROWS, *acts.WRITE_ROWS, *acts.DELETE_ROWS, *acts.DELETE_TABLE, *acts.COPY_TABLE))
)
ON_DISKS = (*acts.SHARE_DISKS, *acts.POWER, *acts.CHANGE_SERVER)
ON_SERVERS = (*ON_DISKS, *acts.REACH_SERVER)
ON_BUCKETS = (*acts.LIST, *acts.SETTINGS)
KeysOf = Callable[[str, Iterable[str]], Iterable[str]]  # more keys of a bucket, beside one of each folder


@dataclass(frozen=True)
class Thing:
    """Something that can be acted upon. `partition` is a record's key, `bounds` those within which it may be made."""

    kind: str
    arn: str
    account: str
    policy: Document | None
    approval: str
    is_key: bool = False
    partition: str = ""
    alias: str = ""
    bounds: str = ""


def policy_of(item: Item) -> Document | None:
    text = item.facts.get("policy")
    return read_document(item.id, text) if text else None


def things_of(stand: Stand, approval: str, keys_of: KeysOf = lambda _bucket, _folders: ()) -> Iterator[Thing]:
    """Everything of an approval, or of the platform."""
    account, region = stand.account, stand.region
    for item in stand.by_approval.get(approval, ()):
        if item.kind.endswith(" bucket"):
            yield from _bucket_things(item, account, keys_of)
        elif item.kind == "key":
            alias = str(item.facts["alias"])
            yield Thing("key", item.id, account, policy_of(item), approval, is_key=True, alias=alias)
        elif item.kind in ("server", "volume", "snapshot"):
            name = {"server": "instance"}.get(item.kind, item.kind)
            owner = "" if item.kind == "snapshot" else account  # ARNs of snapshots name no account
            yield Thing(item.kind, f"arn:aws:ec2:{region}:{owner}:{name}/{item.id}", account, None, approval)
    table = stand.one("record table", PLATFORM)
    if table is not None:
        own = {approval_key(approval): "records", CREDENTIALS + approval: "credential records"}
        policy = policy_of(table)
        for partition, kind in (PARTITIONS if approval == PLATFORM else own).items():
            yield Thing(kind, table.id, account, policy, "", partition=partition)


def _bucket_things(item: Item, account: str, keys_of: KeysOf) -> Iterator[Thing]:
    arn, policy = f"arn:aws:s3:::{item.id}", policy_of(item)
    short = item.kind.removesuffix(" bucket")
    folders = FOLDERS[short]
    yield Thing(short, arn, account, policy, item.approval)
    for folder, kind in folders.items():
        key = f"{folder or WITHIN.get(short, '')}a"
        yield Thing(kind, f"{arn}/{key}", account, policy, item.approval)
    for key in keys_of(item.id, folders):
        yield Thing(kind_of(short, key), f"{arn}/{key}", account, policy, item.approval)


def kind_of(short: str, key: str) -> str:
    """What an object is, by its key: the longest folder tells; findings lie beside the files that they are about."""
    folders = FOLDERS[short]
    kind = folders[max((folder for folder in folders if key.startswith(folder)), key=len)]
    return BESIDE.get(kind, kind) if ".findings-" in key and key.endswith(".json") else kind


def actions_on(thing: Thing) -> tuple[str, ...]:
    """Every act that is asked about for a kind of thing."""
    if thing.kind == "key":
        return ON_KEYS
    if thing.partition:
        return ON_ROWS
    if thing.kind == "server":
        return ON_SERVERS
    if thing.kind in ("volume", "snapshot"):
        return ON_DISKS
    return acts.OBJECTS if "/" in thing.arn else ON_BUCKETS
