"""Which acts on which things some statement might allow: all others are refused without asking. Pure.

AWS refuses what nothing allows. So of all pairs of a principal and a thing, only those need a decision that a
statement of the principal's speaks of, or where the thing's own policy grants something by itself. They are found by
the beginnings of names in a sorted list; the number of pairs does not matter.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from provisioning.assurance.identities import Principal
from provisioning.assurance.policy.documents import Document, Statement, any_matches

LEADING_KEYS = "dynamodb:leadingkeys"
NOT_OURS = ("Service", "Federated")  # kinds of principals that are no role or user
EXACT = frozenset(("stringequals", "stringnotequals"))


@dataclass(frozen=True)
class Named:
    """What the search needs of a thing. `whole` has everything of it; `grants`: its own policy may allow acts;
    `alone`: like no other part of its table, while those of one `kind` are alike."""

    arn: str
    approval: str
    partition: str
    grants: bool
    actions: tuple[str, ...]
    whole: Any
    kind: str = ""
    alone: bool = False


@dataclass(frozen=True)
class Suspect:
    """An act that may be allowed. `stands_for` all partitions of the table, but those in `but`, that have none."""

    principal: Principal
    action: str
    thing: Named
    stands_for: bool = False
    but: frozenset[str] = frozenset()


def allowing(principal: Principal, action: str) -> list[Statement]:
    """The statements of a principal's own policies that allow an act on something."""
    lowered = action.lower()
    return [
        statement
        for document in principal.identity
        for statement in document.statements
        if statement.allows and statement.is_about(lowered)
    ]


def speaks_of(statement: Statement, arn: str) -> bool:
    """Whether a statement may be about a thing; policy variables may stand for anything."""
    if statement.resources is None or statement.has_variables:
        return True
    if not arn.startswith(statement.beginnings):
        return statement.not_resources
    return any_matches(statement.resources, arn) is not statement.not_resources


def grants_by_itself(policy: Document | None, account: str) -> bool:
    """Whether a thing's policy may allow a role or user an act that no policy of their own allows: more than handing
    it to our account. What it gives to services, or to whoever signs in elsewhere, it gives to none of them."""
    ours = {("AWS", account), ("AWS", f"arn:aws:iam::{account}:root")}
    return any(
        statement.allows
        and (statement.not_principals or not {p for p in statement.principals or () if p[0] not in NOT_OURS} <= ours)
        for statement in (policy.statements if policy else ())
    )


class Suspects:
    """All suspects among the things of a stand."""

    def __init__(self, principals: Sequence[Principal], things: Iterable[Named], table_policy: Document | None) -> None:
        self._principals = principals
        self._things = sorted(things, key=lambda thing: thing.arn)
        self._arns = [thing.arn for thing in self._things]
        self._table_policy = table_policy

    @cached_property
    def by_principal(self) -> dict[str, list[Suspect]]:
        """The suspects of each principal by its ARN; things of its own approval are among them."""
        return {principal.arn: list(self._of(principal)) for principal in self._principals}

    @cached_property
    def by_approval(self) -> dict[str, list[Suspect]]:
        """The suspects on the things of each approval; those that stand for others are not among them."""
        found: dict[str, list[Suspect]] = {}
        for suspects in self.by_principal.values():
            for suspect in suspects:
                if not suspect.stands_for:
                    found.setdefault(suspect.thing.approval, []).append(suspect)
        return found

    @cached_property
    def standing_for_others(self) -> list[Suspect]:
        """The suspects on a partition that stands for all that nobody names."""
        return [one for suspects in self.by_principal.values() for one in suspects if one.stands_for]

    def _of(self, principal: Principal) -> Iterator[Suspect]:
        statements = [s for document in principal.identity for s in document.statements if s.allows]
        near: dict[int, Named] = {}
        for statement in statements:
            for thing in self._near(statement):
                near[id(thing)] = thing
        near |= {id(thing): thing for thing in self._granting}
        plain = [thing for thing in near.values() if not thing.partition]
        for thing in plain:
            yield from self._acts(principal, thing, statements)
        yield from self._on_partitions(principal, [t for t in near.values() if t.partition], statements)

    @cached_property
    def _granting(self) -> list[Named]:
        return [thing for thing in self._things if thing.grants]

    def _near(self, statement: Statement) -> Iterator[Named]:
        """The things that a statement may speak of, by what its patterns begin with."""
        beginnings = {""}
        if statement.resources is not None and not statement.not_resources:
            beginnings = set(statement.beginnings)
        if beginnings & {""} and not self._any_act(statement):
            return
        for beginning in beginnings:
            for number in range(bisect_left(self._arns, beginning), len(self._arns)):
                if not self._arns[number].startswith(beginning):
                    break
                yield self._things[number]

    def _any_act(self, statement: Statement) -> bool:
        return any(statement.is_about(action.lower()) for action in self._all_acts)

    @cached_property
    def _all_acts(self) -> frozenset[str]:
        return frozenset(action for thing in self._things for action in thing.actions)

    def _acts(self, principal: Principal, thing: Named, statements: Sequence[Statement]) -> Iterator[Suspect]:
        spoken_of = [one.among(thing.actions) for one in statements if speaks_of(one, thing.arn)]
        for action in thing.actions:
            if thing.grants or any(action in acts for acts in spoken_of):
                yield Suspect(principal, action, thing)

    def _on_partitions(
        self, principal: Principal, things: Sequence[Named], statements: Sequence[Statement]
    ) -> Iterator[Suspect]:
        """Parts of one table differ by their key alone: those that no policy names are all alike."""
        named = _named_partitions([*principal.identity, principal.boundary, self._table_policy])
        alike: dict[str, list[Named]] = {}
        for thing in things:
            if named is None or thing.partition in named or thing.alone:
                yield from self._acts(principal, thing, statements)
            else:
                alike.setdefault(thing.kind, []).append(thing)
        for thing in (one for same in alike.values() for one in same[:2]):  # one of them may be the principal's own
            for suspect in self._acts(principal, thing, statements):
                yield replace(suspect, stands_for=True, but=frozenset(named or ()))


def _named_partitions(documents: Iterable[Document | None]) -> set[str] | None:
    """The partitions that conditions name; None when they are told apart in any other way."""
    named: set[str] = set()
    for document in documents:
        for statement in document.statements if document else ():
            for condition in statement.conditions:
                if condition.key.lower() != LEADING_KEYS:
                    continue
                operator = condition.operator.lower().rpartition(":")[2].removesuffix("ifexists")
                if operator == "null":
                    continue
                if operator not in EXACT or any("${" in value for value in condition.values):
                    return None
                named |= set(condition.values)
    return named
