"""The prover is proved: untouched, all is green; whatever is spoiled, the right claims turn red."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.assurance.conftest import Site
from tests.assurance.mutations import MUTATIONS
from tests.assurance.spoiled_agreement import AGREEMENT
from tests.assurance.spoiled_care import CARE  # registers its own
from tests.assurance.spoiled_doors import DOORS
from tests.assurance.spoiled_network import NETWORK
from tests.assurance.spoiled_policies import POLICIES  # likewise
from tests.assurance.spoiled_watching import WATCHING

PARTS = {
    "agreement": AGREEMENT,
    "care": CARE,
    "doors": DOORS,
    "network": NETWORK,
    "policies": POLICIES,
    "watching": WATCHING,
}
ALL = {**MUTATIONS, **{name: spoil for part in PARTS.values() for name, spoil in part.items()}}


def test_no_way_to_spoil_is_lost() -> None:
    """Whoever takes one away lowers the number on purpose."""
    files = Path(__file__).parent.glob("spoiled_*.py")
    assert {file.stem.removeprefix("spoiled_") for file in files} == set(PARTS)
    assert len(ALL) >= 184


def test_untouched_all_claims_hold(site: Site) -> None:
    proof = site.prove()
    assert [(v.claim.id, v.counterexamples) for v in proof.failed] == []
    assert all(v.evidence > 0 for v in proof.verdicts if not v.claim.may_be_empty)
    assert len({v.claim.id for v in proof.verdicts}) == len(proof.verdicts) == 90


@pytest.mark.parametrize("name", sorted(ALL))
def test_what_is_spoiled_turns_red(site: Site, name: str) -> None:
    claims, spoil = ALL[name]
    with spoil(site):
        proof = site.prove(site.read_again())
    assert {v.claim.id for v in proof.failed} == claims, [v.counterexamples[:2] for v in proof.failed]
    assert all(v.counterexamples and site.approval in v.fix(site.approval) for v in proof.failed)
