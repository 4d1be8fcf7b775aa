"""What the script's words mean: titles of steps and checks, and errors with the way out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from provisioning.environments.bootstrap.model import Value
from provisioning.errors import DependencyFailed
from provisioning.messages import _

FULL = re.compile(r"No space left on device|Disk quota exceeded|File too large|not enough space on the disk")
LOCKED = 75  # the exit code that flock is told to give
_VERIFIER = re.compile(r"SCRAM-SHA-256\$\S+")
_SHOWN = 600  # characters of what a server said


class StepFailed(DependencyFailed):
    """A step ended with an error; `step` and `code` name it for the record."""

    def __init__(self, step: str, code: str, message: str, fix: str) -> None:
        super().__init__(message, fix=fix)
        self.step = step
        self.code = code


def step_titles() -> dict[str, str]:
    """What each step makes."""
    return {
        "packages": _("packages of the image"),
        "volume": _("data disk mounted"),
        "cluster": _("PostgreSQL's data and certificate"),
        "server": _("PostgreSQL tuned and running"),
        "roles": _("database roles"),
        "manual": _("surroundings of the manual"),
        "analysis": _("R and RStudio"),
        "hic": _("hic and its configuration"),
        "desktop": _("first steps on the desktop"),
    }


def check_titles() -> dict[str, str]:
    """What each check shows."""
    return {
        "versions": _("PostgreSQL, R and hic run"),
        "tls": _("the database speaks TLS and nothing else"),
        "logins": _("every role logs in, no wrong password does"),
        "database": _("a table by DDL, filled by COPY"),
        "r": _("R reads that table"),
        "storage": _("S3 lists the own buckets"),
        "others": _("S3 refuses other buckets"),
        "internet": _("the internet is not reached"),
        "names": _("public names are not answered"),
    }


def notes() -> dict[str, str]:
    """What the script tells beside an outcome, by its code."""
    return {
        "no-rstudio": _("no RStudio in this image"),
        "no-hic": _("the account cannot run hic here"),
        "no-policies": _("the stand-in for AWS judges no policy"),
        "own-network": _("the stand-in has the network of this machine, not that of the VPC"),
    }


def step_failed(step: str, code: str, detail: str) -> StepFailed:
    """The error for what the script said; codes are those of scripts/bootstrap."""
    if FULL.search(detail):
        code = "disk-full"
    what, fix = _explanations(detail).get(
        code, (detail, _("Look at the server, mend what it names, and repeat the command: what was done stands."))
    )
    text = _("The step '{step}' failed on the server: {what}").format(step=step, what=what)
    return StepFailed(step, code, text, fix)


def _explanations(detail: str) -> Mapping[str, tuple[str, str]]:
    return {
        "missing-packages": (
            _("the image lacks {packages}").format(packages=detail),
            _("There is no internet in the VPC: put them into the golden image, and build from that."),
        ),
        "disk-full": (
            _("the disk is full ({detail})").format(detail=detail),
            _("Make room on the data disk or order more (環境拡張), and repeat the command."),
        ),
        "no-volume": (
            _("the data disk {volume} is not attached").format(volume=detail),
            _("Compare with AWS (hic env status APPROVAL --refresh), mend it with hic env up, and repeat."),
        ),
        "volume-in-use": (
            _("the disk holds something that is not ours ({detail}), and is left as it is").format(detail=detail),
            _("Look at it; only a disk without any signature is formatted."),
        ),
        "other-version": (
            _("the data were made by PostgreSQL {version}, which this image does not run").format(version=detail),
            _("Use an image with that version, or move the data with pg_upgrade."),
        ),
        "no-start": (
            _("PostgreSQL does not start: {detail}").format(detail=detail),
            _("Mend what it names and repeat the command; its log is beside the data."),
        ),
        "initdb": (
            _("PostgreSQL's data folder could not be made: {detail}").format(detail=detail),
            _("Mend what it names and repeat the command; nothing half-made is kept."),
        ),
        "hic-broken": (
            _("hic does not run with {python}").format(python=detail),
            _("Put hic into the golden image, with all that it needs."),
        ),
        "not-settled": (
            _("it was done, but is still not as wanted"),
            _("Somebody may be changing the server at the same time. Repeat the command."),
        ),
    }


def told(text: str, secrets: Mapping[str, Value]) -> str:
    """The end of what a server said, without anything that must not be seen."""
    for value in secrets.values():
        for secret in (value,) if isinstance(value, str) else value:
            text = text.replace(secret, "***")
    lines = [line for line in _VERIFIER.sub("***", text).splitlines() if line.strip()]
    return " / ".join(lines[-3:])[-_SHOWN:]
