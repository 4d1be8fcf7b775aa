"""The note that tells invented data from real: `synthetic.json` beside what `hic data synth` wrote.

Both kinds have the same names and the same shape, so nothing but the note can tell them apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from provisioning.errors import DependencyFailed, Problem, Refused
from provisioning.messages import _

NOTE = "synthetic.json"
_MAKER = "hic data synth"


class InventedFolder:
    """A folder of synthetic files: which there are, and how many bytes each has; None while it is being made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = _read(folder / NOTE)

    def check_free(self, names: Iterable[str]) -> None:
        """Raise Refused when one of these files, or any other data set's CSV, stands here that was not made here.

        A file of another size than was noted counts as somebody's work.
        """
        data = {path.name for kind in ("TRIAL_*.csv", "PANEL_*.csv") for path in self._folder.glob(kind)}
        strangers = sorted(name for name in data | set(names) if self._is_strange(name))
        if strangers:
            raise Refused(
                _("{folder} holds files that hic data synth did not make, or that were changed since.").format(
                    folder=self._folder
                ),
                fix=_("Choose another folder for synthetic data: it must not stand among real data."),
                problems=[Problem("", name) for name in strangers],
            )

    def _is_strange(self, name: str) -> bool:
        path = self._folder / name
        if not path.exists():
            return False
        return name not in self._files or self._files[name] not in (None, path.stat().st_size)

    def note(self, name: str, size: int | None) -> None:
        """Note a file that was made, or with None one that will be: an interrupted run may be repeated."""
        self._files[name] = size
        path = self._folder / NOTE
        unfinished = path.with_name(f".{NOTE}.part")
        text = json.dumps({"made_by": _MAKER, "files": dict(sorted(self._files.items()))}, indent=2)
        try:
            unfinished.write_text(text + "\n", encoding="utf-8")
            unfinished.replace(path)
        except OSError as error:
            raise DependencyFailed(_("{path} cannot be written: {error}").format(path=path, error=error)) from error


def check_not_invented(folder: Path) -> None:
    """Raise Refused for a folder of synthetic files, among which fetched ones would not be known any more."""
    if (folder / NOTE).exists():
        raise Refused(
            _("{folder} holds synthetic data (see {note}).").format(folder=folder, note=NOTE),
            fix=_("Fetch into another folder, or delete that one first."),
        )


def _read(path: Path) -> dict[str, int | None]:
    """The files of a note; none if there is no note, or one that cannot be read: then all files count as others'."""
    try:
        files = json.loads(path.read_text(encoding="utf-8"))["files"]
        return {str(name): None if size is None else int(size) for name, size in files.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}
