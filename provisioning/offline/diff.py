"""Whether two values mean the same to AWS, and in which order resources may go."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from provisioning.offline.state import Resource


def changed_inputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """The inputs that differ between two registrations."""
    return {key for key in {*old, *new} if not same(old.get(key), new.get(key))}


def drifted(inputs: Mapping[str, Any], actual: Mapping[str, Any]) -> set[str]:
    """The inputs that AWS shows otherwise. What AWS does not show, and what was not given, is not compared."""
    return {key for key, value in inputs.items() if key in actual and not covers(value, actual[key])}


def touched(path: str, changed: Collection[str], old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a change concerns `path`: an input, or with a dot one property of it."""
    key, _dot, inner = path.partition(".")
    if key not in changed or not inner:
        return key in changed
    return not same((old.get(key) or {}).get(inner), (new.get(key) or {}).get(inner))


def same(left: Any, right: Any) -> bool:
    """Whether two inputs are equal; JSON texts are compared by what they say, lists of names as sets."""
    return bool(_plain(left) == _plain(right))


def covers(wanted: Any, shown: Any) -> bool:
    """Whether everything wanted is shown; AWS may show more properties of an object than were given."""
    wanted, shown = _plain(wanted), _plain(shown)
    if isinstance(wanted, Mapping) and isinstance(shown, Mapping):
        return all(covers(value, shown.get(key)) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(shown, list):
        return len(wanted) == len(shown) and all(any(covers(w, s) for s in shown) for w in wanted)
    return bool(wanted == shown)


def overlaid(shown: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What AWS showed with what is wanted put over it; of an object, what is not wanted otherwise stays."""
    merged = dict(shown)
    for key, value in wanted.items():
        before = merged.get(key)
        both = isinstance(before, Mapping) and isinstance(value, Mapping)
        merged[key] = overlaid(before, value) if both else value  # type: ignore[arg-type]
    return merged


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in "{[" and value:
        try:
            return _plain(json.loads(value))
        except ValueError:
            return value
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = [_plain(item) for item in value]
        return sorted(items) if all(isinstance(item, str) for item in items) else items
    return value


def deletion_order(doomed: Collection[Resource]) -> list[Resource]:
    """The resources with dependants first."""
    by_urn: dict[str, list[Resource]] = {}
    for resource in doomed:
        by_urn.setdefault(resource.urn, []).append(resource)
    order: list[Resource] = []
    done: set[int] = set()

    def visit(resource: Resource) -> None:
        if id(resource) in done:
            return
        done.add(id(resource))
        for urn in sorted(resource.needs):
            for needed in by_urn.get(urn, ()):
                visit(needed)
        order.append(resource)

    for resource in doomed:
        visit(resource)
    return order[::-1]


def dependants(urn: str, among: Iterable[Resource]) -> Iterator[Resource]:
    """The resources that need `urn` themselves."""
    return (resource for resource in among if urn in resource.needs)


def all_dependants(urn: str, among: Collection[Resource]) -> list[Resource]:
    """The resources that need `urn`, directly or not."""
    found: dict[str, Resource] = {}
    waiting = [urn]
    while waiting:
        for resource in dependants(waiting.pop(), among):
            if resource.urn not in found:
                found[resource.urn] = resource
                waiting.append(resource.urn)
    return list(found.values())
