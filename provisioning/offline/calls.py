"""boto3 calls of the offline engine: each is checked against botocore's own model before it is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

from provisioning.aws.sessions import Aws, check_loopback, error_code
from provisioning.errors import DependencyFailed
from provisioning.messages import _

_GONE = re.compile(r"NotFound|NoSuch|DoesNotExist|^404$")


class Calls:
    """The clients that handlers use. Raises DependencyFailed for an endpoint that is not on loopback."""

    def __init__(self, aws: Aws) -> None:
        if aws.endpoint is None:
            raise DependencyFailed(
                _("The offline engine never talks to real AWS."),
                fix=_("Start the local services with 'hic local start', or set HIC_ENGINE=pulumi."),
            )
        check_loopback(aws.endpoint)
        self._aws = aws
        self._clients: dict[str, Any] = {}
        self.region = aws.region

    @property
    def account(self) -> str:
        """The account number."""
        return self._aws.account

    def client(self, service: str) -> Any:
        """A client whose calls are checked against botocore's enumerations and patterns."""
        client = self._clients.get(service)
        if client is None:
            client = self._clients[service] = self._aws.client(service)
            client.meta.events.register_first(
                "before-parameter-build.*.*", _check_parameters, unique_id="hic-enumerations"
            )
        return client

    def __getattr__(self, service: str) -> Any:
        """`calls.ec2` for `calls.client("ec2")`."""
        if service.startswith("_"):
            raise AttributeError(service)
        return self.client(service)


def is_gone(error: Exception) -> bool:
    """Whether the service says that the thing does not exist."""
    return isinstance(error, ClientError) and bool(_GONE.search(error_code(error)))


def explain(error: Exception) -> str:
    """What a failed call says, in one line; calls that moto does not know are named as such."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        text = str(error)
        if status == 500 or "Not yet implemented" in text:
            return _("moto does not implement {operation}").format(operation=error.operation_name)
        return text
    if isinstance(error, ResponseParserError):
        return _("moto broke over the call, or does not implement it")
    if isinstance(error, BotoCoreError):
        return str(error)
    return f"{type(error).__name__}: {error}"


def _check_parameters(params: Mapping[str, Any], model: Any, **_more: Any) -> None:
    wrong = list(_mismatches(model.input_shape, params, model.name)) if model.input_shape else []
    if wrong:
        raise ParamValidationError(report="; ".join(wrong))


def _mismatches(shape: Any, value: Any, path: str) -> Iterator[str]:
    """Values that botocore's model does not allow, though botocore itself would send them."""
    if shape.type_name == "structure" and isinstance(value, Mapping):
        for key, item in value.items():
            if key in shape.members:
                yield from _mismatches(shape.members[key], item, f"{path}.{key}")
    elif shape.type_name == "list" and isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _mismatches(shape.member, item, f"{path}[{number}]")
    elif shape.type_name == "map" and isinstance(value, Mapping):
        for key, item in value.items():
            yield from _mismatches(shape.value, item, f"{path}.{key}")
    elif shape.type_name == "string" and isinstance(value, str):
        yield from _mistaken_text(shape, value, path)


def _mistaken_text(shape: Any, value: str, path: str) -> Iterator[str]:
    if getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{path}: {value!r} is none of {', '.join(shape.enum[:12])}"
    pattern = shape.metadata.get("pattern")
    if pattern and not shape.metadata.get("sensitive"):
        compiled = _compiled(pattern)
        if compiled is not None and not compiled.search(value):
            yield f"{path}: {value!r} does not match {pattern}"


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """The pattern for Python; None for one of Java's that Python cannot read, which says nothing here."""
    try:
        translated = re.sub(r"\\p\{(\w+)\}", lambda m: _CLASSES[m[1]], pattern)
        return re.compile(rf"^(?:{translated})$", re.DOTALL)
    except (re.error, KeyError):
        return None


# Unicode classes in AWS's patterns, as near as Python comes inside a character set.
_CLASSES = {"L": r"\w", "LD": r"\w", "N": r"\d", "Z": r"\s", "Punct": r"!-/:-@\[-`{-~", "Print": " -~"}
