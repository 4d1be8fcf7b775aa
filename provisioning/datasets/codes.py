"""What codes mean: `ddl/codes/*.csv`, and for the large masters the examples of `ddl/sample_codes.csv`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from provisioning.datasets.catalogue import DDL_FOLDER, rows_of
from provisioning.errors import BadInput, DependencyFailed, Problem
from provisioning.messages import _

# list: every value is here; partial: some are; master: too many, examples only; format: no list; unknown: not public
EXTENTS = ("list", "partial", "master", "format", "unknown")
_CONFIDENCES = ("spec", "inferred")
# A code column that takes codes of several masters.
_JOINED: dict[str, tuple[str, ...]] = {
    "診療行為コード／医薬品コード／特定器材コード": ("診療行為コード", "医薬品コード", "特定器材コード")
}
# Examples that stand under narrower names in the sample codes.
_JOINED["調剤行為コード"] = (
    "調剤行為コード",
    "薬剤調製料",
    "調剤管理料",
    "調剤加算料",
    "調剤基本料",
    "調剤基本料加算",
    "薬学管理料",
)


@dataclass(frozen=True)
class Code:
    """One value. `confidence` is `spec`, `inferred`, or `example` for one value of a master."""

    code: str
    meaning: str
    confidence: str


@dataclass(frozen=True)
class CodeSystem:
    """One code system. `extent` says how much of it is here, see EXTENTS."""

    name: str
    extent: str
    description: str
    codes: tuple[Code, ...]


def read_codes(folder: Path = DDL_FOLDER) -> dict[str, CodeSystem]:
    """All code systems by name.

    Raises DependencyFailed when the files are missing, BadInput with every mistake in them.
    """
    path = folder / "codes" / "systems.csv"
    if not path.is_file():
        raise DependencyFailed(_("The code systems {path} are missing.").format(path=path))
    problems: list[Problem] = []
    values = _values(folder, problems)
    examples = _examples(folder)
    systems = {}
    for line, row in rows_of(path, ("code_system", "extent", "description")):
        name, extent = row["code_system"], row["extent"]
        where = f"{path.name}:{line}"
        if extent not in EXTENTS:
            problems.append(Problem(where, _("extent is '{value}'").format(value=extent), ", ".join(EXTENTS)))
        if name in systems:
            problems.append(Problem(where, _("'{name}' stands twice").format(name=name)))
        listed = values.pop(name, {})
        sampled = [code for part in _JOINED.get(name, (name,)) for code in examples.get(part, [])]
        systems[name] = CodeSystem(name, extent, row["description"], tuple(listed.values()) or tuple(sampled))
    problems.extend(Problem(name, _("these codes belong to no system of systems.csv")) for name in values)
    if problems:
        raise BadInput(_("The code systems have mistakes."), problems=problems)
    return systems


def _values(folder: Path, problems: list[Problem]) -> dict[str, dict[str, Code]]:
    found: dict[str, dict[str, Code]] = {}
    for path in sorted((folder / "codes").glob("*.csv")):
        if path.name == "systems.csv":
            continue
        for line, row in rows_of(path, ("code_system", "code", "meaning", "confidence")):
            codes = found.setdefault(row["code_system"], {})
            where = f"{path.name}:{line}"
            if row["code"] in codes:
                problems.append(Problem(where, _("'{name}' stands twice").format(name=row["code"])))
            if row["confidence"] not in _CONFIDENCES:
                text = _("confidence is '{value}'; write one of {known}")
                known = ", ".join(_CONFIDENCES)
                problems.append(Problem(where, text.format(value=row["confidence"], known=known)))
            codes[row["code"]] = Code(row["code"], row["meaning"], row["confidence"])
    return found


def _examples(folder: Path) -> dict[str, list[Code]]:
    found: dict[str, list[Code]] = {}
    for _line, row in rows_of(folder / "sample_codes.csv", ("code_system", "code", "meaning")):
        if row["meaning"]:
            found.setdefault(row["code_system"], []).append(Code(row["code"], row["meaning"], "example"))
    return found
