"""The whole proof for one approval: reachability, decisions, rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from provisioning.approvals.states import Access
from provisioning.assurance.claims import Verdict
from provisioning.assurance.names import name_verdict
from provisioning.assurance.network.claims import Plan, network_verdicts
from provisioning.assurance.policy.matrix import decision_verdicts
from provisioning.assurance.rules import judged_by, rule_verdicts
from provisioning.assurance.stand import Stand
from provisioning.assurance.watch_rules import watch_rules


@dataclass(frozen=True)
class Proof:
    """All verdicts for one approval over one stand."""

    approval: str
    others: int
    verdicts: tuple[Verdict, ...]

    @property
    def failed(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if not verdict.passed)

    @property
    def evidence(self) -> int:
        return sum(verdict.evidence for verdict in self.verdicts)

    def data(self) -> dict[str, Any]:
        """The proof for `--json`."""
        return {
            "approval": self.approval,
            "other_approvals": self.others,
            "passed": not self.failed,
            "evidence": self.evidence,
            "claims": [
                {
                    "id": verdict.claim.id,
                    "says": verdict.claim.says,
                    "satre": list(verdict.claim.satre),
                    "passed": verdict.passed,
                    "evidence": verdict.evidence,
                    "counterexamples": list(verdict.counterexamples),
                }
                for verdict in self.verdicts
            ],
        }


def prove(
    stand: Stand,
    plan: Plan,
    approval: str,
    builders: frozenset[str] = frozenset(),
    access: Access = Access.OPEN,
) -> Proof:
    """Judge every claim for an approval. Pure: the same stand gives the same proof.

    `access` is what the records say that people may do. `builders` are names of roles that build and are
    not judged; a policy that cannot be decided makes its claims fail.
    """
    verdicts = (
        *network_verdicts(stand.network, plan, approval),
        name_verdict(stand, plan.domains, approval),
        *decision_verdicts(stand, approval, builders, access),
        *rule_verdicts(stand, approval),
        *judged_by(watch_rules(stand), stand, approval),
    )
    return Proof(approval, len([a for a in stand.approvals if a != approval]), verdicts)
