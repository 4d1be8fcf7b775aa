"""What the check says of a server that can reach what it must not: the stand-in cannot judge these, so the script
itself is asked, with answers of networks and buckets put in front of it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.environments.bootstrap.test_plan import SCRIPTS

# Stands for the network: who is reached, and what a name is answered with.
NETWORK = """
timeout() {
    if [[ "$2" == getent ]]; then printf '%s' "$ANSWERED"; return; fi
    [[ " $REACHED " == *" ${!#} "* ]]
}
"""


def said(tmp_path: Path, prelude: str, check: str, **values: str) -> dict[str, tuple[str, str]]:
    """Verdict and detail of each check that the script printed."""
    text = (SCRIPTS / "ubuntu.sh").read_text(encoding="utf-8") + prelude + f"hic_check {check}\n"
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **values}
    done = subprocess.run(["bash"], input=text, capture_output=True, text=True, check=True, env=environment)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return {name: (verdict, detail) for _kind, name, verdict, detail in lines}


@pytest.mark.parametrize(
    ("reached", "answered", "internet", "names"),
    [
        ("", "", "passed", "passed"),
        ("192.0.2.2", "", "failed", "passed"),
        ("", "198.51.100.7 example.org\n", "passed", "failed"),
    ],
)
def test_the_internet_is_refused(tmp_path: Path, reached: str, answered: str, internet: str, names: str) -> None:
    values = "HIC_STAND_IN=no HIC_OUTSIDE=(192.0.2.1 192.0.2.2) HIC_OUTSIDE_NAME=example.org\n"
    found = said(tmp_path, NETWORK + values, "internet", REACHED=reached, ANSWERED=answered)
    assert (found["internet"][0], found["names"][0]) == (internet, names)
    assert reached in found["internet"][1]
    assert answered.partition(" ")[0] in found["names"][1]


@pytest.mark.parametrize(
    ("answers", "storage", "others"),
    [
        ("own\\t3 objects\\nother\\tdenied\\n", "passed", "passed"),
        ("own\\t3 objects\\nother\\t0 objects\\n", "passed", "failed"),
        ("own\\tdenied\\nother\\tdenied\\n", "failed", "passed"),
        ("own\\t3 objects\\n", "passed", "failed"),  # not asked is not refused
        ("", "failed", "failed"),
    ],
)
def test_the_bucket_of_another_approval_is_refused(tmp_path: Path, answers: str, storage: str, others: str) -> None:
    probe = tmp_path / "probe"
    probe.write_text(f"#!/bin/sh\nprintf '{answers}'\n", encoding="utf-8")
    probe.chmod(0o755)
    (tmp_path / "hic.environment").write_text("", encoding="utf-8")
    values = (
        f"HIC_STAND_IN=no HIC_PYTHON={probe} HIC_CONFIG={tmp_path} HIC_OWN_BUCKETS=(own) HIC_OTHER_BUCKETS=(other)\n"
    )
    found = said(tmp_path, "\n" + values, "storage")
    assert (found["storage"][0], found["others"][0]) == (storage, others)
