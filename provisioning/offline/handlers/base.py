"""What a handler of one resource type does: make, configure, read, delete - the part of AWS's provider."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from provisioning.offline.calls import Calls, is_gone

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Made:
    """What a call made, where AWS's answer shows all of it already, so that it need not be read back."""

    id: str
    shown: Mapping[str, Any]


class Handler(ABC):
    """One resource type. Property names are Pulumi's, in camel case; secrets come revealed.

    Any exception of boto3 ends the step; the engine names the resource.
    """

    type: ClassVar[str]
    replace: ClassVar[frozenset[str]] = frozenset()  # inputs whose change makes another resource
    named_by: ClassVar[str] = ""  # the input that names it in AWS, made up from the logical name when left out
    recorded: ClassVar[bool] = False  # see RecordedHandler
    unapplied: ClassVar[frozenset[str]] = frozenset()  # inputs that moto cannot hold

    @abstractmethod
    def create(self, calls: Calls, inputs: Values) -> str | Made:
        """Make it; its id as the real provider would give it."""

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:  # noqa: B027 - most need none
        """Set what `create` cannot (`old` None), or what an update changes. May be repeated."""

    @abstractmethod
    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        """The properties that AWS shows now, or None when it is gone."""

    @abstractmethod
    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        """Delete it; one that is gone already is no error."""

    def find(self, calls: Calls, inputs: Values) -> str | None:
        """The id of one made with these inputs by a run that was cut off, or None."""
        return None


class RecordedHandler(Handler):
    """A type that moto cannot hold: only its id is made; what the state says is all there is."""

    recorded = True

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        """What was recorded."""
        return dict(inputs)

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        """Nothing stands anywhere."""


class Registry:
    """The handlers by type."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    def add(self, cls: type[Handler]) -> type[Handler]:
        """Class decorator that puts a handler in."""
        self._handlers[cls.type] = cls()
        return cls

    def get(self, type_token: str) -> Handler | None:
        """The handler, or None."""
        return self._handlers.get(type_token)

    def __iter__(self) -> Iterator[Handler]:
        return iter(self._handlers.values())


REGISTRY = Registry()
handler = REGISTRY.add


@contextmanager
def unless_gone() -> Iterator[None]:
    """Let a deletion pass when the thing does not exist any more."""
    try:
        yield
    except ClientError as error:
        if not is_gone(error):
            raise


def tag_list(tags: Values | None) -> list[dict[str, str]]:
    """Tags as most services take them."""
    return [{"Key": key, "Value": value} for key, value in sorted((tags or {}).items())]


def tag_dict(tags: Iterable[Values] | None) -> dict[str, str]:
    """Tags as programs write them, without AWS's own."""
    return {tag["Key"]: tag["Value"] for tag in tags or () if not tag["Key"].startswith("aws:")}


def present(**values: Any) -> dict[str, Any]:
    """Call arguments without those that are not given."""
    return {key: value for key, value in values.items() if value is not None}
