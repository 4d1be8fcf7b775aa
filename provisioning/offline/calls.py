"""boto3 calls of the offline engine: each is checked against botocore's own model before it is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

from provisioning.aws.sessions import Aws, check_loopback, error_code
from provisioning.errors import DependencyFailed
from provisioning.messages import _
from provisioning.offline.parameters import mistakes

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
    if wrong := mistakes(model, params):
        raise ParamValidationError(report="; ".join(wrong))
