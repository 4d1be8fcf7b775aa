"""What goes to one process of a parallel run, and in which order, so that stands are shared and no core waits long.

Used by scripts/test (`--dist loadfile`); a run in one process takes the tests in the same order.
"""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from xdist.remote import Producer
from xdist.scheduler.loadfile import LoadFileScheduling

# Files that look at one stand, which the first of them builds.
TOGETHER = {
    "infra": ("builder", "changes", "documents", "rehearsals", "standing"),
    "assurance": ("command", "agreed", "network", "verify", "watching"),
}
# What takes longest comes first: begun last, it would keep one core waiting for the other.
FIRST = (
    "end_to_end/test_demo.py",
    "infra/test_builder.py",
    "assurance/test_command.py",
    "offline/test_services.py",
    "end_to_end/test_life.py",
    "end_to_end/test_environments.py",
    "environments/bootstrap/test_bootstrap.py",
    "environments/bootstrap/test_faults.py",
    "infra/test_interruptions.py",
    "infra/test_whole_lives.py",
    "cli/test_server.py",
)


def unit(file: str) -> str:
    """The files that run in the process of `file`, such as tests/infra/test_changes.py, by the name of the first."""
    path = PurePosixPath(file)
    for folder, names in TOGETHER.items():
        if path.parent.name == folder and path.stem.removeprefix("test_") in names:
            return str(path.with_name(f"test_{names[0]}.py"))
    return file


def rank(file: str) -> tuple[int, str]:
    """Where the unit of a file stands among all."""
    first = unit(file)
    place = next((number for number, name in enumerate(FIRST) if first.endswith(name)), len(FIRST))
    return place, first if place < len(FIRST) else ""


class ByStand(LoadFileScheduling):
    """Gives each process whole files, and those that share a stand to one of them, in the order of collection."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        # xdist would put the files with the fewest tests last, and the longest test is the only one of its file.
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return unit(super()._split_scope(nodeid))
