"""The table of machine specs 甲乙丙: persons, price bands, and the server that stands for each.

Prices and persons: FEE-5, ENV-6. Machine sizes: ENV-4 tells two sizes used for special
extraction; which spec they belong to is not published, so the mapping here is our inference.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The two kinds of environment (ENV-2)."""

    EXPLORATORY = "exploratory"
    SPECIAL = "special"


class SpecName(StrEnum):
    """The published spec names."""

    KO = "甲"
    OTSU = "乙"
    HEI = "丙"


@dataclass(frozen=True)
class Spec:
    """One spec: `bands` are (most persons, yen per month); sizes in vCPU, GiB and GB of data disk."""

    bands: tuple[tuple[int, int], ...]
    instance_type: str
    vcpu: int
    memory_gib: int
    data_gb: int
    software_yen: int | None = None

    @property
    def most_persons(self) -> int:
        return self.bands[-1][0]

    def monthly_yen(self, persons: int) -> int:
        """The monthly price for that many persons. Raises ValueError above the limit."""
        for most, yen in self.bands:
            if persons <= most:
                return yen
        raise ValueError(f"{persons} persons, at most {self.most_persons}")


SPECS: dict[tuple[Kind, SpecName], Spec] = {
    (Kind.SPECIAL, SpecName.KO): Spec(
        ((5, 769_400), (10, 798_900), (15, 828_400), (20, 857_800)), "m6i.4xlarge", 16, 64, 3000, 26_500
    ),
    (Kind.SPECIAL, SpecName.OTSU): Spec(((5, 322_100), (10, 351_600)), "m6i.2xlarge", 8, 32, 1000, 5_700),
    (Kind.SPECIAL, SpecName.HEI): Spec(((4, 190_400),), "m6i.xlarge", 4, 16, 500),
    (Kind.EXPLORATORY, SpecName.HEI): Spec(((4, 106_100),), "m6i.xlarge", 4, 16, 500),
}
