"""Policy documents as frozen data. What is not understood is refused, never passed over."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from provisioning.errors import Refused
from provisioning.messages import _

VERSION = "2012-10-17"
_STATEMENT_KEYS = frozenset(
    ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition")
)


@lru_cache(maxsize=16384)
def _pattern(pattern: str) -> re.Pattern[str]:
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.compile("".join(parts), re.DOTALL)


def matches(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern with `*` and `?`."""
    return pattern == "*" or _pattern(pattern).fullmatch(text) is not None


@lru_cache(maxsize=65536)
def any_matches(patterns: tuple[str, ...], text: str) -> bool:
    """Whether a text fits one of some patterns. Kept, for the same acts are asked of the same statements."""
    return any(matches(pattern, text) for pattern in patterns)


def beginning(pattern: str) -> str:
    """What comes before the first wildcard or policy variable."""
    return pattern[: min((at for at in map(pattern.find, "*?$") if at >= 0), default=len(pattern))]


class Undecidable(Refused):
    """A policy says something that the evaluator does not know; no verdict is better than a wrong one."""


@dataclass(frozen=True)
class Condition:
    """One operator with one key: `ForAllValues:StringEqualsIfExists`, `aws:PrincipalTag/x`, values."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """One statement. `principals` are (kind, value); None where the document has no principal."""

    label: str
    allows: bool
    actions: tuple[str, ...]
    not_actions: bool
    resources: tuple[str, ...] | None
    not_resources: bool
    principals: tuple[tuple[str, str], ...] | None
    not_principals: bool
    conditions: tuple[Condition, ...]

    def is_about(self, lowered: str) -> bool:
        """Whether it speaks of an act, which is given in small letters."""
        return any_matches(self.actions, lowered) is not self.not_actions

    def among(self, actions: tuple[str, ...]) -> frozenset[str]:
        """Which of some acts it speaks of. Kept: the same are asked of every thing of a kind."""
        found = self._among.get(actions)
        if found is None:
            found = self._among[actions] = frozenset(each for each in actions if self.is_about(each.lower()))
        return found

    @cached_property
    def _among(self) -> dict[tuple[str, ...], frozenset[str]]:
        return {}

    @cached_property
    def beginnings(self) -> tuple[str, ...]:
        """What comes before the first wildcard or policy variable of each of its patterns."""
        return tuple({beginning(pattern) for pattern in self.resources or ()})

    @cached_property
    def has_variables(self) -> bool:
        """Whether what it is about depends on who asks."""
        return any("${" in pattern for pattern in self.resources or ())

    @cached_property
    def is_odd(self) -> bool:
        """Whether its principals cannot be judged: that must be heard whatever is asked."""
        return any(kind == "CanonicalUser" or ("*" in value and value != "*") for kind, value in self.principals or ())


@dataclass(frozen=True)
class Document:
    """A policy with the name by which a person finds it."""

    name: str
    statements: tuple[Statement, ...]

    def about(self, action: str) -> tuple[Statement, ...]:
        """The statements that may apply to an act: those of other acts never do. Kept: the same acts come again."""
        found = self._about.get(action)
        if found is None:
            lowered = action.lower()
            found = tuple(each for each in self.statements if each.is_about(lowered) or each.is_odd)
            self._about[action] = found
        return found

    @cached_property
    def _about(self) -> dict[str, tuple[Statement, ...]]:
        return {}


def read_document(name: str, text: str | Mapping[str, Any]) -> Document:
    """Read a policy from JSON text or from what boto3 decoded.

    Raises Undecidable for text that is not JSON, for elements that are not known, and for a
    version without policy variables.
    """
    try:
        raw = json.loads(text) if isinstance(text, str) else dict(text)
    except ValueError as error:
        raise Undecidable(_("The policy {name} is not JSON.").format(name=name)) from error
    if not isinstance(raw, dict) or not set(raw) <= {"Version", "Id", "Statement"} or "Statement" not in raw:
        raise _unknown(name, sorted(raw) if isinstance(raw, dict) else raw)
    # The default policies that AWS itself makes still carry the old version; it lacks policy variables.
    old = raw.get("Version", "2008-10-17") != VERSION
    if old and "${" in json.dumps(raw["Statement"]):
        raise _unknown(name, "Version")
    listed = raw["Statement"] if isinstance(raw["Statement"], list) else [raw["Statement"]]
    return Document(name, tuple(_statement(name, number, each) for number, each in enumerate(listed)))


def _statement(name: str, number: int, raw: Any) -> Statement:
    if not isinstance(raw, dict) or not set(raw) <= _STATEMENT_KEYS:
        raise _unknown(name, raw)
    label = f"{name}#{raw.get('Sid') or number}"
    if raw.get("Effect") not in ("Allow", "Deny"):
        raise _unknown(label, raw.get("Effect"))
    for plain in ("Action", "Resource", "Principal"):
        if plain in raw and f"Not{plain}" in raw:
            raise _unknown(label, f"{plain} + Not{plain}")
    actions = _texts(label, raw.get("Action", raw.get("NotAction")))
    if not actions:
        raise _unknown(label, "Action")
    resource = raw.get("Resource", raw.get("NotResource"))
    principal = raw.get("Principal", raw.get("NotPrincipal"))
    return Statement(
        label,
        raw["Effect"] == "Allow",
        tuple(action.lower() for action in actions),
        "NotAction" in raw,
        None if resource is None else _texts(label, resource),
        "NotResource" in raw,
        None if principal is None else _principals(label, principal),
        "NotPrincipal" in raw,
        _conditions(label, raw.get("Condition", {})),
    )


def _texts(label: str, raw: Any) -> tuple[str, ...]:
    listed = [raw] if isinstance(raw, str) else raw
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise _unknown(label, raw)
    return tuple(listed)


def _principals(label: str, raw: Any) -> tuple[tuple[str, str], ...]:
    if raw == "*":
        return (("AWS", "*"),)
    if not isinstance(raw, dict) or not set(raw) <= {"AWS", "Service", "Federated", "CanonicalUser"}:
        raise _unknown(label, raw)
    return tuple((kind, value) for kind, values in raw.items() for value in _texts(label, values))


def _conditions(label: str, raw: Any) -> tuple[Condition, ...]:
    if not isinstance(raw, dict) or not all(isinstance(keys, dict) for keys in raw.values()):
        raise _unknown(label, raw)
    return tuple(
        Condition(operator, key, tuple(_text(label, value) for value in _listed(values)))
        for operator, keys in raw.items()
        for key, values in keys.items()
    )


def _listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _text(label: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise _unknown(label, value)


def _unknown(label: str, what: Any) -> Undecidable:
    return Undecidable(_("The policy {name} cannot be judged: {what}").format(name=label, what=what))
