"""The table of machine specs 甲乙丙: persons, price bands, and the server that stands for each.

The table itself is `specs.yaml`, or the operator's own file that HIC_SPECS names.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from provisioning.approvals.instance_types import instance_types, near
from provisioning.errors import BadInput, Mistaken, Problem
from provisioning.lined_yaml import parse_lined, read_text
from provisioning.messages import _

VARIABLE = "HIC_SPECS"
OWN_TABLE = Path(__file__).with_name("specs.yaml")
Positive = Annotated[int, Field(ge=1)]


def _offered(value: str) -> str:
    if value not in instance_types():
        text, fix = _("AWS has no instance type '{given}'"), _("use one of: {types}")
        raise Mistaken(Problem("", text.format(given=value), fix.format(types=", ".join(near(value)))))
    return value


InstanceType = Annotated[str, AfterValidator(_offered)]


class Kind(StrEnum):
    """The two kinds of environment (ENV-2)."""

    EXPLORATORY = "exploratory"
    SPECIAL = "special"


class SpecName(StrEnum):
    """The published spec names."""

    KO = "甲"
    OTSU = "乙"
    HEI = "丙"


class Spec(BaseModel):
    """One spec: `prices` are (most persons, yen per month); sizes in vCPU, GiB and GB of data disk."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    use: Kind
    spec: SpecName
    prices: Annotated[tuple[tuple[Positive, Positive], ...], Field(min_length=1)]
    instance_type: InstanceType
    vcpu: Positive
    memory_gib: Positive
    data_gb: Positive
    software_yen: Positive | None = None

    @field_validator("prices")
    @classmethod
    def _rising(cls, prices: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        persons = [most for most, _yen in prices]
        if persons != sorted(set(persons)):
            text = _("the numbers of persons must rise from price to price")
            raise Mistaken(
                Problem("", text, _("write the prices from the fewest persons to the most, each number once"))
            )
        return prices

    @property
    def most_persons(self) -> int:
        return self.prices[-1][0]

    def monthly_yen(self, persons: int) -> int:
        """The monthly price for that many persons. Raises ValueError above the limit."""
        for most, yen in self.prices:
            if persons <= most:
                return yen
        raise ValueError(f"{persons} persons, at most {self.most_persons}")


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    specs: Annotated[tuple[Spec, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_once(self) -> _File:
        keys = [(spec.use, spec.spec) for spec in self.specs]
        twice = sorted({f"{use} {spec}" for use, spec in keys if keys.count((use, spec)) > 1})
        if twice:
            text = _("{spec} is given twice").format(spec=", ".join(twice))
            raise Mistaken(Problem("specs", text, _("keep one")))
        return self


@cache
def read_specs(path: Path) -> Mapping[tuple[Kind, SpecName], Spec]:
    """The table in a file. Raises BadInput with every mistake and its line."""
    nothing = BadInput(
        _("{path} holds no table of specs.").format(path=path),
        fix=_("Begin with a copy of {path}.").format(path=OWN_TABLE),
    )
    table = parse_lined(read_text(path), path.name, _File, nothing)
    return {(spec.use, spec.spec): spec for spec in table.specs}


class _Table(Mapping[tuple[Kind, SpecName], Spec]):
    """The table in force, read when it is first needed, so that a mistake in it is told as any other."""

    @property
    def _read(self) -> Mapping[tuple[Kind, SpecName], Spec]:
        chosen = os.environ.get(VARIABLE)
        return read_specs(Path(chosen).expanduser() if chosen else OWN_TABLE)

    def __getitem__(self, key: tuple[Kind, SpecName]) -> Spec:
        return self._read[key]

    def __iter__(self) -> Iterator[tuple[Kind, SpecName]]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


SPECS: Mapping[tuple[Kind, SpecName], Spec] = _Table()
