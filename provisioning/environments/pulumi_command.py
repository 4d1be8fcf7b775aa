"""The `pulumi` command with a deadline; the SDK's own waits for ever."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping

from pulumi import automation
from pulumi.automation.errors import create_command_error

from provisioning.errors import DependencyFailed
from provisioning.messages import _

Lines = Callable[[str], object]

# Seconds. A directory of AWS takes up to an hour, desktops half of one; every wait of the provider ends before.
OF_RUNS = 3 * 3600.0
OF_QUESTIONS = 300.0
# Interrupted, Pulumi waits for what is under way, so that its state knows of it.
GRACE = 900.0
RUNS = ("up", "destroy", "refresh", "preview")


class BoundedCommand(automation.PulumiCommand):
    """Runs `pulumi`. Raises DependencyFailed when it is not installed, too old, or over its deadline."""

    def __init__(self, runs: float = OF_RUNS, questions: float = OF_QUESTIONS, grace: float = GRACE) -> None:
        if shutil.which("pulumi") is None:
            raise DependencyFailed(
                _("The command 'pulumi' is not installed."),
                fix=_("Install it from https://www.pulumi.com/docs/install/, or use HIC_ENGINE=offline."),
            )
        try:
            super().__init__()
        except (automation.InvalidVersionError, subprocess.CalledProcessError, OSError) as error:
            raise DependencyFailed(
                _("The command 'pulumi' cannot be used: {reason}").format(reason=error),
                fix=_("Install version 3.272 or a later 3.x from https://www.pulumi.com/docs/install/."),
            ) from None
        self._runs, self._questions, self._grace = runs, questions, grace

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: Lines | None = None,
        on_error: Lines | None = None,
    ) -> automation.CommandResult:
        """One command, never asking. Raises CommandError when it fails, DependencyFailed at the deadline (seconds)."""
        seconds = self._runs if args and args[0] in RUNS else self._questions
        process = subprocess.Popen(
            [self.command, "--non-interactive", *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env={**os.environ, **additional_env, "PULUMI_AUTOMATION_API": "true"},
            encoding="utf-8",
            errors="replace",
        )
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self._stop(process)
            raise _too_long(args[0], seconds) from None
        except BaseException:  # a person's interrupt reached Pulumi too, which wants to note what stands
            self._stop(process)
            raise
        for text, told in ((out, on_output), (err, on_error)):
            for line in text.splitlines() if told else ():
                told(line)  # type: ignore[misc] # the condition above
        result = automation.CommandResult(stdout=out.rstrip("\n"), stderr=err.rstrip("\n"), code=process.returncode)
        if result.code:
            raise create_command_error(result)
        return result

    def _stop(self, process: subprocess.Popen[str]) -> None:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=self._grace)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _too_long(command: str, seconds: float) -> DependencyFailed:
    return DependencyFailed(
        _("'pulumi {command}' did not end within {seconds} s and was stopped.").format(
            command=command, seconds=round(seconds)
        ),
        fix=_("See in AWS's console what hangs, then repeat the command; it goes on where this one stopped."),
    )
