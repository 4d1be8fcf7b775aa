"""What is claimed of a closed environment, and what looking at it came to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

N_ = str  # marks a sentence for the catalogue; it is translated where it is shown


@dataclass(frozen=True)
class Claim:
    """One sentence that must hold. `satre` are the ids of the specification's statements that it serves.

    `may_be_empty`: it also holds when there is nothing to look at.
    """

    id: str
    says: str
    satre: tuple[str, ...]
    may_be_empty: bool = False


@dataclass(frozen=True)
class Verdict:
    """A claim, how many things were looked at, and what speaks against it, shortest first."""

    claim: Claim
    evidence: int
    counterexamples: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """A claim about nothing is not shown."""
        return not self.counterexamples and (self.evidence > 0 or self.claim.may_be_empty)


def judge(claim: Claim, evidence: int, against: Iterable[str]) -> Verdict:
    """A verdict with each counterexample once."""
    return Verdict(claim, evidence, tuple(dict.fromkeys(against)))
