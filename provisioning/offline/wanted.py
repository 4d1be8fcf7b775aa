"""A resource as the program wants it, and how it is named."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from provisioning.offline.handlers.base import Handler
from provisioning.offline.state import Resource


@dataclass(frozen=True)
class Wanted:
    """A resource as the program registers it.

    `ignore` are inputs, or with a dot one property of an input.
    `delete_first` None leaves the choice to the engine; `aliases` are URNs it may be known by.
    """

    resource: Resource
    ignore: frozenset[str] = frozenset()
    replace_on: frozenset[str] = frozenset()
    delete_first: bool | None = None
    secret_outputs: frozenset[str] = frozenset()
    aliases: tuple[str, ...] = ()


def with_ignored(wanted: Wanted, old: Resource | None) -> Resource:
    """Ignored changes keep what was registered before."""
    new = wanted.resource
    if old is None:
        return new
    kept = dict(new.inputs)
    for path in wanted.ignore:
        key, _dot, inner = path.partition(".")
        if not inner and key in old.inputs:
            kept[key] = old.inputs[key]
        elif inner and inner in (before := _object(old.inputs, key)) and key in kept:
            kept[key] = {**_object(kept, key), inner: before[inner]}
    return replace(new, inputs=kept)


def compared(inputs: Mapping[str, Any], ignore: frozenset[str]) -> dict[str, Any]:
    """The inputs without what is ignored, to be held against what AWS shows."""
    left = {key: value for key, value in inputs.items() if key not in ignore}
    for path in ignore:
        key, _dot, inner = path.partition(".")
        if inner and key in left:
            left[key] = {name: value for name, value in _object(left, key).items() if name != inner}
    return left


def _object(inputs: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """An input that is an object; none where it is not given."""
    return inputs.get(key) or {}


def renamed(handler: Handler, new: Resource, wanted: Wanted) -> Resource:
    """A replacement whose name was made up takes a new one, so that both can stand for a while."""
    given = {k: v for k, v in new.inputs.items() if k != handler.named_by or k in wanted.resource.inputs}
    return replace(new, inputs=named(handler, replace(new, inputs=given), None))


def named(handler: Handler, new: Resource, old: Resource | None) -> Mapping[str, Any]:
    """The inputs, with a name made up (and kept) where AWS wants one and the program gives none."""
    key = handler.named_by
    if not key or key in new.inputs:
        return new.inputs
    if old is not None and key in old.inputs:
        return {**new.inputs, key: old.inputs[key]}
    return {**new.inputs, key: f"{new.name}-{secrets.token_hex(4)[:7]}"}
