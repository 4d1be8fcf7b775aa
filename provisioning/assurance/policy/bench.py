"""What the claims about decisions are asked of: one approval, who can act, and what can be acted upon."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from provisioning.assurance.identities import Principal
from provisioning.assurance.policy.cells import Court, Thing, Way, actions_on
from provisioning.assurance.stand import Stand

Question = tuple[str, Callable[[], str | None]]  # what was asked, in words; and the statement that allows it


class Clear(int):
    """So many cells that nothing speaks of, and that are refused for that."""


Cell = Question | Clear


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
        """From inside as if no endpoint refused anything, and from anywhere."""
        return [*(Way(way.vpc, bare=True) for way in self.inside), Way(mfa=True)]

    @property
    def own(self) -> list[Thing]:
        return self.court.things.get(self.approval, [])

    def principals(self) -> list[Principal]:
        return [p for p in self.stand.principals if p.name not in self.builders]

    def researchers(self, approval: str) -> list[Principal]:
        """The roles that the servers of an approval carry."""
        return self.court.researchers.get(approval, [])

    def cells(self, principals: Iterable[Principal], things: Iterable[Thing], ways: Iterable[Way]) -> Iterator[Cell]:
        """Every act on every thing by everybody."""
        for principal in principals:
            for thing in things:
                for action in actions_on(thing):
                    for way in ways:
                        yield self.cell(principal, action, thing, way)

    def abroad(self, principal: Principal, table: Mapping[str, frozenset[str]], ways: Sequence[Way]) -> Iterator[Cell]:
        """Every act that the table does not name, on the things of all other approvals and of the platform."""
        asked = 0
        for suspect in self.court.suspects.by_principal[principal.name]:
            thing = suspect.thing.whole
            if suspect.thing.approval != self.approval and suspect.action not in table.get(thing.kind, frozenset()):
                for way in ways:
                    asked += 1
                    yield self.cell(principal, suspect.action, thing, way)
        acts = sum(self.court.acts.values()) - self.court.acts.get(self.approval, 0)
        yield Clear(max(0, acts * len(ways) - asked))

    def cell(self, principal: Principal, action: str, thing: Thing, way: Way) -> Question:
        """One question."""
        said = f"{principal.name}: {action} {thing.arn}{partition(thing)}"
        return said, lambda: self.court.may(principal, action, thing, way)


def partition(thing: Thing) -> str:
    return f" {thing.partition}" if thing.partition else ""
