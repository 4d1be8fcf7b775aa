"""What the claims about decisions are asked of: one approval, who can act, and what can be acted upon."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from provisioning.assurance.identities import Principal
from provisioning.assurance.policy.cells import Court
from provisioning.assurance.policy.contexts import ANYHOW, Way
from provisioning.assurance.policy.documents import Undecidable
from provisioning.assurance.policy.things import Thing, actions_on
from provisioning.assurance.stand import Stand

Question = tuple[str, Callable[[], str | None]]  # what was asked, in words; and the statement that allows it


class Clear(int):
    """So many cells that nothing speaks of, and that are refused for that."""


Cell = Question | Clear
Table = Mapping[str, frozenset[str]]  # acts by the kind of thing


@dataclass(frozen=True)
class Bench:
    """What the claims of one approval are asked of. `builders` are names of roles that build; they are not judged."""

    court: Court
    approval: str
    builders: frozenset[str]

    @property
    def stand(self) -> Stand:
        return self.court.stand

    @property
    def inside(self) -> list[Way]:
        return [Way(vpc.id) for vpc in self.stand.network.of_approval(self.approval)]

    @property
    def ways(self) -> list[Way]:
        """From wherever, and as if no endpoint refused anything."""
        return [ANYHOW]

    @property
    def own(self) -> list[Thing]:
        return self.court.things.get(self.approval, [])

    def principals(self) -> list[Principal]:
        return self.court.principals(self.builders)

    def researchers(self, approval: str) -> list[Principal]:
        """The roles that the servers of an approval carry."""
        return self.court.researchers.get(approval, [])

    def sweep(
        self, principals: Iterable[Principal], things: Iterable[Thing], ways: Sequence[Way], table: Table | None = None
    ) -> Iterator[Cell]:
        """Every act on every thing by everybody, but for those that the table names."""
        things = list(things)
        for principal in principals:
            for thing in things:
                named = table.get(thing.kind, frozenset()) if table else frozenset()
                asked = [action for action in actions_on(thing) if action not in named]
                possible = self.court.possible(principal, thing)
                spoken_of = [action for action in asked if action in possible] if possible else []
                for action in spoken_of:
                    yield from (self.cell(principal, action, thing, way) for way in ways)
                yield Clear((len(asked) - len(spoken_of)) * len(ways))

    def acts(self, principal: Principal, actions: Iterable[str], thing: Thing, ways: Sequence[Way]) -> Iterator[Cell]:
        """Some acts on a thing."""
        for action in actions:
            if self.court.may_be_allowed(principal, action, thing):
                yield from (self.cell(principal, action, thing, way) for way in ways)
            else:
                yield Clear(len(ways))

    def once(self, name: tuple[str, ...], cells: Callable[[], Iterable[Cell]]) -> Iterator[Cell]:
        """Cells that are the same for every approval, and none of which may be allowed: asked for the first alone."""
        known = (*name, *sorted(self.builders))
        if known not in self.court.kept:
            refused = 0
            against: list[Question] = []
            for cell in cells():
                if isinstance(cell, Clear):
                    refused += cell
                elif (answer := _answered(cell)) is None:
                    refused += 1
                else:
                    against.append(answer)
            self.court.kept[known] = (refused, against)
        refused, against = self.court.kept[known]
        yield Clear(refused)
        yield from against

    def abroad(self, principal: Principal, table: Table, ways: Sequence[Way]) -> Iterator[Cell]:
        """Every act that the table does not name, on the things of all other approvals and of the platform."""
        asked = 0
        for suspect in self.court.suspects.by_principal[principal.arn]:
            thing = suspect.thing.whole
            if suspect.thing.approval != self.approval and suspect.action not in table.get(thing.kind, frozenset()):
                for way in ways:
                    asked += 1
                    yield self.cell(principal, suspect.action, thing, way)
        others = self.court.all_acts - self.court.acts.get(self.approval, 0)
        yield Clear(max(0, others * len(ways) - asked))

    def cell(self, principal: Principal, action: str, thing: Thing, way: Way) -> Question:
        """One question."""
        said = f"{principal.name}: {action} {thing.arn}{partition(thing)}"
        return said, lambda: self.court.may(principal, action, thing, way)


def _answered(question: Question) -> Question | None:
    """The question with its answer, where it is allowed or cannot be decided."""
    said, ask = question
    try:
        by = ask()
    except Undecidable as unknown:
        return said, partial(raised, unknown)
    return (said, partial(str, by)) if by else None


def raised(unknown: Undecidable) -> str:
    """The answer to a question that cannot be decided."""
    raise unknown


def partition(thing: Thing) -> str:
    return f" {thing.partition}" if thing.partition else ""
