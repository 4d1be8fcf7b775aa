"""Stands in for the `pulumi` command, one seam below the SDK: its arguments, files, events and errors.

The Automation API is the real one, and so are the program's host and the monitor's protocol: `up` runs the
program over gRPC as the command does. What is made up is what only the command knows: its state, its providers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import yaml
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi import automation
from pulumi.automation.errors import create_command_error
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    events_pb2,
    events_pb2_grpc,
    language_pb2,
    language_pb2_grpc,
    resource_pb2,
    resource_pb2_grpc,
)
from semver import VersionInfo

LOCKED = (
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the "
    "lock file with `pulumi cancel`.\n  s3://hic-state-1/.pulumi/locks/organization/hic/platform/5f.json: "
    "created by secretariat@builder-1 (pid 4711) at 2026-11-02T08:30:00+09:00"
)
SECRET = "4dabf18193072939515e22adb298388d"
ANSWERS = {
    "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": "123456789012", "id": "123456789012"},
    "aws:index/getRegion:getRegion": {"name": "ap-northeast-1", "region": "ap-northeast-1"},
}
# What the providers of AWS add, where the programs read it.
SHOWN = {"aws:directoryservice/directory:Directory": {"dnsIpAddresses": ["10.0.0.5", "10.0.1.5"]}}


class FakeCli(automation.PulumiCommand):
    """Keeps stacks in memory. `fails` are stderr texts by subcommand, `drift` events of a refresh."""

    def __init__(self) -> None:
        self.command = "pulumi"
        self.version = VersionInfo.parse("3.272.0")
        self.stacks: dict[str, dict[str, Any]] = {}
        self.calls: list[tuple[list[str], dict[str, str]]] = []
        self.fails: dict[str, str] = {}
        self.says: dict[str, list[dict[str, Any]]] = {}
        self.config: dict[str, str] = {}
        self.registered: list[Any] = []

    def run(
        self, args: list[str], cwd: str, additional_env: Mapping[str, str], on_output: Any = None, on_error: Any = None
    ) -> automation.CommandResult:
        self.calls.append((list(args), dict(additional_env)))
        verb = " ".join(args[:2]) if args[0] == "stack" else args[0]
        if verb in self.fails:
            return self._failed(self.fails[verb])
        stack = args[args.index("--stack") + 1] if "--stack" in args else args[-1]
        answer = getattr(self, "_" + verb.replace(" ", "_"))(args, Path(cwd), stack)
        return automation.CommandResult(stdout=json.dumps(answer), stderr="", code=0)

    @property
    def verbs(self) -> list[str]:
        """The subcommands that were run, in order."""
        return [" ".join(args[:2]) if args[0] == "stack" else args[0] for args, _env in self.calls]

    # --- subcommands ------------------------------------------------------------------------

    def _stack_select(self, _args: list[str], _cwd: Path, stack: str) -> None:
        if stack not in self.stacks:
            self._failed(f"error: no stack named '{stack}' found")

    def _stack_init(self, args: list[str], cwd: Path, _stack: str) -> None:
        stack, provider = args[2], args[args.index("--secrets-provider") + 1]
        self.stacks[stack] = {"resources": [], "outputs": {}}
        written = {"secretsprovider": provider, "encryptedkey": "a2V5"}
        (cwd / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(written), encoding="utf-8")

    def _stack_ls(self, _args: list[str], _cwd: Path, _stack: str) -> list[Any]:
        return [
            {"name": f"organization/hic/{name}", "current": False, "resourceCount": len(known["resources"])}
            for name, known in self.stacks.items()
        ]

    def _stack_rm(self, args: list[str], cwd: Path, _stack: str) -> None:
        del self.stacks[args[-1]]
        (cwd / f"Pulumi.{args[-1]}.yaml").unlink(missing_ok=True)

    def _stack_output(self, args: list[str], _cwd: Path, stack: str) -> dict[str, Any]:
        shown = "--show-secrets" in args
        outputs = self.stacks[stack]["outputs"]
        return {k: v["value"] if isinstance(v, dict) and SECRET in v and shown else
                "[secret]" if isinstance(v, dict) and SECRET in v else v for k, v in outputs.items()}  # fmt: skip

    def _stack_export(self, _args: list[str], _cwd: Path, stack: str) -> dict[str, Any]:
        return {"version": 3, "deployment": {"resources": self.stacks[stack]["resources"]}}

    def _stack_history(self, _args: list[str], _cwd: Path, _stack: str) -> list[Any]:
        return [{"kind": "update", "startTime": "2026-11-02T00:00:00.000Z", "message": "", "environment": {},
                 "config": {}, "result": "succeeded", "endTime": "2026-11-02T00:00:01.000Z", "version": 1}]  # fmt: skip

    def _preview(self, args: list[str], cwd: Path, stack: str) -> None:
        self._run_program(args, cwd, stack, dry=True)

    def _up(self, args: list[str], cwd: Path, stack: str) -> None:
        self._run_program(args, cwd, stack, dry=False)

    def _refresh(self, args: list[str], _cwd: Path, _stack: str) -> None:
        self._tell(args, self.says.get("refresh", []))

    def _destroy(self, args: list[str], _cwd: Path, stack: str) -> None:
        known = self.stacks[stack]
        self._tell(args, [_pre("delete", item) for item in reversed(known["resources"])])
        if "--preview-only" not in args:
            known["resources"] = []

    # --- what runs the program --------------------------------------------------------------

    def _run_program(self, args: list[str], cwd: Path, stack: str, *, dry: bool) -> None:
        settings = yaml.safe_load((cwd / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))
        self.config = dict(settings["config"])
        client = next(arg for arg in args if arg.startswith("--client=")).partition("=")[2]
        monitor = Monitor(stack)
        server = grpc.server(ThreadPoolExecutor(8))
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
        engine_pb2_grpc.add_EngineServicer_to_server(monitor, server)
        address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        try:
            with grpc.insecure_channel(client) as channel:
                asked = language_pb2.RunRequest(
                    project="hic", stack=stack, monitor_address=address, args=[address], config=self.config,
                    dryRun=dry, parallel=4, organization="organization",
                )  # fmt: skip
                error = language_pb2_grpc.LanguageRuntimeStub(channel).Run(asked).error
        finally:
            server.stop(0)
        self.registered = monitor.registered
        before = {item["urn"]: item for item in self.stacks[stack]["resources"]}
        events = [_pre("same" if item["urn"] in before else "create", item) for item in monitor.registered]
        if error:
            events.append(said("error", f"<{{%fg 1%}}>{error.splitlines()[0]}<{{%reset%}}>"))
        self._tell(args, events + self.says.get(args[0], []))
        if error:
            self._failed("error: an unhandled error occurred", stdout=error)
        if not dry:
            self.stacks[stack] = {"resources": monitor.registered, "outputs": monitor.outputs}

    def _tell(self, args: list[str], events: list[dict[str, Any]]) -> None:
        target = args[args.index("--event-log") + 1].removeprefix("tcp://")
        summary = {"summaryEvent": {"maybeCorrupt": False, "durationSeconds": 1, "resourceChanges": {}}}
        numbered = [{"sequence": n, "timestamp": 1, **event} for n, event in enumerate([*events, summary])]

        def requests() -> Iterator[Any]:
            for event in numbered:
                yield events_pb2.EventRequest(event=json.dumps(event))

        with grpc.insecure_channel(target) as channel:
            events_pb2_grpc.EventsStub(channel).StreamEvents(requests())

    def _failed(self, stderr: str, stdout: str = "") -> automation.CommandResult:
        raise create_command_error(automation.CommandResult(stdout=stdout, stderr=stderr, code=255))


class Monitor(resource_pb2_grpc.ResourceMonitorServicer, engine_pb2_grpc.EngineServicer):
    """Takes every resource as it is registered and answers with its inputs and an ARN."""

    def __init__(self, stack: str) -> None:
        self._stack = stack
        self.registered: list[dict[str, Any]] = []
        self.outputs: dict[str, Any] = {}

    def GetDeploymentInfo(self, _request: Any, _context: Any) -> Any:  # noqa: N802 - the protocol's names
        features = [resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS]
        return resource_pb2.DeploymentInfo(project="hic", stack=self._stack, supportedFeatures=features)

    def SupportsFeature(self, request: Any, _context: Any) -> Any:  # noqa: N802
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id == "secrets")

    def RegisterResource(self, request: Any, _context: Any) -> Any:  # noqa: N802
        urn = f"urn:pulumi:{self._stack}::hic::{request.type}::{request.name}"
        inputs = json_format.MessageToDict(request.object)
        id = f"{request.name}-id" if request.custom else ""
        if not request.type.startswith("pulumi:"):
            self.registered.append(
                {"urn": urn, "type": request.type, "custom": request.custom, "id": id, "inputs": inputs}
            )
        shown = struct_pb2.Struct()
        json_format.ParseDict({**inputs, "arn": f"arn:aws:test:::{request.name}", **SHOWN.get(request.type, {})}, shown)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=id, object=shown)

    def RegisterResourceOutputs(self, request: Any, _context: Any) -> Any:  # noqa: N802
        if "pulumi:pulumi:Stack" in request.urn:
            self.outputs = json_format.MessageToDict(request.outputs)
        return empty_pb2.Empty()

    def Invoke(self, request: Any, _context: Any) -> Any:  # noqa: N802
        answer = resource_pb2.ResourceInvokeResponse()
        json_format.ParseDict(ANSWERS[request.tok], getattr(answer, "return"))
        return answer

    def SignalAndWaitForShutdown(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()

    def Log(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()

    def GetRootResource(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        return engine_pb2.GetRootResourceResponse()

    def SetRootResource(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        return engine_pb2.SetRootResourceResponse()

    def RequirePulumiVersion(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        return engine_pb2.RequirePulumiVersionResponse()


def _pre(op: str, item: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    provider = "urn:pulumi:s::hic::pulumi:providers:aws::default::id" if item["custom"] else ""
    told = {"op": op, "urn": item["urn"], "type": item["type"], "provider": provider, **more}
    return {"resourcePreEvent": {"metadata": told}}


def refreshed(op: str, item: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """What a refresh tells of one resource."""
    told = {"op": op, "urn": item["urn"], "type": item["type"], "provider": "p", **more}
    return {"resOutputsEvent": {"metadata": told}}


def said(severity: str, message: str) -> dict[str, Any]:
    """A message of the engine or of a provider."""
    return {"diagnosticEvent": {"severity": severity, "message": message, "color": "never"}}
