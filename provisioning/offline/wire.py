"""Values as the Pulumi SDK sends them: protobuf structs, secrets and unknowns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from google.protobuf import struct_pb2

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the marker of a secret, not one
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def to_python(struct: Any) -> dict[str, Any]:
    """A struct as a dict. Numbers without a fraction become int; null properties are left out."""
    return {key: _value(value) for key, value in struct.fields.items() if value.WhichOneof("kind") != "null_value"}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return to_python(value.struct_value)
    if kind == "list_value":
        return [_value(item) for item in value.list_value.values]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    return None if kind in (None, "null_value") else getattr(value, kind)


def to_struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """A dict as a struct."""
    struct = struct_pb2.Struct()
    struct.update(dict(values))
    return struct


def secret(value: Any) -> dict[str, Any]:
    """The value, marked as secret; marking twice changes nothing."""
    return value if is_secret(value) else {SIGNATURE: SECRET, "value": value}


def is_secret(value: Any) -> bool:
    """Whether the value carries the mark of a secret."""
    return isinstance(value, Mapping) and value.get(SIGNATURE) == SECRET


def is_special(value: Any) -> bool:
    """Whether the value is an asset, an archive or a resource reference, which the offline engine does not take."""
    return isinstance(value, Mapping) and SIGNATURE in value and not is_secret(value)


def reveal(value: Any) -> Any:
    """The value without marks of secrets, at any depth."""
    if is_secret(value):
        return reveal(value["value"])
    if isinstance(value, Mapping):
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [reveal(item) for item in value]
    return value


def walk(value: Any) -> Iterator[Any]:
    """The value and everything inside it."""
    yield value
    if isinstance(value, Mapping):
        for item in value.values():
            yield from walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from walk(item)


def has_unknown(value: Any) -> bool:
    """Whether a plan cannot know all of the value yet."""
    return any(part == UNKNOWN for part in walk(value) if isinstance(part, str))


def has_secret(value: Any) -> bool:
    """Whether a secret stands anywhere in the value."""
    return any(is_secret(part) for part in walk(value))


def secret_texts(value: Any) -> set[str]:
    """Every string that must not be shown."""
    found: set[str] = set()
    for part in walk(value):
        if is_secret(part):
            found |= {text for text in walk(reveal(part)) if isinstance(text, str) and text and text != UNKNOWN}
    return found
