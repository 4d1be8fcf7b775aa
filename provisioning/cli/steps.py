"""How plans and runs of an engine are shown, alike for the platform and for environments."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from provisioning.environments.engine import OnStep, Op, Outcome, StandingResource, Step
from provisioning.messages import _

SIGNS = {Op.CREATE: "+", Op.UPDATE: "~", Op.REPLACE: "±", Op.DELETE: "-", Op.SAME: " "}


@contextmanager
def step_progress(title: str) -> Iterator[OnStep]:
    """A line on standard error that tells the step at work; nothing when that is no terminal."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(pulse_style="cyan"),
        TextColumn("{task.completed:.0f}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    )
    with progress:
        task = progress.add_task(title, total=None)

        def on_step(step: Step) -> None:
            progress.update(task, advance=1, description=f"{title} {step.type} {step.name}")

        yield on_step


@contextmanager
def handler_progress(title: str) -> Iterator[Callable[[str], None]]:
    """A line on standard error that tells whose credentials are being made; nothing when that is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(pulse_style="cyan"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as progress:
        task = progress.add_task(title, total=None)

        def on_handler(handler_id: str) -> None:
            text = _("{title} credentials of {handler}").format(title=title, handler=handler_id)
            progress.update(task, description=text)

        yield on_handler


def outcome_data(outcome: Outcome) -> dict[str, Any]:
    """An outcome for `--json`."""
    return {
        "stack": outcome.stack,
        "steps": [asdict(step) for step in outcome.steps],
        "counts": {op.value: outcome.count(op) for op in Op},
        "applied": outcome.applied,
        "recorded_not_applied": outcome.recorded,
        "outputs": dict(outcome.outputs),
        "seconds": round(outcome.seconds, 3),
    }


def show_plan(console: Console, label: str, outcome: Outcome) -> None:
    """Every step of a plan that changes something, then the counts."""
    console.print(label, style="dim")
    for step in outcome.steps:
        if step.op is not Op.SAME:
            note = "  " + _("recorded, not applied") if step.recorded else ""
            changed = f"  [{', '.join(step.changed)}]" if step.changed else ""
            console.print(f"{SIGNS[step.op]} {step.type} {step.name}{changed}{note}", markup=False)
    text = _("{create} to create, {update} to update, {replace} to replace, {delete} to delete, {same} unchanged")
    console.print(text.format(**_counts(outcome)))


def show_run(console: Console, label: str, outcome: Outcome) -> None:
    """The counts of a run, and what was recorded but not applied."""
    console.print(label, style="dim")
    text = _("{create} created, {update} updated, {replace} replaced, {delete} deleted, {same} unchanged")
    console.print(text.format(**_counts(outcome)))
    if outcome.recorded:
        text = _("{applied} applied, {recorded} recorded, not applied (moto lacks them):")
        console.print(text.format(applied=outcome.applied, recorded=outcome.recorded))
        for step in outcome.steps:
            if step.recorded and step.op is not Op.DELETE:
                console.print(f"  {step.type} {step.name}", markup=False)


def resource_data(resources: list[StandingResource] | tuple[StandingResource, ...]) -> list[dict[str, Any]]:
    """Standing resources for `--json`."""
    return [asdict(resource) for resource in resources]


def drift_of(resources: list[StandingResource] | tuple[StandingResource, ...]) -> list[StandingResource]:
    """Those that AWS shows otherwise than the state."""
    return [resource for resource in resources if resource.drift]


def show_drift(console: Console, resources: list[StandingResource] | tuple[StandingResource, ...]) -> None:
    """What AWS shows otherwise than the state."""
    for resource in drift_of(resources):
        console.print(f"! {resource.type} {resource.name}: {', '.join(resource.drift)}", markup=False)


def _counts(outcome: Outcome) -> dict[str, int]:
    return {op.value: outcome.count(op) for op in Op}
