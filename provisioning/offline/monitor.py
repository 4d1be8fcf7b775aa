"""The engine's side of the protocol: the services that the Pulumi SDK calls while a program runs.

With Pulumi's own engine they are calls over gRPC to another process; here the SDK is given the objects themselves.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, resource_pb2

from provisioning.errors import DependencyFailed, HicError
from provisioning.messages import _
from provisioning.offline.calls import Calls, explain
from provisioning.offline.deployment import Deployment
from provisioning.offline.invokes import invoke
from provisioning.offline.state import STACK_REFERENCE, Resource
from provisioning.offline.wanted import Wanted
from provisioning.offline.wire import UNKNOWN, is_secret, reveal, to_python, to_struct

PROJECT = "hic"
ROOT = "pulumi:pulumi:Stack"

StackOutputs = Callable[[str], Mapping[str, Any]]


class CallRefused(grpc.RpcError):  # type: ignore[misc] # grpc has no types
    """What the SDK takes for a call that failed; its text reaches the program."""

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        return str(self)


class Answers:
    """What data sources answered in one run, also when the program is run ahead: each is asked once."""

    def __init__(self) -> None:
        self._known: dict[str, Mapping[str, Any]] = {}
        self._lock = threading.Lock()

    def of(self, calls: Calls, token: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer. Raises what `invoke` raises."""
        asked = json.dumps([token, arguments], sort_keys=True)
        with self._lock:
            if asked not in self._known:
                self._known[asked] = invoke(calls, token, arguments)
            return self._known[asked]


class Monitor:
    """Turns requests of the SDK into calls of a `Deployment`."""

    def __init__(
        self, deployment: Deployment, calls: Calls, stack_outputs: StackOutputs, *, dry: bool, answers: Answers
    ) -> None:
        self._deployment = deployment
        self._calls = calls
        self._stack_outputs = stack_outputs
        self._dry = dry
        self._answers = answers

    def GetDeploymentInfo(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        secrets = resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS
        return resource_pb2.DeploymentInfo(
            project=PROJECT, stack=self._deployment.state.stack, dryRun=self._dry, supportedFeatures=[secrets]
        )

    def SupportsFeature(self, request: Any) -> Any:  # noqa: N802
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id == "secrets")

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        with self._errors():
            _check_options(request)
            resource = self._resource(request, request.object)
            if not request.custom:
                self._deployment.note(resource)
                return resource_pb2.RegisterResourceResponse(urn=resource.urn, object=request.object)
            result = self._deployment.register(_wanted(request, resource))
            id = "" if result.id == UNKNOWN else result.id
            return resource_pb2.RegisterResourceResponse(urn=result.urn, id=id, object=to_struct(result.outputs))

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        if f"::{ROOT}::" in request.urn:
            self._deployment.state.outputs = to_python(request.outputs)
        return empty_pb2.Empty()

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        with self._errors():
            resource = self._resource(request, request.properties, id=request.id)
            if request.type == STACK_REFERENCE:
                outputs = self._stack_outputs(request.id.rpartition("/")[2])
                secret = [key for key, value in outputs.items() if is_secret(value)]
                found = {"name": request.id, "outputs": dict(outputs), "secretOutputNames": secret}
                self._deployment.note(_reference(resource))
            else:
                found = dict(self._deployment.read(resource).outputs)
            return resource_pb2.ReadResourceResponse(urn=resource.urn, properties=to_struct(found))

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        with self._errors():
            result = self._answers.of(self._calls, request.tok, reveal(to_python(request.args)))
            answer = resource_pb2.ResourceInvokeResponse()
            getattr(answer, "return").CopyFrom(to_struct(result))
            return answer

    def SignalAndWaitForShutdown(self, request: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """An error goes to the program as text, which stops it; the deployment keeps the error itself."""
        try:
            yield
        except HicError as error:
            self._deployment.fail(error)
            raise CallRefused(str(error)) from None
        except Exception as error:
            failure = DependencyFailed(explain(error))
            self._deployment.fail(failure)
            raise CallRefused(str(failure)) from None

    def _resource(self, request: Any, properties: Any, id: str = "") -> Resource:
        custom = getattr(request, "custom", True)
        return Resource(
            urn=_urn(self._deployment.state.stack, request.parent, request.type, request.name),
            type=request.type,
            name=request.name,
            id=id,
            custom=custom,
            inputs=to_python(properties) if custom else {},
            parent=request.parent,
            dependencies=tuple(sorted(set(request.dependencies))),
            protect=getattr(request, "protect", False),
            retain=getattr(request, "retainOnDelete", False),
        )


class Engine:
    """What a program reports beside its resources: messages."""

    def __init__(self) -> None:
        self.root = ""

    def Log(self, request: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()  # messages may quote inputs; errors come through the deployment

    def SetRootResource(self, request: Any) -> Any:  # noqa: N802
        self.root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def GetRootResource(self, request: Any) -> Any:  # noqa: N802
        return engine_pb2.GetRootResourceResponse(urn=self.root)

    def RequirePulumiVersion(self, request: Any) -> Any:  # noqa: N802
        return engine_pb2.RequirePulumiVersionResponse()


def _wanted(request: Any, resource: Resource) -> Wanted:
    return Wanted(
        resource,
        ignore=frozenset(request.ignoreChanges),
        replace_on=frozenset(request.replaceOnChanges),
        delete_first=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        secret_outputs=frozenset(request.additionalSecretOutputs),
        aliases=tuple(request.aliasURNs),
    )


def _reference(resource: Resource) -> Resource:
    """A stack reference in the state: no outputs, for they may hold the other stack's secrets."""
    return Resource(resource.urn, resource.type, resource.name, id=resource.id, parent=resource.parent, external=True)


def _check_options(request: Any) -> None:
    """Options that would change what happens, and that the offline engine does not know, are refused."""
    for option in ("importId", "deletedWith", "replace_with", "transforms", "remote"):
        if getattr(request, option):
            raise HicError(
                _("The offline engine does not support the option {option} of '{name}'.").format(
                    option=option, name=request.name
                )
            )
    if request.type.startswith("pulumi:providers:"):
        raise HicError(
            _("The offline engine does not support explicit providers ('{name}').").format(name=request.name)
        )


def _urn(stack: str, parent: str, type_token: str, name: str) -> str:
    parent_type = parent.split("::")[2] if parent else ""
    prefix = f"{parent_type}$" if parent_type and parent_type != ROOT else ""
    return f"urn:pulumi:{stack}::{PROJECT}::{prefix}{type_token}::{name}"
