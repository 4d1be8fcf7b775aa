"""Runs the script's steps and checks on one server: one run at a time, each call with its deadline."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager

from provisioning.environments.bootstrap.client import Connection, DeadlinePassed, Ran
from provisioning.environments.bootstrap.explain import LOCKED, StepFailed, notes, step_failed, told
from provisioning.environments.bootstrap.folders import System
from provisioning.environments.bootstrap.model import Checked, CheckGroup, Done, Facts, Plan, Step, Verdict
from provisioning.environments.bootstrap.plan import stream
from provisioning.errors import DependencyFailed, Refused
from provisioning.messages import _

FACTS_SECONDS = 30.0
# All of standard input is taken in before any of it runs: a stream that breaks off does nothing.
READ_ALL = 'eval "$(cat)"'
LOCK_WAIT = 3  # seconds in which a run that has just ended lets go
GRACE = 10.0  # the server itself ends what is late; we wait a little longer
STEP_LOCK_WAIT = 20
MOST_SKEW = 120  # seconds; AWS refuses signatures that are five minutes off
_VERDICTS = {"passed": Verdict.PASSED, "failed": Verdict.FAILED, "unjudged": Verdict.UNJUDGED}

# The whole of standard input is read before any of it runs; nothing of the plan stands in the arguments. It is read as
# UTF-8 whatever the code page, and both encodings are without the mark that Windows would put before what programs
# read. No dollar sign and no inner quote: the SSH service hands this to cmd or, as it is set, to PowerShell.
POWERSHELL = (
    "powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command "
    '"[Console]::InputEncoding = [Text.UTF8Encoding]::new(); [Console]::OutputEncoding = [Text.UTF8Encoding]::new(); '
    "Invoke-Expression ([IO.StreamReader]::new([Console]::OpenStandardInput(), [Text.UTF8Encoding]::new()).ReadToEnd())"
    '"'
)
# Only a file that somebody else holds means another run; what else goes wrong is told.
POWERSHELL_LOCK = (
    "powershell -NoProfile -NonInteractive -Command "
    "\"try {{ New-Item -ItemType Directory -Force '{locks}' -ErrorAction Stop | Out-Null; "
    "Set-Variable held ([IO.File]::Open('{locks}\\hic-run.lock', 'OpenOrCreate', 'ReadWrite', 'None')); "
    "'held'; [Console]::In.ReadToEnd() | Out-Null }} catch [IO.IOException] {{ exit 75 }}\""
)


class Server:
    """One server, reached; `locks` is the folder of its lock files, `sudo` whether to ask for root's rights."""

    def __init__(self, connection: Connection, system: System, locks: str, *, sudo: bool) -> None:
        self._connection = connection
        self._system = system
        self._locks = locks
        self._sudo = ["sudo", "-n", "--"] if sudo else []

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the server for this run; the lock ends with the connection. Raises Refused when another run has it."""
        with self._connection.opened(self._lock_command()) as channel:
            channel.settimeout(FACTS_SECONDS)
            try:
                first = channel.recv(64)
            except TimeoutError as error:
                raise DependencyFailed(
                    _("The server does not answer within {seconds} seconds.").format(seconds=int(FACTS_SECONDS)),
                    fix=_("It may still be starting. Repeat the command in a moment."),
                ) from error
            if not first.startswith(b"held"):
                err = channel.recv_stderr(65536).decode(errors="replace")
                code = channel.recv_exit_status()
                if code == LOCKED:
                    raise Refused(
                        _("Another run is at work on this server."),
                        fix=_("Wait until it ends; if it was cut off, the server lets go of it within minutes."),
                    )
                self._check_rights(Ran(code, "", err))
                raise DependencyFailed(
                    _("The server could not be locked: {reason}").format(reason=told(err, {}) or str(code)),
                    fix=_("Look at it on the server, and repeat the command."),
                )
            yield

    def facts(self, now: float) -> Facts:
        """What the machine says of itself. Raises Refused when its clock is more than two minutes off `now`."""
        ran = self._run("facts", None, FACTS_SECONDS)
        found = _lines(ran.out, "hic-facts")
        if ran.code or not found:
            self._check_rights(ran)
            raise DependencyFailed(
                _("The server does not run the script: {reason}").format(reason=told(ran.err, {}) or str(ran.code)),
                fix=_("Check that it is a server of the golden image."),
            )
        clock, memory, cpus, binaries = (*found[0], "")[:4]
        facts = Facts(int(clock), int(memory), int(cpus), binaries)
        skew = facts.clock - now
        if abs(skew) > MOST_SKEW:
            raise Refused(
                _("The clock of the server is {seconds} seconds off.").format(seconds=f"{skew:+.0f}"),
                fix=_(
                    "AWS and one-time passwords refuse a wrong clock. Mend the time service on the server "
                    "(chronyc makestep; 169.254.169.123 gives the time in a VPC), and repeat the command."
                ),
            )
        return facts

    def do(self, step: Step, plan: Plan) -> Done:
        """Bring one step about. Raises StepFailed, DeadlinePassed or ConnectionLost."""
        started = time.monotonic()
        try:
            ran = self._run(f"step {step.name}", plan.without_secrets(), step.seconds)
        except DeadlinePassed as late:
            raise self._late(step) from late
        for fields in _lines(ran.out, "hic-error"):
            detail = " ".join((*fields[1:], told(ran.err, {}))) if fields[0] in ("initdb", "no-start") else fields[-1]
            raise step_failed(step.name, fields[0], told(detail, {}))
        found = _lines(ran.out, "hic-step")
        if ran.code or not found:
            if ran.code in (124, 137) and not found:
                raise self._late(step)
            self._check_rights(ran)
            raise step_failed(step.name, "failed", told(ran.err, {}) or str(ran.code))
        outcome, detail = (*found[0], "")[:2]
        return Done(step.name, outcome == "changed", time.monotonic() - started, notes().get(detail, detail))

    def check(self, group: CheckGroup, plan: Plan) -> list[Checked]:
        """Run smoke tests; one that gives no answer has failed."""
        try:
            ran = self._run(f"check {group.name}", plan, group.seconds)
        except DeadlinePassed as late:
            return [Checked(name, Verdict.FAILED, late.message) for name in group.names]
        answers = {
            name: (verdict, notes().get(detail, detail)) for name, verdict, detail in _lines(ran.out, "hic-check")
        }
        checked = []
        for name in group.names:
            verdict, detail = answers.get(name, ("failed", told(ran.err, plan.secrets) or f"exit {ran.code}"))
            checked.append(Checked(name, _VERDICTS[verdict], told(detail, plan.secrets)))
        return checked

    def _run(self, call: str, plan: Plan | None, seconds: float) -> Ran:
        text = stream(self._system, plan, call)
        return self._connection.run(self._command(seconds), text, seconds + STEP_LOCK_WAIT + GRACE)

    def _command(self, seconds: float) -> str:
        if self._system == "windows":
            return POWERSHELL
        # A step that outlived its connection is waited for: flock keeps the lock as long as the step runs.
        lock = ["flock", "-o", "-w", str(STEP_LOCK_WAIT), "-E", str(LOCKED), f"{self._locks}/hic-step.lock"]
        return shlex.join([*self._sudo, *lock, "timeout", "-k", "5", f"{seconds:g}", "bash", "-c", READ_ALL])

    def _lock_command(self) -> str:
        if self._system == "windows":
            return POWERSHELL_LOCK.format(locks=self._locks)
        lock = ["flock", "-w", str(LOCK_WAIT), "-E", str(LOCKED), f"{self._locks}/hic-run.lock"]
        return shlex.join([*self._sudo, *lock, "sh", "-c", "echo held; exec cat"])

    def _check_rights(self, ran: Ran) -> None:
        if not self._sudo:
            return
        if "sudo:" in ran.err or (ran.code == 127 and "sudo" in ran.err):
            raise Refused(
                _("The account may not become root on the server: {reason}").format(reason=told(ran.err, {})),
                fix=_("Give the operator's account of the golden image sudo without a password, or set HIC_SSH_USER."),
            )
        if ran.code == LOCKED:
            raise Refused(
                _("A step of an earlier run is still at work on the server."),
                fix=_("Wait until it ends, then repeat the command."),
            )

    @staticmethod
    def _late(step: Step) -> StepFailed:
        text = _("The step '{step}' did not end within {seconds} seconds, and was stopped.")
        return StepFailed(
            step.name,
            "late",
            text.format(step=step.name, seconds=int(step.seconds)),
            _("The server may be overloaded or its disk slow. Look at it, and repeat the command."),
        )


def _lines(out: str, kind: str) -> list[tuple[str, ...]]:
    """The fields of every line of that kind."""
    return [tuple(line.split("\t")[1:]) for line in out.splitlines() if line.startswith(f"{kind}\t")]
