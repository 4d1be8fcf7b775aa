"""What a handler would ask of AWS, held against botocore's model before anything is made.

The handler runs as ever, but against calls that answer with nothing known and send nothing. So every call that
makes or configures the resource is checked: names, types, enumerations, patterns, lengths and ranges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

from botocore.exceptions import ClientError

from provisioning.errors import Problem
from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, Made
from provisioning.offline.parameters import mistakes, type_mistakes
from provisioning.offline.state import Resource
from provisioning.offline.wire import UNKNOWN, reveal


def rehearsed(handler: Handler, calls: Calls, resource: Resource, old: Resource | None) -> list[Problem]:
    """Mistakes in what `handler` would ask to make a resource, or to change it from `old`; inputs may be unknown yet.

    Empty: AWS's model allows all that is known.
    """
    if handler.recorded:
        return []
    rehearsal = Rehearsal(calls)
    inputs = _with_unknowns(reveal(resource.inputs))
    try:
        id = resource.id
        if old is None:
            made = handler.create(rehearsal, inputs)
            id = made.id if isinstance(made, Made) else made
        handler.settle(rehearsal, id, inputs, _with_unknowns(reveal(old.inputs)) if old else None)
    except (_NotKnownYetError, ClientError):
        pass  # the rest depends on what AWS will answer; it is checked when it is asked
    return [Problem(where, what) for where, what in rehearsal.mistakes]


class Rehearsal(Calls):
    """Calls that are checked and not sent. `asked` names them."""

    def __init__(self, calls: Calls) -> None:
        self._real = calls
        self.region = calls.region
        self.mistakes: list[tuple[str, str]] = []
        self.asked: list[str] = []

    @property
    def account(self) -> str:
        """The account number."""
        return self._real.account

    def client(self, service: str) -> Any:
        """A client that sends nothing."""
        return _Client(self._real.client(service).meta, self)


class _Client:
    def __init__(self, meta: Any, rehearsal: Rehearsal) -> None:
        self._meta = meta
        self._rehearsal = rehearsal

    def __getattr__(self, method: str) -> Callable[..., Any]:
        if method in ("get_paginator", "get_waiter"):
            return lambda _name: Unknown(UNKNOWN)
        operation = self._meta.method_to_api_mapping[method]
        model = self._meta.service_model.operation_model(operation)

        def ask(**parameters: Any) -> Unknown:
            self._rehearsal.asked.append(f"{self._meta.service_model.service_name}:{operation}")
            wrong = type_mistakes(model, parameters) or mistakes(model, parameters)
            self._rehearsal.mistakes += [(operation, text) for text in wrong]
            if operation.startswith("Head"):
                raise ClientError({"Error": {"Code": "404", "Message": "nothing stands yet"}}, operation)
            return Unknown(UNKNOWN)

        return ask


class _NotKnownYetError(Exception):
    """A handler wants to reckon with a number that AWS has not told yet."""


class Unknown(str):
    """Whatever AWS will answer: a text, a list without entries, an object whose properties are unknown too."""

    __slots__ = ()

    def __getitem__(self, _key: Any) -> Self:
        return self

    def __getattr__(self, _name: str) -> Self:
        return self

    def __call__(self, *_arguments: Any, **_named: Any) -> Self:
        return self

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __bool__(self) -> bool:
        return False

    def __int__(self) -> int:
        raise _NotKnownYetError


def _with_unknowns(value: Any) -> Any:
    if isinstance(value, str):
        return Unknown(UNKNOWN) if value == UNKNOWN else value
    if isinstance(value, Mapping):
        return {key: _with_unknowns(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_unknowns(item) for item in value]
    return value
