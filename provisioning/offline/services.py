"""The local services of one home folder: the stand-in for AWS, PostgreSQL, and a stand-in for analysis servers.

`services.json` says what runs, for every other command. The world of the local AWS ends with its
process, so the states of stacks that stood in it are set aside when a new world begins.
"""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioning.clock import SystemClock
from provisioning.errors import DependencyFailed, Refused
from provisioning.messages import _
from provisioning.offline import analysis_server, local_aws, postgres
from provisioning.offline.private_files import locked, make_private_folder, read_object, write_private
from provisioning.settings import Settings

NAMES = ("aws", "postgres", "server")
_PORTS = "ports"


@dataclass(frozen=True)
class Services:
    """What runs after a start. `started` names what did not run before; `set_aside` is the folder of
    the states that belonged to a lost world, `lost` the names of their stacks. `server` is the stand-in for analysis
    servers, if it was asked for."""

    aws: dict[str, Any]
    postgres: dict[str, Any]
    started: tuple[str, ...]
    lost: tuple[str, ...] = ()
    set_aside: Path | None = None
    server: dict[str, Any] | None = None


def start_services(settings: Settings, *, server: bool = False) -> Services:
    """Start what does not run of the services of `settings.home`, and write services.json.

    With `server` a stand-in for analysis servers too. Two starts at once wait for each other. Raises DependencyFailed
    when a service does not answer.
    """
    make_private_folder(settings.home)
    with _exclusively(settings):
        noted = read_object(settings.services_file)
        started: list[str] = []
        lost: tuple[str, ...] = ()
        aside: Path | None = None
        if _aws_runs(noted):
            aws = noted["aws"]
        else:
            lost = stacks(settings)
            aws, aside = _new_world(settings, noted)
            started.append("aws")
        if not postgres.cluster_status(_cluster(settings))["running"]:
            started.append("postgres")
        database = postgres.start_cluster(_cluster(settings))
        running = {"aws": aws, "postgres": database, _PORTS: {"aws": aws["port"]}}
        card = noted.get("server")
        # Written before the stand-in is tried: were that to fail, the others must still be found.
        _write(settings, {**running, **({"server": card} if card else {})})
        if server and not (card and analysis_server.is_alive(card)):
            card = analysis_server.start_server(_server_folder(settings))
            _write(settings, {**running, "server": card})
            started.append("server")
    return Services(aws, database, tuple(started), lost, aside, card)


def stop_services(settings: Settings) -> tuple[str, ...]:
    """Stop the services; the names of those that ran. The local AWS and all in it is then gone.

    Ask first: `check_stop`. Raises DependencyFailed when a process does not end.
    """
    if not settings.home.exists():
        return ()
    with _exclusively(settings):
        return _stop(settings)


def status(settings: Settings) -> dict[str, dict[str, Any]]:
    """Each service as services.json has it, with `running`, and `problem`: why it does not run."""
    aws = read_object(settings.services_file).get("aws")
    if aws:
        problem = local_aws.refusal(aws)
        aws = {**aws, "running": not problem, "problem": problem}
    else:
        aws = {"running": False, "problem": _("not started")}
    found = {"aws": aws, "postgres": postgres.cluster_status(_cluster(settings))}
    if card := read_object(settings.services_file).get("server"):
        alive = analysis_server.is_alive(card)
        found["server"] = {**card, "running": alive, "problem": "" if alive else _("the process is gone")}
    return found


def stacks(settings: Settings) -> tuple[str, ...]:
    """The names of the stacks that the local AWS is said to hold."""
    return tuple(path.stem for path in _states(settings))


def check_stop(settings: Settings) -> None:
    """Raise Refused when stopping would lose stacks that stand in the local AWS."""
    held = stacks(settings)
    aws = read_object(settings.services_file).get("aws")
    if held and aws and local_aws.is_alive(aws):
        raise Refused(
            _("The local AWS lives in memory; stopping it loses these stacks: {stacks}.").format(
                stacks=", ".join(held)
            ),
            fix=_("To stop it all the same: hic local stop --yes"),
        )


def belongings(settings: Settings) -> tuple[Path, ...]:
    """All that the services have left on this machine, and that `remove_all` removes."""
    home = settings.home.absolute()
    named = (settings.services_file.absolute(), home / "aws.log", home / "state")
    folders = [*postgres.cluster_folders(_cluster(settings)), *analysis_server.server_folders(_server_folder(settings))]
    return (*(path for path in named if path.exists()), *folders)


def remove_all(settings: Settings) -> tuple[Path, ...]:
    """Stop the services and remove `belongings`, which are returned. Raises DependencyFailed."""
    if not settings.home.exists():
        return ()
    with _exclusively(settings):
        _stop(settings)
        doomed = belongings(settings)
        postgres.remove_cluster(_cluster(settings))
        analysis_server.remove_server(_server_folder(settings))
        for path in doomed:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    return doomed


def _exclusively(settings: Settings) -> AbstractContextManager[None]:
    # Longer than a first start on a slow machine takes.
    return locked(settings.home / "services.lock", seconds=180)


def _cluster(settings: Settings) -> Path:
    return settings.home.absolute() / "postgres"


def _server_folder(settings: Settings) -> Path:
    return settings.home.absolute() / "server"


def _stop(settings: Settings) -> tuple[str, ...]:
    noted = read_object(settings.services_file)
    stopped: list[str] = []
    if noted.get("aws") and local_aws.stop_aws(noted["aws"]):
        stopped.append("aws")
    if postgres.stop_cluster(_cluster(settings)):
        stopped.append("postgres")
    if noted.get("server") and analysis_server.stop_server(noted["server"]):
        stopped.append("server")
    if noted:
        _write(settings, {_PORTS: noted.get(_PORTS, {})})
    return tuple(stopped)


def _aws_runs(noted: dict[str, Any]) -> bool:
    """Whether the local AWS is there. Raises DependencyFailed when it is, but does not answer."""
    card = noted.get("aws")
    if not card or not local_aws.is_alive(card):
        return False
    if problem := local_aws.refusal(card):
        raise DependencyFailed(
            _("The local AWS runs as process {pid}, but does not answer: {problem}").format(
                pid=card["pid"], problem=problem
            ),
            fix=_("Wait and try again; if it stays so: hic local stop --yes, which loses what stands in it."),
        )
    return True


def _new_world(settings: Settings, noted: dict[str, Any]) -> tuple[dict[str, Any], Path | None]:
    """Start the local AWS, set aside what belonged to an earlier one, and write it down."""
    aws = local_aws.start_aws(settings.home.absolute() / "aws.log", noted.get(_PORTS, {}).get("aws"))
    try:
        aside = _set_aside(settings) if _states(settings) else None
        # Before PostgreSQL is tried: were that to fail, this process must still be found.
        _write(settings, {**noted, "aws": aws, _PORTS: {"aws": aws["port"]}})
    except BaseException:
        local_aws.stop_aws(aws)
        raise
    return aws, aside


def _states(settings: Settings) -> Sequence[Path]:
    return sorted((settings.home / "state").glob("*.jsonl"))


def _set_aside(settings: Settings) -> Path:
    """Move the states of a lost world into a folder of their own; nothing is deleted."""
    name = f"lost-{SystemClock().now():%Y%m%dT%H%M%S}"
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    folder = next(path for each in names if not (path := settings.home.absolute() / "state" / each).exists())
    folder.mkdir(mode=0o700)
    for path in _states(settings):
        path.rename(folder / path.name)
    return folder


def _write(settings: Settings, content: dict[str, Any]) -> None:
    write_private(settings.services_file, json.dumps(content, ensure_ascii=False, indent=2))
