"""What a run of `hic` is told by its surroundings: home folder, region, engine, services."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from provisioning.errors import BadInput, DependencyFailed
from provisioning.messages import _

Engine = Literal["offline", "pulumi"]
ENGINES: tuple[str, ...] = get_args(Engine)
DEFAULT_REGION = "ap-northeast-1"
SERVICES_FILE = "services.json"


@dataclass(frozen=True)
class Settings:
    """Where things are. `home` holds everything that a run leaves on this machine."""

    home: Path
    region: str = DEFAULT_REGION
    engine: Engine = "offline"

    @property
    def services_file(self) -> Path:
        """What `hic local start` wrote about the running services."""
        return self.home / SERVICES_FILE

    def service(self, name: str) -> dict[str, Any]:
        """The running local service `aws` or `postgres`.

        Raises DependencyFailed when `hic local start` was not run for this home.
        """
        if self.services_file.exists():
            found = json.loads(self.services_file.read_text(encoding="utf-8"))
            if name in found:
                return cast(dict[str, Any], found[name])
        raise DependencyFailed(
            _("The local services of {home} are not running.").format(home=self.home),
            fix=_("Start them with: hic local start"),
        )


def default_home(environment: Mapping[str, str]) -> Path:
    """`HIC_HOME`, or the user's data folder."""
    if chosen := environment.get("HIC_HOME"):
        return Path(chosen).expanduser().resolve()
    base = environment.get("XDG_DATA_HOME") or str(Path(environment.get("HOME") or "~") / ".local" / "share")
    return Path(base).expanduser() / "hic"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from `HIC_HOME`, `HIC_ENGINE`, `AWS_REGION`. Raises BadInput for an unknown engine."""
    engine = environment.get("HIC_ENGINE", "offline")
    if engine not in ENGINES:
        raise BadInput(
            _("HIC_ENGINE is '{engine}'.").format(engine=engine),
            fix=_("Set it to 'offline' (local stand-in for AWS) or 'pulumi' (real AWS)."),
        )
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or DEFAULT_REGION
    return Settings(home=default_home(environment), region=region, engine=cast(Engine, engine))
