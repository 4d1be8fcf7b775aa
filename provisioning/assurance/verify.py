"""The whole proof for one approval: reachability, decisions, rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from provisioning.approvals.states import Access
from provisioning.assurance.agreed import Agreed, agreed_verdicts
from provisioning.assurance.claims import Verdict
from provisioning.assurance.door_rules import door_rules
from provisioning.assurance.names import forward_verdict, name_verdict
from provisioning.assurance.network.claims import network_verdicts
from provisioning.assurance.network.plan import Plan
from provisioning.assurance.network.platform import platform_findings
from provisioning.assurance.policy.cells import Court
from provisioning.assurance.policy.data_sets import data_sets_verdict
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
                    "fix": verdict.fix(self.approval),
                }
                for verdict in self.verdicts
            ],
        }


class Prover:
    """Judges one approval after another over one stand; what they share is looked at once.

    `builders` are names of roles that build and are not judged.
    """

    def __init__(self, stand: Stand, plan: Plan, builders: frozenset[str] = frozenset()) -> None:
        self._stand = stand
        self._plan = plan
        self._builders = builders
        self._court = Court(stand, plan.policies)
        self._rules = (*door_rules(stand), *watch_rules(stand))
        self._platform = platform_findings(stand.network, plan)

    def prove(self, approval: str, agreed: Agreed | None, access: Access = Access.OPEN) -> Proof:
        """Judge every claim for an approval, which `agreed` is the content of; None when there is no record of it.

        `access` is what the records say that people may do.
        A policy that cannot be decided makes its claims fail.
        """
        verdicts = (
            *network_verdicts(self._stand.network, self._plan, approval, self._platform),
            name_verdict(self._stand, self._plan.domains, approval),
            forward_verdict(self._stand, self._plan.directory, approval),
            *decision_verdicts(self._court, approval, self._builders, access),
            *rule_verdicts(self._stand, approval),
            *judged_by(self._rules, self._stand, approval),
            *agreed_verdicts(self._stand, approval, agreed),
            data_sets_verdict(self._court, approval, agreed.share_keys if agreed else None),
        )
        return Proof(approval, len([a for a in self._stand.approvals if a != approval]), verdicts)


def prove(
    stand: Stand,
    plan: Plan,
    approval: str,
    agreed: Agreed | None,
    builders: frozenset[str] = frozenset(),
    access: Access = Access.OPEN,
) -> Proof:
    """Judge every claim for one approval. Pure: the same stand gives the same proof."""
    return Prover(stand, plan, builders).prove(approval, agreed, access)
