"""AWS read once: what it answered is kept, and only services that were since given away are asked again."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from botocore.exceptions import ClientError

from provisioning.aws.sessions import Aws

OF_ALL = "resourcegroupstaggingapi"  # shows what other services hold


class Remembering(Aws):
    """Clients that only read. `changing` are the services whose answers hold no longer, and are not kept."""

    def __init__(self, region: str, endpoint: str) -> None:
        super().__init__(region, endpoint)
        self.changing: set[str] = set()
        self._answers: dict[tuple[str, str, str], Any] = {}

    def client(self, service: str) -> Any:
        made = service in self._clients
        client = super().client(service)
        if not made:
            client._make_api_call = self._remembered(service, client._make_api_call)
        return client

    def _remembered(self, service: str, ask: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
        def call(operation: str, arguments: Any) -> Any:
            if service == OF_ALL or service in self.changing:
                return ask(operation, arguments)
            key = (service, operation, repr(arguments))
            if key not in self._answers:
                try:
                    self._answers[key] = ask(operation, arguments)
                except ClientError as error:
                    self._answers[key] = error
            answer = self._answers[key]
            if isinstance(answer, ClientError):
                raise answer
            return deepcopy(answer)

        return call
