"""One cell of the matrix: who, does what, to which thing, on which ways. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from provisioning.assurance.identities import Principal
from provisioning.assurance.network.model import Endpoint
from provisioning.assurance.policy import acts
from provisioning.assurance.policy.decide import Caller, Policies, Request, decide
from provisioning.assurance.policy.documents import Document, Statement, Undecidable, read_document
from provisioning.assurance.policy.suspects import Named, Suspect, Suspects, allowing, grants_by_itself, speaks_of
from provisioning.assurance.policy.things import Thing, actions_on, policy_of, things_of
from provisioning.assurance.stand import PLATFORM, Stand

FOREIGN = "999999999999"
EVERYTHING = read_document(
    "everything",
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
)
EVERYBODY = read_document(
    "foreign",
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]},
)
SERVICES = {"ebs": "ec2"}
NOW = "2026-01-01T00:00:00Z"
ISSUED = "2999-01-01T00:00:00Z"  # sessions can be begun at any time, so none is too old


@dataclass(frozen=True)
class Way:
    """How a call arrives: from inside a VPC through its endpoint, or from the address `ip`. `secure` is TLS.

    `bare`: as if the endpoint allowed everything, so that what is refused is refused by the policies alone.
    """

    vpc: str = ""
    secure: str = "true"
    tls: str = "1.3"
    mfa: bool = False
    bare: bool = False
    ip: str = "203.0.113.1"


@dataclass(frozen=True)
class Court:
    """Asks for verdicts over one stand. Documents are read once."""

    stand: Stand

    @cached_property
    def endpoints(self) -> dict[tuple[str, str], tuple[Endpoint, Document]]:
        return {
            (e.vpc, e.service.rpartition(".")[2]): (e, read_document(e.id, e.policy or _full()))
            for e in self.stand.network.endpoints
        }

    @cached_property
    def things(self) -> dict[str, list[Thing]]:
        """Everything that can be acted upon, by approval."""
        found: dict[str, list[Thing]] = {}
        for approval in (PLATFORM, *self.stand.approvals):
            found[approval] = list(things_of(self.stand, approval))
        return found

    @cached_property
    def researchers(self) -> dict[str, list[Principal]]:
        """The roles that the servers of each approval carry."""
        found: dict[str, list[Principal]] = {}
        for server in self.stand.by_kind.get("server", ()):
            known = found.setdefault(server.approval, [])
            known += [p for p in self.stand.by_profile.get(server.facts["profile"], ()) if p not in known]
        return found

    @cached_property
    def by_name(self) -> dict[str, list[Principal]]:
        """Roles and users by name."""
        found: dict[str, list[Principal]] = {}
        for principal in self.stand.principals:
            found.setdefault(principal.name, []).append(principal)
        return found

    @cached_property
    def homes(self) -> dict[str, list[str]]:
        """The approvals whose servers carry a role, by its ARN."""
        found: dict[str, list[str]] = {}
        for approval, roles in self.researchers.items():
            for role in roles:
                found.setdefault(role.arn, []).append(approval)
        return found

    @cached_property
    def acts(self) -> dict[str, int]:
        """How many acts are asked about on all things of each approval."""
        return {whose: sum(len(list(actions_on(t))) for t in things) for whose, things in self.things.items()}

    @cached_property
    def ways_of_researchers(self) -> int:
        """How many ways there are for all roles of researchers: from inside their networks, and from anywhere."""
        network = self.stand.network
        return sum(len(self.researchers.get(a, ())) * (len(network.of_approval(a)) + 1) for a in self.stand.approvals)

    @cached_property
    def all_acts(self) -> int:
        return sum(self.acts.values())

    @cached_property
    def destroyers(self) -> list[Suspect]:
        """The acts that might delete or unlock something of the platform's."""
        found = self.suspects.by_approval.get(PLATFORM, ())
        return [one for one in found if one.action in acts.DESTROY.get(one.thing.whole.kind, ())]

    @cached_property
    def acts_that_destroy(self) -> int:
        """How many such acts there are."""
        return sum(len(set(acts.DESTROY.get(thing.kind, ()))) for thing in self.things[PLATFORM])

    @cached_property
    def suspects(self) -> Suspects:
        """What some statement might allow of all acts on the things of all approvals."""
        account = self.stand.account
        named = [
            Named(
                thing.arn,
                whose,
                thing.partition,
                grants_by_itself(thing.policy, account),
                tuple(actions_on(thing)),
                thing,
                alone=whose == PLATFORM,
            )
            for whose, things in self.things.items()
            for thing in things
        ]
        table = self.stand.one("record table", PLATFORM)
        return Suspects(self.stand.principals, named, policy_of(table) if table else None)

    @cached_property
    def open_partitions(self) -> list[tuple[Suspect, str]]:
        """The acts on partitions that nobody names which are allowed, or cannot be decided, and by what."""
        found = []
        for suspect in self.suspects.standing_for_others:
            homes = self.homes.get(suspect.principal.arn, ())
            vpcs = [vpc.id for home in homes for vpc in self.stand.network.of_approval(home)]
            if suspect.thing.approval in (*homes, suspect.principal.approval):
                continue
            for way in (*(Way(vpc, bare=True) for vpc in vpcs), Way(), Way(mfa=True)):
                try:
                    by = self.may(suspect.principal, suspect.action, suspect.thing.whole, way)
                except Undecidable as unknown:
                    by = unknown.message
                if by:
                    found.append((suspect, by))
                    break
        return found

    @cached_property
    def _allowing(self) -> dict[tuple[str, str], list[Statement]]:
        return {}

    @cached_property
    def _granting(self) -> dict[str, bool]:
        return {}

    def possible(self, principal: Principal, thing: Thing) -> frozenset[str]:
        """The acts on a thing that some statement might allow; all others are refused, in whatever context."""
        known = principal.arn, thing.arn, thing.kind
        found = self._possible.get(known)
        if found is None:
            acts_on = actions_on(thing)
            found = frozenset(action for action in acts_on if self.may_be_allowed(principal, action, thing))
            self._possible[known] = found
        return found

    @cached_property
    def _possible(self) -> dict[tuple[str, str, str], frozenset[str]]:
        return {}

    @cached_property
    def kept(self) -> dict[tuple[str, ...], tuple[int, list[tuple[str, Callable[[], str | None]]]]]:
        """What came of questions that are the same for every approval; see `Bench.once`."""
        return {}

    def principals(self, builders: frozenset[str]) -> list[Principal]:
        """All but those that build."""
        if builders not in self._principals:
            self._principals[builders] = [p for p in self.stand.principals if p.name not in builders]
        return self._principals[builders]

    @cached_property
    def _principals(self) -> dict[frozenset[str], list[Principal]]:
        return {}

    def may_be_allowed(self, principal: Principal, action: str, thing: Thing) -> bool:
        """Whether any statement speaks of it; what nothing speaks of is refused, in whatever context."""
        if principal.identity == (EVERYTHING,) or thing.account != self.stand.account:
            return True
        granting = self._granting.get(thing.arn)
        if granting is None:
            granting = self._granting[thing.arn] = grants_by_itself(thing.policy, self.stand.account)
        if granting:
            return True
        key = principal.arn, action
        statements = self._allowing.get(key)
        if statements is None:
            statements = self._allowing[key] = allowing(principal, action)
        return any(speaks_of(statement, thing.arn) for statement in statements)

    def may(self, principal: Principal, action: str, thing: Thing, way: Way) -> str | None:
        """The statement that allows an act in some context that the caller can bring about; None: refused."""
        if not self.may_be_allowed(principal, action, thing):
            return None
        caller = Caller(principal.arn, self.stand.account, principal.kind, _session(principal, self.stand.account))
        endpoint = self.endpoints.get((way.vpc, _service(action)))
        policies = Policies(
            principal.identity,
            thing.policy,
            principal.boundary,
            endpoint=endpoint[1] if endpoint and not way.bare else None,
            is_key=thing.is_key,
        )
        base = self._context(caller, principal.tags, thing, way, endpoint[0].id if endpoint else "")
        return first_allowed(Request(caller, action, thing.arn, thing.account, base), policies, thing)

    @cached_property
    def _foreigners(self) -> dict[tuple[object, ...], str | None]:
        return {}

    @cached_property
    def _mighty(self) -> dict[tuple[object, ...], str | None]:
        return {}

    def foreigner(self, action: str, thing: Thing, way: Way, *, anonymous: bool = False) -> str | None:
        """As `may`, for somebody of another account whose own account allows everything, or for anybody."""
        if way.vpc:
            return self._foreigner(action, thing, way, anonymous)
        key = (anonymous, thing.arn, thing.kind, way, *self._alike(action, thing))
        if key not in self._foreigners:
            self._foreigners[key] = self._foreigner(action, thing, way, anonymous)
        return self._foreigners[key]

    def mighty(self, principal: Principal, action: str, thing: Thing, way: Way) -> str | None:
        """As `may`, as if the principal's own policies allowed everything; `way` passes no endpoint."""
        key = (principal.arn, thing.arn, thing.kind, way, *self._alike(action, thing))
        if key not in self._mighty:
            able = replace(principal, tags={}, identity=(EVERYTHING,), boundary=None)
            self._mighty[key] = self.may(able, action, thing, way)
        return self._mighty[key]

    def _alike(self, action: str, thing: Thing) -> tuple[object, ...]:
        """Acts that are alike in this are decided alike where the caller may do everything: the thing's policy has the
        same statements for them, and they come with the same context. Endpoints have no say in this."""
        service = _service(action)
        own = service in ("dynamodb", "kms", "ssm") or action in (*acts.NEW_COPIES, *acts.LIST)
        statements = thing.policy.about(action) if thing.policy else ()
        return (action if own else service, tuple(map(id, statements)))

    def _foreigner(self, action: str, thing: Thing, way: Way, anonymous: bool) -> str | None:
        caller = Caller(f"arn:aws:iam::{FOREIGN}:role/anybody", FOREIGN)
        if anonymous:
            caller = Caller("", "", "anonymous")
        endpoint = self.endpoints.get((way.vpc, _service(action)))
        policies = Policies([EVERYTHING], thing.policy, endpoint=endpoint[1] if endpoint else None, is_key=thing.is_key)
        base = self._context(caller, {}, thing, way, endpoint[0].id if endpoint else "")
        return first_allowed(Request(caller, action, thing.arn, thing.account, base), policies, thing)

    def _context(
        self, caller: Caller, tags: Mapping[str, str], thing: Thing, way: Way, endpoint: str
    ) -> dict[str, tuple[str, ...]]:
        context: dict[str, tuple[str, ...]] = {
            "aws:securetransport": (way.secure,),
            "s3:tlsversion": (way.tls,),
            "aws:resourceaccount": (thing.account,),
            "aws:currenttime": (NOW,),
            "aws:viaawsservice": ("false",),
            "aws:principalisawsservice": ("false",),
        }
        if caller.account:
            context |= {"aws:principalaccount": (caller.account,), "aws:principalarn": (caller.arn,)}
            context |= {"kms:calleraccount": (caller.account,)}
            context["aws:tokenissuetime"] = (ISSUED,)
        context |= {f"aws:principaltag/{key.lower()}": (value,) for key, value in tags.items()}
        if way.mfa:
            context["aws:multifactorauthpresent"] = ("true",)
        if way.vpc:
            context["aws:sourcevpc"] = (way.vpc,)
            if endpoint:
                context["aws:sourcevpce"] = (endpoint,)
        else:
            context["aws:sourceip"] = (way.ip,)
        if thing.approval:
            context["aws:resourcetag/hic:approval"] = context["ssm:resourcetag/hic:approval"] = (thing.approval,)
        if thing.alias:
            context["kms:resourcealiases"] = (thing.alias,)
        return context


def first_allowed(request: Request, policies: Policies, thing: Thing) -> str | None:
    """The first context in which the request is allowed, as the label of the statement that does it."""
    for context in _contexts(dict(request.context), request.action, thing):
        made = Request(request.caller, request.action, request.resource, request.account, context)
        decision = decide(made, _reached(policies, context))
        if decision.allowed:
            return decision.reason
    return None


def _reached(policies: Policies, context: Mapping[str, tuple[str, ...]]) -> Policies:
    """A call that a service makes for the caller passes no endpoint of the caller's."""
    via = context.get("aws:viaawsservice") == ("true",)
    return replace(policies, endpoint=None) if via else policies


def _contexts(base: dict[str, tuple[str, ...]], action: str, thing: Thing) -> Iterator[dict[str, tuple[str, ...]]]:
    """What the caller can choose: prefixes, partitions, or the service through which a key is used."""
    service = _service(action)
    if service == "dynamodb":
        keyed = {**base, "dynamodb:leadingkeys": (thing.partition,)}
        # Scans and statements that name no partition have no such key.
        yield from ([base] if action in ("dynamodb:Scan", *acts.COPY_TABLE, *acts.DELETE_TABLE) else [keyed])
    elif service == "kms" and thing.kind != "foreign":
        yield base
        region = thing.arn.split(":")[3]
        for through in ("s3", "dynamodb"):
            outer = {key: value for key, value in base.items() if not key.startswith("aws:source")}
            outer["aws:viaawsservice"] = ("true",)
            yield {**outer, "kms:viaservice": (f"{through}.{region}.amazonaws.com",)}
        if action == "kms:CreateGrant":
            # As EC2 asks for it when a server with encrypted disks is started.
            via = {"kms:viaservice": (f"ec2.{region}.amazonaws.com",), "kms:grantisforawsresource": ("true",)}
            yield {**base, **via, "aws:viaawsservice": ("true",)}
    elif action in acts.NEW_COPIES:
        yield base
        # Whoever makes something chooses its tags.
        yield {**base, "aws:requesttag/hic:approval": (thing.approval,)}
    elif action == "ssm:StartSession":
        # With the document of the session checked as well, and one that names none ("unnamed": that alone).
        yield from ([] if thing.kind == "unnamed" else [{**base, "ssm:sessiondocumentaccesscheck": ("true",)}])
        if thing.kind != "server":
            yield {**base, "ssm:sessiondocumentaccesscheck": ("false",)}
    elif action in acts.LIST:
        for prefix in ("", "import/a", "egress/a", "shareData/a"):
            yield {**base, "s3:prefix": (prefix,)}
    else:
        yield base


def _service(action: str) -> str:
    name = action.partition(":")[0]
    return SERVICES.get(name, name)


def _session(principal: Principal, account: str) -> str:
    return f"arn:aws:sts::{account}:assumed-role/{principal.name}/s" if principal.kind == "role" else ""


def _full() -> str:
    return '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
