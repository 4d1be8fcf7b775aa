"""Parameters of AWS's calls held against botocore's model: what botocore itself would send, and AWS refuse.

botocore checks types and what is missing; its model also has enumerations, patterns, lengths and ranges.
The checks of a shape are made once: most parts of most calls have none, and cost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from botocore.validate import ParamValidator

from provisioning.offline.wire import UNKNOWN

Check = Callable[[Any, str], Iterator[str]]

_checks: dict[tuple[str, str], Check | None] = {}
Above = Mapping[str, list[Check]]


def mistakes(model: Any, parameters: Mapping[str, Any]) -> list[str]:
    """Why AWS would refuse the call of the operation `model`, though its types are right; empty when it would not.

    What a plan cannot know yet is passed over. Values of sensitive parameters are not quoted.
    """
    key = (model.service_model.service_name, model.name)
    if key not in _checks:
        _checks[key] = _made(model.input_shape, {}) if model.input_shape else None
    check = _checks[key]
    return list(check(parameters, model.name)) if check else []


def type_mistakes(model: Any, parameters: Mapping[str, Any]) -> list[str]:
    """What botocore itself finds: wrong types, what is missing, and names that the operation does not have."""
    if model.input_shape is None:
        return []
    report = _Lenient().validate(dict(parameters), model.input_shape)
    return [f"{model.name}: {line}" for line in report.generate_report().splitlines()] if report.has_errors() else []


class _Lenient(ParamValidator):
    """botocore's own validator, which lets pass what is not known yet."""

    def _validate(self, params: Any, shape: Any, errors: Any, name: str) -> None:
        # A list made of an answer that is not known yet has no entries.
        if not _unknown(params) and params != []:
            super()._validate(params, shape, errors, name)  # type: ignore[misc] # the stubs leave it out


def _made(shape: Any, above: Above) -> Check | None:
    """The check of one shape, or None where the model says nothing. One that stands inside itself comes round again."""
    if shape.name in above:
        return _later(above[shape.name])
    own: list[Check] = []
    check = _of_kind(shape, {**above, shape.name: own})
    own += [check] if check else []
    return check


def _later(own: list[Check]) -> Check:
    def check(value: Any, path: str) -> Iterator[str]:
        for each in own:
            yield from each(value, path)

    return check


def _of_kind(shape: Any, above: Above) -> Check | None:
    kind = shape.type_name
    if kind == "structure":
        return _structure({key: _made(member, above) for key, member in shape.members.items()})
    if kind == "list":
        return _both(_bounded(shape, "entries", len, (list, tuple), upwards=True), _items(_made(shape.member, above)))
    if kind == "map":
        return _both(_bounded(shape, "entries", len, (dict,), upwards=True), _entries(_made(shape.value, above)))
    if kind == "string":
        return _both(_text(shape), _bounded(shape, "characters", len, (str,)))
    if kind in ("integer", "long", "float", "double"):
        return _bounded(shape, "", lambda number: number, (int, float))
    return None


def _structure(members: Mapping[str, Check | None]) -> Check | None:
    checked = {key: check for key, check in members.items() if check}
    if not checked:
        return None

    def check(value: Any, path: str) -> Iterator[str]:
        if isinstance(value, Mapping):
            for key, item in value.items():
                if inner := checked.get(key):
                    yield from inner(item, f"{path}.{key}")

    return check


def _items(inner: Check | None) -> Check | None:
    if inner is None:
        return None

    def check(value: Any, path: str) -> Iterator[str]:
        if isinstance(value, list | tuple):
            for number, item in enumerate(value):
                yield from inner(item, f"{path}[{number}]")

    return check


def _entries(inner: Check | None) -> Check | None:
    if inner is None:
        return None

    def check(value: Any, path: str) -> Iterator[str]:
        if isinstance(value, Mapping):
            for key, item in value.items():
                yield from inner(item, f"{path}.{key}")

    return check


def _both(first: Check | None, second: Check | None) -> Check | None:
    if first is None or second is None:
        return first or second

    def check(value: Any, path: str) -> Iterator[str]:
        yield from first(value, path)
        yield from second(value, path)

    return check


def _bounded(
    shape: Any, unit: str, size: Callable[[Any], Any], kinds: tuple[type, ...], *, upwards: bool = False
) -> Check | None:
    """Lengths and ranges, where the model has them; `upwards` leaves the lower ones to botocore."""
    least, most = None if upwards else shape.metadata.get("min"), shape.metadata.get("max")
    if least is None and most is None:
        return None

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, kinds) or isinstance(value, bool) or _unknown(value):
            return
        given = size(value)
        if least is not None and given < least:
            yield f"{path}: {given} {unit}".rstrip() + f" is less than {least}"
        if most is not None and given > most:
            yield f"{path}: {given} {unit}".rstrip() + f" is more than {most}"

    return check


def _text(shape: Any) -> Check | None:
    choices = tuple(getattr(shape, "enum", None) or ())
    pattern = shape.metadata.get("pattern")
    compiled, hidden = _compiled(pattern) if pattern else None, bool(shape.metadata.get("sensitive"))
    if not choices and compiled is None:
        return None

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, str) or _unknown(value):
            return
        if choices and value not in choices:
            yield f"{path}: {value!r} is none of {', '.join(choices[:12])}"
        if compiled is not None and not compiled.search(value):
            yield f"{path}: {'it' if hidden else repr(value)} does not match {pattern}"

    return check


def _unknown(value: Any) -> bool:
    return isinstance(value, str) and UNKNOWN in value


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """The pattern for Python; None for one of Java's that Python cannot read, which says nothing here."""
    try:
        return re.compile(rf"^(?:{_JAVA.sub(_translated, pattern)})$", re.DOTALL)
    except (re.error, KeyError):
        return None


def _translated(found: re.Match[str]) -> str:
    """A set of characters, or a class that stands alone, with Java's classes as Python has them."""
    inner = re.sub(r"\\p\{(\w+)\}", lambda m: _CLASSES[m[1]], found[0])
    return f"[{inner}]" if found[0].startswith("\\p") else inner


# A set, with what is escaped in it; or one of Java's classes outside of any.
_JAVA = re.compile(r"\[(?:\\.|[^\]\\])+\]|\\p\{\w+\}")
# Unicode classes in AWS's patterns, as near as Python comes inside a character set.
_CLASSES = {"L": r"\w", "LD": r"\w", "N": r"\d", "Z": r"\s", "Punct": r"!-/:-@\[-`{-~", "Print": " -~"}
