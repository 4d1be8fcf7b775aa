"""What is claimed of a closed environment, and what looking at it came to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from provisioning.messages import _

N_ = str  # marks a sentence for the catalogue; it is translated where it is shown
_TO_THE_RECORD = N_(
    "Bring what stands back to the record: hic env up {approval}. If the record is behind what was decided, register "
    "that first: hic env change {approval}. What the program did not make is to be taken away by hand."
)
# What to do, by the first letter of a claim's id.
_FIXES = {
    "N": N_(
        "Set right what was changed: hic env up {approval}, and hic platform up for the directory's network. "
        "What is named here and no program made is to be taken away by hand."
    ),
    "D": N_(
        "Write the policies anew: hic env up {approval}, and hic platform up for those of staff. Take others away, "
        "and look in the trail for who wrote them."
    ),
    "R": N_(
        "Set right what was changed: hic env up {approval}, and hic platform up for what all share. "
        "What was shared or opened beside the programs is to be taken back by hand."
    ),
    "L": N_(
        "Begin the log again: hic platform up, and hic env up {approval}. Then look for who stopped it: what happened "
        "meanwhile is not recorded."
    ),
    "S": _TO_THE_RECORD,
    "P": _TO_THE_RECORD,
}


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

    def fix(self, approval: str) -> str:
        """What to do about it; nothing when the claim holds."""
        return "" if self.passed else _(_FIXES[self.claim.id[0]]).format(approval=approval)


def judge(claim: Claim, evidence: int, against: Iterable[str]) -> Verdict:
    """A verdict with each counterexample once."""
    return Verdict(claim, evidence, tuple(dict.fromkeys(against)))
