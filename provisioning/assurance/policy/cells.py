"""One cell of the matrix: who, does what, to which thing, on which ways. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from provisioning.approvals.names import share_bucket
from provisioning.assurance.identities import Principal
from provisioning.assurance.network.model import Endpoint
from provisioning.assurance.policy import acts
from provisioning.assurance.policy.contexts import (
    ANYHOW,
    NOBODY,
    Keys,
    Way,
    contexts,
    keys_of,
    keys_of_foreigner,
    keys_of_thing,
)
from provisioning.assurance.policy.decide import Caller, Doubt, Policies, Request, decide
from provisioning.assurance.policy.documents import Document, Statement, Undecidable, read_document
from provisioning.assurance.policy.forms import PlannedPolicies, bounds_form, staff_forms
from provisioning.assurance.policy.samples import Samples
from provisioning.assurance.policy.suspects import Named, Suspect, Suspects, allowing, grants_by_itself, speaks_of
from provisioning.assurance.policy.things import Thing, actions_on, policy_of, things_of
from provisioning.assurance.stand import PLATFORM, Stand

FOREIGN = "999999999999"  # an account that no policy names; those that are named are asked as well
EVERYTHING = read_document(
    "everything",
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
)
EVERYBODY = read_document(
    "foreign",
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]},
)
SERVICES = {"ebs": "ec2"}
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
Passing = tuple[tuple[str, Document | None], ...]


@dataclass(frozen=True)
class Court:
    """Asks for verdicts over one stand, and knows which policies are planned. Documents are read once."""

    stand: Stand
    planned: PlannedPolicies

    @cached_property
    def staff_forms(self) -> dict[str, list[Statement]]:
        """What the policies of staff and of who builds are planned to say, by role."""
        return staff_forms(self.planned, self.stand)

    @cached_property
    def bounds_form(self) -> list[Statement]:
        """What the bounds of environments' roles and users are planned to say."""
        return bounds_form(self.planned, self.stand)

    @cached_property
    def endpoints(self) -> dict[tuple[str, str], list[tuple[Endpoint, Document]]]:
        """The endpoints of each network by service: there may be several, and a call may pass any of them."""
        found: dict[tuple[str, str], list[tuple[Endpoint, Document]]] = {}
        for one in self.stand.network.endpoints:
            document = read_document(one.id, one.policy or _full())
            found.setdefault((one.vpc, one.service.rpartition(".")[2]), []).append((one, document))
        return found

    @cached_property
    def things(self) -> dict[str, list[Thing]]:
        """Everything that can be acted upon, by approval."""
        policies = [policy_of(item) for item in self.stand.items if item.kind.endswith(" bucket")]
        # What servers read of the share is compared pattern by pattern (`data_sets`): their many months are no samples.
        share = f"arn:aws:s3:::{share_bucket(self.stand.account)}/shareData/"
        keys = Samples(self.stand.principals, [policy for policy in policies if policy], self.homes, share).keys
        return {whose: list(things_of(self.stand, whose, keys)) for whose in (PLATFORM, *self.stand.approvals)}

    @cached_property
    def buckets(self) -> frozenset[str]:
        """The names of all our buckets."""
        return frozenset(item.id for item in self.stand.items if item.kind.endswith(" bucket"))

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
        return {whose: sum(len(actions_on(t)) for t in things) for whose, things in self.things.items()}

    @cached_property
    def roles_of_researchers(self) -> int:
        return sum(len(self.researchers.get(approval, ())) for approval in self.stand.approvals)

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
                actions_on(thing),
                thing,
                kind=thing.kind,
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
            if suspect.thing.approval in (*homes, suspect.principal.approval):
                continue
            try:
                by = self.may(suspect.principal, suspect.action, suspect.thing.whole, ANYHOW)
            except Undecidable as unknown:
                by = unknown.message
            if by:
                found.append((suspect, by))
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
            found = frozenset(self._acts_spoken_of(principal, thing))
            self._possible[known] = found
        return found

    def _acts_spoken_of(self, principal: Principal, thing: Thing) -> Iterable[str]:
        if self._decides_itself(principal, thing):
            return actions_on(thing)
        listed = (one for document in principal.identity for one in document.statements if one.allows)
        asked = actions_on(thing)
        return frozenset().union(*(one.among(asked) for one in listed if speaks_of(one, thing.arn)))

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
        if self._decides_itself(principal, thing):
            return True
        key = principal.arn, action
        statements = self._allowing.get(key)
        if statements is None:
            statements = self._allowing[key] = allowing(principal, action)
        return any(speaks_of(statement, thing.arn) for statement in statements)

    def _decides_itself(self, principal: Principal, thing: Thing) -> bool:
        """Whether the thing may let the principal act whatever the principal's own policies say."""
        if principal.identity == (EVERYTHING,) or thing.account != self.stand.account:
            return True
        granting = self._granting.get(thing.arn)
        if granting is None:
            granting = self._granting[thing.arn] = grants_by_itself(thing.policy, self.stand.account)
        return granting

    def may(self, principal: Principal, action: str, thing: Thing, way: Way) -> str | None:
        """The statement that allows an act in some context that the caller can bring about; None: refused.

        On a way that is `sure`: in whatever context, and whichever endpoint the call passes.
        """
        if not self.may_be_allowed(principal, action, thing):
            return None
        keys = self._keys.get(principal.arn)
        if keys is None:
            keys = self._keys[principal.arn] = keys_of(principal, self.stand.account)
        return self._asked(_caller(principal, self.stand.account), keys, principal, action, thing, way)

    @cached_property
    def _keys(self) -> dict[str, Keys]:
        return {}

    def _asked(
        self, caller: Caller, keys: Keys, principal: Principal | None, action: str, thing: Thing, way: Way
    ) -> str | None:
        """Without a principal of ours: somebody to whom their own account allows everything."""
        identity = principal.identity if principal else (EVERYTHING,)
        found: str | None = None
        for known, document in self._passing(action, way):
            policies = Policies(
                identity,
                thing.policy,
                principal.boundary if principal else None,
                endpoint=document,
                is_key=thing.is_key,
            )
            base = {**keys, **keys_of_thing(thing, action, self.stand.region, self.stand.account), **way.keys}
            base |= {"aws:sourcevpce": (known,)} if known else {}
            request = Request(caller, action, thing.arn, thing.account, base, _doubt(way))
            found = first_allowed(request, policies, thing, way)
            if (found is None) is way.sure:  # enough: one that lets it pass, or for what must be sure one that does not
                return found
        return found

    def _passing(self, action: str, way: Way) -> Passing:
        """The ids and policies of the endpoints that a call may pass; a single one without id and policy: none."""
        listed = () if way.bare else self.endpoints.get((way.vpc, _service(action)), ())
        return tuple((endpoint.id, document) for endpoint, document in listed) or (("", None),)

    @cached_property
    def _foreigners(self) -> dict[tuple[object, ...], str | None]:
        return {}

    @cached_property
    def _mighty(self) -> dict[tuple[object, ...], str | None]:
        return {}

    def foreigner(
        self, action: str, thing: Thing, way: Way, *, account: str = FOREIGN, anonymous: bool = False
    ) -> str | None:
        """As `may`, for somebody of another account whose own account allows everything, or for anybody."""
        key = (anonymous, account, way, *self._alike(action, thing))
        if key not in self._foreigners or way.vpc:
            caller = Caller("", "", "anonymous") if anonymous else Caller(f"arn:aws:iam::{account}:role/any", account)
            keys = dict(NOBODY) if anonymous else keys_of_foreigner(account)
            self._foreigners[key] = self._asked(caller, keys, None, action, thing, way)
        return self._foreigners[key]

    def mighty(self, principal: Principal, action: str, thing: Thing, way: Way) -> str | None:
        """As `may`, as if the principal's own policies allowed everything; `way` passes no endpoint."""
        key = (principal.arn, way, *self._alike(action, thing))
        if key not in self._mighty:
            keys = keys_of(principal, self.stand.account)
            keys = {name: value for name, value in keys.items() if not name.startswith("aws:principaltag/")}
            able = replace(principal, tags={}, identity=(EVERYTHING,), boundary=None)
            caller = _caller(principal, self.stand.account)
            self._mighty[key] = self._asked(caller, keys, able, action, thing, way)
        return self._mighty[key]

    def _alike(self, action: str, thing: Thing) -> tuple[object, ...]:
        """Questions that are alike in this are decided alike where the caller may do everything: the same statements of
        the thing's policy are about them, and they come with the same context. Endpoints have no say in this."""
        service = _service(action)
        own = service in ("dynamodb", "kms", "ssm") or action in (*acts.NEW_COPIES, "ec2:CreateTags")
        about = thing.policy.about(action) if thing.policy else ()
        said = [one for one in about if one.is_odd or speaks_of(one, thing.arn)]
        # A policy variable makes of one statement as many as there are names.
        named = "" if thing.arn.startswith("arn:aws:s3:") and not any(one.has_variables for one in said) else thing.arn
        what = (thing.kind if own or named else "", named, thing.account, thing.approval, thing.partition)
        return (action if own else service, tuple(map(id, said)), *what)

    def distinct(self, things: Iterable[Thing]) -> Iterator[tuple[Thing, int]]:
        """One of the objects of a bucket for all that its policy does not tell apart, and how many those are."""
        found: dict[tuple[object, ...], list[Thing]] = {}
        for thing in things:
            key: tuple[object, ...] = (thing.arn, thing.kind, thing.partition)
            statements = thing.policy.statements if thing.policy else ()
            if actions_on(thing) is acts.OBJECTS and not any(one.has_variables for one in statements):
                fitting = [id(one) for one in statements if speaks_of(one, thing.arn)]
                key = (thing.arn.partition("/")[0], *fitting)
            found.setdefault(key, []).append(thing)
        yield from ((same[0], len(same)) for same in found.values())

    def strangers(self, policy: Document | None) -> tuple[str, ...]:
        """Accounts to ask as: one that nobody names, and each that a policy names beside ours."""
        if policy is None:
            return (FOREIGN,)
        if policy.name not in self._strangers:
            texts = [value for one in policy.statements for each in one.conditions for value in each.values]
            texts += [value for one in policy.statements for _kind, value in one.principals or ()]
            named = {account for text in texts for account in _ACCOUNT.findall(text)} - {self.stand.account, FOREIGN}
            self._strangers[policy.name] = (FOREIGN, *sorted(named))
        return self._strangers[policy.name]

    @cached_property
    def _strangers(self) -> dict[str, tuple[str, ...]]:
        return {}


def first_allowed(request: Request, policies: Policies, thing: Thing, way: Way) -> str | None:
    """The first context in which the request is allowed, as the label of the statement that does it."""
    for context in contexts(dict(request.context), request.action, thing, way, policies.identity):
        made = Request(request.caller, request.action, request.resource, request.account, context, request.doubt)
        # A call that a service makes for the caller passes no endpoint of the caller's.
        past = policies.endpoint is not None and context.get("aws:viaawsservice") == ("true",)
        decision = decide(made, replace(policies, endpoint=None) if past else policies)
        if decision.allowed:
            return decision.reason
    return None


def _doubt(way: Way) -> Doubt:
    return Doubt.REFUSES if way.sure else Doubt.ALLOWS


def _caller(principal: Principal, account: str) -> Caller:
    return Caller(principal.arn, account, principal.kind, _session(principal, account))


def _service(action: str) -> str:
    name = action.partition(":")[0]
    return SERVICES.get(name, name)


def _session(principal: Principal, account: str) -> str:
    return f"arn:aws:sts::{account}:assumed-role/{principal.name}/s" if principal.kind == "role" else ""


def _full() -> str:
    return '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
