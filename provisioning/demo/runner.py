"""Runs `hic` commands as a person would, each in a process of its own, and tells what came of them."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

Tell = Callable[[dict[str, Any]], str]
DEADLINE = 120


class DemoFailed(Exception):
    """A command did not end as the story says it must."""


@dataclass
class Runner:
    """A terminal in which the story is told. `home` is the HIC_HOME of every command."""

    home: Path
    console: Console
    started: float = field(default_factory=time.monotonic)
    steps: int = 0

    def title(self, text: str) -> None:
        """Begin a new step of the story."""
        self.steps += 1
        seconds = time.monotonic() - self.started
        self.console.print(f"\n[bold]{self.steps}. {text}[/bold]  [dim]{seconds:.0f} s[/dim]")

    def hic(self, *arguments: object, actor: str = "", exit_code: int = 0, tell: Tell | None = None) -> dict[str, Any]:
        """Run one command, show it, and return its JSON.

        Raises DemoFailed when it ends with another exit code than `exit_code`.
        """
        words = [str(argument) for argument in arguments]
        who = ["--as", actor] if actor else []
        self.console.print(f"   $ hic {shlex.join([*who, *words])}", style="cyan", markup=False, highlight=False)
        done = subprocess.run(
            [sys.executable, "-m", "provisioning.cli", "--json", *who, *words],
            env={
                **os.environ,
                "HIC_HOME": str(self.home),
                "HIC_LANG": os.environ.get("HIC_LANG", "en"),
            },
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
        if done.returncode != exit_code:
            raise DemoFailed(
                f"hic {shlex.join(words)} ended with {done.returncode}, not {exit_code}:\n{done.stdout}{done.stderr}"
            )
        data: dict[str, Any] = json.loads(done.stdout)
        if tell:
            self.say(tell(data))
        elif "error" in data:
            self.say(f"refused: {data['error']}")
            for problem in data["problems"]:
                self.say(f"  {problem['where']}: {problem['what']} -> {problem['fix']}")
        return data

    def say(self, text: str) -> None:
        """A line about what came of it."""
        for line in text.splitlines():
            self.console.print(f"     {line}", markup=False, highlight=False)
