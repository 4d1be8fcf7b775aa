"""What a request tells AWS beside its act, as far as it is decided. Pure.

What a context does not name may be anything (`decide.Doubt`): the caller's choice (prefixes, tags, headers, encryption
contexts), or not known here (the time at which somebody asks, the organisation).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from provisioning.assurance.identities import Principal
from provisioning.assurance.policy import acts
from provisioning.assurance.policy.documents import Document
from provisioning.assurance.policy.things import Thing

Keys = dict[str, tuple[str, ...]]
ISSUED = "2999-01-01T00:00:00Z"  # sessions can be begun at any time, so none is too old
APPROVAL_TAGS = ("aws:resourcetag/hic:approval", "ec2:resourcetag/hic:approval", "ssm:resourcetag/hic:approval")
# Things whose tags are known although they may have none.
MACHINES = ("server", "unnamed", "volume", "snapshot", "new")
ON_A_SERVER = "arn:aws:ec2:any:any:instance/i-any"  # the work is done with credentials that EC2 handed to a server
LEADING_KEYS = "dynamodb:leadingkeys"
WHOLE_TABLE = ("dynamodb:Scan", *acts.COPY_TABLE, *acts.DELETE_TABLE)
SEVERAL_ROWS = ("dynamodb:BatchGetItem", "dynamodb:BatchWriteItem")
# Somebody without credentials: AWS knows nothing of who it is.
NOBODY: Keys = dict.fromkeys(
    (
        *("aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principaltag/", "aws:userid"),
        *("aws:username", "aws:tokenissuetime", "aws:multifactorauthpresent", "aws:multifactorauthage"),
        "kms:calleraccount",
    ),
    (),
)
# What the work itself sends: plain calls over TLS 1.3, with credentials just issued and without a second factor, that
# ask for nothing special.
ORDINARY: Keys = {
    "aws:securetransport": ("true",),
    "s3:tlsversion": ("1.3",),
    "aws:tokenissuetime": (ISSUED,),
    **dict.fromkeys(("aws:multifactorauthpresent", "aws:multifactorauthage", "aws:requesttag/", "s3:versionid"), ()),
    **dict.fromkeys(("s3:x-amz-acl", "s3:x-amz-server-side-encryption", "sts:externalid"), ()),
    "s3:x-amz-server-side-encryption-aws-kms-key-id": (),
}


@dataclass(frozen=True)
class Way:
    """How a call arrives, as far as that is decided; without anything said, it arrives in whatever way.

    `vpc`: from inside a network, through its endpoint; `bare`: through whichever, or through `vpce`. `ip`: from an
    address outside of networks; `outside`: from any such. `secure` and `tls` are its TLS. `direct`: no service calls
    for the caller; `through`: that service does, for its own purposes. `sure`: an ordinary call, and asked is what is
    allowed beyond doubt.
    """

    vpc: str = ""
    ip: str = ""
    outside: bool = False
    vpce: str = ""
    bare: bool = False
    secure: str = ""
    tls: str = ""
    direct: bool = False
    through: str = ""
    sure: bool = False

    @property
    def keys(self) -> Keys:
        """What the way decides; an endpoint adds its own id."""
        keys: Keys = dict(ORDINARY) if self.sure else {}
        if self.secure:
            keys["aws:securetransport"] = (self.secure,)
        if self.tls:
            keys["s3:tlsversion"] = (self.tls,)
        if self.vpc:
            keys |= {"aws:sourcevpc": (self.vpc,), "aws:sourceip": ()}
            keys |= {"ec2:sourceinstancearn": (ON_A_SERVER,)} if self.sure else {}
            keys |= {"aws:sourcevpce": (self.vpce,)} if self.vpce else {}
        elif self.ip or self.outside:
            keys |= {"aws:sourcevpc": (), "aws:sourcevpce": ()}
            keys |= {"aws:sourceip": (self.ip,)} if self.ip else {}
        if self.vpc or self.ip or self.outside or self.direct:
            keys["aws:viaawsservice"] = ("false",)
        if self.direct:
            keys |= {"kms:viaservice": (), "kms:grantisforawsresource": ("false",)}
        if self.through:
            keys |= {"kms:viaservice": (self.through,), "kms:grantisforawsresource": ("true",)}
            keys["aws:viaawsservice"] = ("true",)
        return keys


ANYHOW = Way()


def keys_of(principal: Principal, account: str) -> Keys:
    """What AWS tells of a role or user of the account."""
    user = principal.kind == "user"
    keys = {**_of_account(account), "aws:principalarn": (principal.arn,)}
    keys["aws:username"] = (principal.name,) if user else ()
    keys |= {f"aws:principaltag/{key.lower()}": (value,) for key, value in principal.tags.items()}
    trust = principal.trust.statements if principal.trust else ()
    # Whoever takes a role on can bring tags only if its trust speaks of that.
    if not any(statement.allows and statement.is_about("sts:tagsession") for statement in trust):
        keys["aws:principaltag/"] = ()
    return keys


def keys_of_foreigner(account: str) -> Keys:
    """What AWS tells of somebody of another account, who chooses names and tags there."""
    return _of_account(account)


def _of_account(account: str) -> Keys:
    return {
        "aws:principalaccount": (account,),
        "kms:calleraccount": (account,),
        "aws:principalisawsservice": ("false",),
    }


def keys_of_thing(thing: Thing, action: str, region: str, home: str) -> Keys:
    """What AWS tells of the thing; `home` is our account, `region` that of our buckets."""
    keys: Keys = {"aws:resourceaccount": (thing.account,)}
    if action.startswith("s3:"):
        keys["s3:resourceaccount"] = (thing.account,)
    parts = thing.arn.split(":")
    where = parts[3] if len(parts) > 3 and parts[3] else region if action.startswith("s3:") else ""
    if where and thing.account == home:
        keys["aws:requestedregion"] = (where,)
    if thing.approval or thing.kind in MACHINES:
        keys |= dict.fromkeys(APPROVAL_TAGS, (thing.approval,) if thing.approval else ())
    if thing.alias:
        keys["kms:resourcealiases"] = (thing.alias,)
    if action == "ec2:CreateTags":
        keys["ec2:createaction"] = ()  # it stands ready: only the call that makes something names that call
    return keys


def contexts(base: Keys, action: str, thing: Thing, way: Way, identity: Iterable[Document]) -> Iterator[Keys]:
    """The contexts that differ in what is decided of the caller's choice: partitions, services, documents, bounds."""
    service = action.partition(":")[0]
    if service == "dynamodb":
        yield from _of_rows(base, action, thing, identity)
    elif service == "kms" and way.sure:
        yield from _through_stores(base, thing)
    elif action in acts.NEW_COPIES and way.sure:
        yield base
        # Whoever makes something chooses its tags.
        yield {**base, "aws:requesttag/hic:approval": (thing.approval,)}
    elif action == "ssm:StartSession":
        # With the document of the session checked as well, and one that names none ("unnamed": that alone).
        yield from ([] if thing.kind == "unnamed" else [{**base, "ssm:sessiondocumentaccesscheck": ("true",)}])
        if thing.kind != "server":
            yield {**base, "ssm:sessiondocumentaccesscheck": ("false",)}
    elif thing.kind == "unbounded":
        # Made without bounds, or within other bounds than the environment's.
        others = named_values(identity, "iam:permissionsboundary") - {thing.bounds}
        yield from ({**base, "iam:permissionsboundary": value} for value in ((), *((each,) for each in sorted(others))))
        yield {**base, "iam:permissionsboundary": (f"arn:aws:iam::{thing.account}:policy/other",)}
    else:
        yield base


def _of_rows(base: Keys, action: str, thing: Thing, identity: Iterable[Document]) -> Iterator[Keys]:
    if action in WHOLE_TABLE:
        yield {**base, LEADING_KEYS: ()}  # calls that name no partition
        return
    yield {**base, LEADING_KEYS: (thing.partition,)}
    if action.startswith("dynamodb:PartiQL"):
        yield {**base, LEADING_KEYS: ()}
    if action in SEVERAL_ROWS:
        for other in sorted(named_values(identity, LEADING_KEYS) - {thing.partition}):
            yield {**base, LEADING_KEYS: (thing.partition, other)}


def _through_stores(base: Keys, thing: Thing) -> Iterator[Keys]:
    yield {**base, "kms:viaservice": (), "kms:grantisforawsresource": ("false",)}
    region = thing.arn.split(":")[3]
    for store in ("s3", "dynamodb"):
        outer = {key: value for key, value in base.items() if not key.startswith("aws:source")}
        outer["aws:viaawsservice"] = ("true",)
        yield {**outer, "kms:viaservice": (f"{store}.{region}.amazonaws.com",)}


def named_values(documents: Iterable[Document], key: str) -> set[str]:
    """The values that conditions on a key name; the key is given in small letters."""
    return {
        value
        for document in documents
        for statement in document.statements
        for condition in statement.conditions
        if condition.key.lower() == key
        for value in condition.values
        if "${" not in value
    }
