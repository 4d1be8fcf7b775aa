"""Encryption, logging and public access: one table of rules, each about one fact of one kind of thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from provisioning.assurance.claims import N_, Claim, Verdict, judge
from provisioning.assurance.stand import PLATFORM, Item, Stand
from provisioning.messages import _

LOCKED = ("audit bucket", "trail bucket")
# The bucket of access logs cannot have a key of KMS: S3 would leave no log there.
OUR_KEY = ("work bucket", "share bucket", *LOCKED)
ANY_BUCKET = (*OUR_KEY, "log bucket")
LEAST_LOCK_DAYS = 365
LEAST_LOG_DAYS = 365
LEAST_BACKUP_DAYS, MOST_BACKUP_DAYS = 7, 31
CARE = {"backup vault": 1, "backup plan": 1, "log group": 2, "alarm": 3, "budget": 1}
Test = Callable[[Any, Mapping[str, str]], bool]


def _is(wanted: object) -> Test:
    return lambda shown, _keys: shown == wanted


def _own_key(shown: Any, keys: Mapping[str, str]) -> bool:
    return bool(shown) and shown == keys.get("own")


def _limited(shown: Any, _keys: Mapping[str, str]) -> bool:
    return all(value == "DISABLED" for name, value in shown.items() if name != "RestartWorkspace")


def _kept_in_time(shown: Any, _keys: Mapping[str, str]) -> bool:
    """Every rule deletes what it made within the bound, and sends no copy elsewhere."""
    return bool(shown) and all(0 < days <= MOST_BACKUP_DAYS and not copied for _vault, days, copied in shown)


@dataclass(frozen=True)
class Rule:
    """`fact` of every thing of the `kinds` must pass the test."""

    claim: Claim
    kinds: tuple[str, ...]
    fact: str
    test: Test


RULES: tuple[Rule, ...] = (
    Rule(Claim("R1", N_("Volumes are encrypted"), ("2.8.01",)), ("volume",), "encrypted", _is(True)),
    Rule(
        Claim("R2", N_("Volumes are encrypted with the approval's own key"), ("2.8.05",)), ("volume",), "key", _own_key
    ),
    Rule(
        Claim("R3", N_("Snapshots are encrypted"), ("2.8.01",), may_be_empty=True),
        ("snapshot",),
        "encrypted",
        _is(True),
    ),
    Rule(Claim("R5", N_("Buckets encrypt with a key of KMS"), ("2.8.01",)), OUR_KEY, "algorithm", _is("aws:kms")),
    Rule(Claim("R6", N_("Buckets encrypt with their owner's key"), ("2.8.05",)), OUR_KEY, "key", _own_key),
    Rule(Claim("R7", N_("Buckets cannot be made public"), ("3.1.12",)), ANY_BUCKET, "closed", _is(True)),
    Rule(
        Claim("R8", N_("Objects belong to the bucket's owner"), ("3.1.12",)),
        ANY_BUCKET,
        "ownership",
        _is("BucketOwnerEnforced"),
    ),
    Rule(Claim("R9", N_("Buckets keep versions"), ("2.6.01", "3.1.11")), ANY_BUCKET, "versions", _is("Enabled")),
    Rule(Claim("R10", N_("Buckets are copied nowhere"), ("3.1.12",)), ANY_BUCKET, "replicated", _is(False)),
    Rule(
        Claim(
            "R11",
            N_("Audit entries and logs are locked against everybody (a throw-away platform: but its administrators)"),
            ("2.5.03",),
        ),
        LOCKED,
        "locked",
        lambda shown, _keys: shown in ("COMPLIANCE", "GOVERNANCE on a throw-away platform"),
    ),
    Rule(
        Claim("R12", N_("Audit entries and logs are locked for a year at least"), ("2.5.03", "3.1.09")),
        LOCKED,
        "lock days",
        lambda shown, _keys: shown >= LEAST_LOCK_DAYS,
    ),
    Rule(Claim("R13", N_("Keys are in force"), ("2.8.05",)), ("key",), "state", _is("Enabled")),
    Rule(Claim("R14", N_("Keys rotate every year"), ("2.8.05",)), ("key",), "rotates", _is(True)),
    Rule(
        Claim("R15", N_("Records are encrypted with the platform's key"), ("2.8.01",)),
        ("record table",),
        "key",
        _own_key,
    ),
    Rule(
        Claim("R16", N_("Records can be brought back to any second"), ("2.6.01",)),
        ("record table",),
        "recoverable",
        _is("ENABLED"),
    ),
    Rule(
        Claim("R17", N_("Servers want a token for their credentials"), ("1.5.03",)),
        ("server",),
        "tokens",
        _is("required"),
    ),
    Rule(Claim("R18", N_("Tokens do not travel beyond the server"), ("1.5.03",)), ("server",), "hops", _is(1)),
    Rule(Claim("R19", N_("Servers have no key pair"), ("3.2.01",)), ("server",), "key pair", _is("")),
    Rule(Claim("R20", N_("Servers are guarded against termination"), ("2.6.02",)), ("server",), "guarded", _is(True)),
    Rule(
        Claim("R21", N_("Desktops have no way to the internet"), ("2.2.11",)),
        ("desktop directory",),
        "internet",
        _is(False),
    ),
    Rule(
        Claim("R22", N_("Researchers are no administrators of their desktop"), ("1.5.03",)),
        ("desktop directory",),
        "administrators",
        _is(False),
    ),
    Rule(
        Claim("R23", N_("Researchers cannot change their desktop's size or disks"), ("2.3.04",)),
        ("desktop directory",),
        "self service",
        _limited,
    ),
    Rule(
        Claim("R24", N_("Desktops' system disks are encrypted"), ("2.8.01",)), ("desktop",), "root encrypted", _is(True)
    ),
    Rule(
        Claim("R25", N_("Desktops' user disks are encrypted"), ("2.8.01",)), ("desktop",), "user encrypted", _is(True)
    ),
    Rule(
        Claim("R26", N_("Desktops are encrypted with the approval's own key"), ("2.8.05",)),
        ("desktop",),
        "key",
        _own_key,
    ),
    Rule(Claim("R27", N_("Desktops stop when nobody uses them"), ("2.3.04",)), ("desktop",), "mode", _is("AUTO_STOP")),
    Rule(
        Claim("R41", N_("Logs are encrypted with the approval's own key"), ("2.8.05",)), ("log group",), "key", _own_key
    ),
    Rule(
        Claim("R42", N_("Logs are kept for a year at least"), ("2.5.03",)),
        ("log group",),
        "days",
        lambda shown, _keys: shown >= LEAST_LOG_DAYS,
    ),
    Rule(Claim("R43", N_("Alarms tell somebody"), ("2.6.04",)), ("alarm",), "tells", lambda shown, _keys: bool(shown)),
    Rule(
        Claim("R44", N_("Alarms are encrypted with the platform's key"), ("2.8.01",)), ("alarm topic",), "key", _own_key
    ),
    Rule(
        Claim("R45", N_("Backups are encrypted with the approval's own key"), ("2.8.05",)),
        ("backup vault",),
        "key",
        _own_key,
    ),
    Rule(
        Claim("R46", N_("Backups cannot be deleted for a week"), ("2.6.01",)),
        ("backup vault",),
        "locked days",
        lambda shown, _keys: shown >= LEAST_BACKUP_DAYS,
    ),
    Rule(
        Claim("R47", N_("The end of an environment can destroy its backups"), ("3.1.09",)),
        ("backup vault",),
        "final",
        _is(False),
    ),
    Rule(
        Claim("R48", N_("Backups stay in their vault and are deleted in time"), ("3.1.09", "3.1.12")),
        ("backup plan",),
        "rules",
        _kept_in_time,
    ),
    Rule(
        Claim("R49", N_("Budgets tell when the quoted amount comes near"), ("2.3.04", "4.4.02")),
        ("budget",),
        "notifications",
        lambda shown, _keys: shown >= 1,
    ),
    Rule(
        Claim("R50", N_("Budgets count the cost of their approval alone"), ("2.3.04", "4.4.02")),
        ("budget",),
        "counts",
        _is(True),
    ),
)
CARED = Claim("S4", N_("The approval has backups, logs, alarms and a budget"), ("2.5.03", "2.6.01", "2.3.04"))
STANDS = Claim("S1", N_("The approval has one network, one server, one bucket and one key"), ("2.1.14", "2.4.03"))
PROFILE = Claim("S3", N_("The server carries a role of its own approval alone"), ("1.5.03", "2.1.14"))


def rule_verdicts(stand: Stand, approval: str) -> list[Verdict]:
    """What stands, and every rule of the table."""
    return [
        judge(STANDS, 4, _stands(stand, approval)),
        judge(CARED, len(CARE), _cared(stand, approval)),
        _profiles(stand, approval),
        *judged_by(RULES, stand, approval),
    ]


def judged_by(rules: Iterable[Rule], stand: Stand, approval: str) -> list[Verdict]:
    """Every rule of a table: for the approval, and for the platform it rests on."""
    items = [item for whose in (approval, PLATFORM) for item in stand.by_approval.get(whose, ())]
    keys = {whose: key.id for whose in (approval, PLATFORM) if (key := stand.one("key", whose))}
    return [_judged(rule, items, keys) for rule in rules]


def _judged(rule: Rule, items: Iterable[Item], keys: Mapping[str, str]) -> Verdict:
    looked = [item for item in items if item.kind in rule.kinds]
    against = [
        f"{item.kind} {item.id}: {rule.fact} = {item.facts.get(rule.fact)!r}"
        for item in looked
        if not rule.test(item.facts.get(rule.fact), {"own": keys.get(item.approval, "")})
    ]
    return judge(rule.claim, len(looked), against)


def _stands(stand: Stand, approval: str) -> Iterator[str]:
    for kind in ("vpc", "server", "work bucket", "key"):
        count = sum(item.kind == kind for item in stand.by_approval.get(approval, ()))
        if count != 1:
            yield _("{approval} has {count} of: {kind}").format(approval=approval, count=count, kind=kind)


def _cared(stand: Stand, approval: str) -> Iterator[str]:
    mine = stand.by_approval.get(approval, ())
    for kind, wanted in CARE.items():
        count = sum(item.kind == kind for item in mine)
        if count < wanted:
            yield _("{approval} has {count} of: {kind}").format(approval=approval, count=count, kind=kind)
    servers = {item.id for item in mine if item.kind == "server"}
    watched = {
        known
        for alarm in mine
        if alarm.kind == "alarm" and alarm.facts["metric"] == "StatusCheckFailed"
        for known in alarm.facts["watches"]
    }
    for known in sorted(servers - watched):
        yield _("No alarm watches the server {server}.").format(server=known)


def _profiles(stand: Stand, approval: str) -> Verdict:
    against = []
    servers = [s for s in stand.by_approval.get(approval, ()) if s.kind == "server"]
    for server in servers:
        roles = stand.by_profile.get(server.facts["profile"], [])
        if len(roles) != 1 or any(role.approval != approval for role in roles):
            shown = ", ".join(f"{role.name} ({role.approval or '-'})" for role in roles)
            against.append(f"server {server.id}: {server.facts['profile'] or '-'}: {shown or '-'}")
    return judge(PROFILE, len(servers), against)
