"""What an operator sets for the programs: one YAML file, named by HIC_PROGRAM, whose keys are those of the stacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from provisioning.approvals.model import Email
from provisioning.environments.engine import Engine, OnStep, Outcome, StackRequest, StandingResource
from provisioning.errors import BadInput
from provisioning.lined_yaml import parse_lined, read_text
from provisioning.messages import _

VARIABLE = "HIC_PROGRAM"
Positive = Annotated[int, Field(ge=1)]
Image = Annotated[str, StringConstraints(pattern=r"^ami-[0-9a-f]{8,17}$")]
Organisation = Annotated[str, StringConstraints(pattern=r"^o-[a-z0-9]{10,32}$")]
Bundle = Annotated[str, StringConstraints(pattern=r"^wsb-[0-9a-z]{8,63}$")]


class ProgramSettings(BaseModel):
    """What may be set; what is left out has the default of `infra/settings.py`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    operatorEmail: Email | None = None  # noqa: N815 - the names of the stacks' settings
    platformMonthlyYen: Positive | None = None  # noqa: N815
    yenPerDollar: Positive | None = None  # noqa: N815
    auditDays: Positive | None = None  # noqa: N815
    logDays: Positive | None = None  # noqa: N815
    organisationId: Organisation | None = None  # noqa: N815
    imageWindows: Image | None = None  # noqa: N815
    imageUbuntu: Image | None = None  # noqa: N815
    workspacesBundle: Bundle | None = None  # noqa: N815

    def config(self) -> dict[str, str]:
        """The settings that are given, as a stack takes them."""
        return {key: str(value) for key, value in self.model_dump(exclude_none=True).items()}


def read_program_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The settings of the file that HIC_PROGRAM names; none without it. Raises BadInput with every mistake."""
    if not (named := environment.get(VARIABLE)):
        return {}
    path = Path(named).expanduser()
    empty = BadInput(
        _("{path} holds no settings.").format(path=path), fix=_("Write lines such as: operatorEmail: a@example.jp")
    )
    return parse_lined(read_text(path), path.name, ProgramSettings, empty).config()


class ConfiguredEngine:
    """An engine whose stacks take the operator's settings; what a request says itself counts more."""

    def __init__(self, engine: Engine, config: Mapping[str, str]) -> None:
        self._engine = engine
        self._config = config
        self.label = engine.label

    def plan(self, request: StackRequest) -> Outcome:
        """What `up` would do; nothing is changed."""
        return self._engine.plan(self._with(request))

    def up(self, request: StackRequest, on_step: OnStep | None = None) -> Outcome:
        """Make the stack real."""
        return self._engine.up(self._with(request), on_step)

    def check_free(self, stack: str) -> None:
        """Raise Conflict while another run changes the stack."""
        self._engine.check_free(stack)

    def plan_destroy(self, stack: str) -> Outcome:
        """What `destroy` would delete; nothing is changed."""
        return self._engine.plan_destroy(stack)

    def destroy(self, stack: str, on_step: OnStep | None = None) -> Outcome:
        """Delete everything of the stack."""
        return self._engine.destroy(stack, on_step)

    def outputs(self, stack: str) -> dict[str, Any] | None:
        """The stack's outputs, or None when it does not stand."""
        return self._engine.outputs(stack)

    def resources(self, stack: str, refresh: bool = False) -> list[StandingResource]:
        """What stands."""
        return self._engine.resources(stack, refresh)

    def _with(self, request: StackRequest) -> StackRequest:
        return replace(request, config={**self._config, **request.config})
