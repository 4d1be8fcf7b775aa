"""The file of rows that were not loaded: a CSV that only its owner may read, as it holds health data."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from threading import Lock

from provisioning.errors import DependencyFailed, Refused
from provisioning.loading.explaining import BadRow
from provisioning.messages import _

COLUMNS = ("file", "line", "column", "label", "reason", "sqlstate", "record")
_ASIDE = ".part"


class RejectFile:
    """One file for all tables of a run, made when the first row is left out.

    The rows of a table lie in a file of their own beside it until the table is committed: `write`, then the commit,
    then `add`. So the file holds the rows of tables that stand, and no others; of a run that is killed in between
    stays the file beside it. Mode 0600, but on Windows, where the folder decides who may read.
    """

    def __init__(self, path: Path, encoding: str = "UTF8") -> None:
        self.path = path.absolute()
        self._lock = Lock()
        self._codec = "cp932" if encoding == "SJIS" else "utf-8"
        self._begun = False

    def check(self) -> None:
        """Raise Refused when there is a file of that name already, DependencyFailed when its folder is not."""
        if self.path.exists() and not self._begun:
            raise Refused(_("{path} exists already.").format(path=self.path), fix=_("Give --reject-to a new name."))
        if not self.path.parent.is_dir():
            raise self._failure(FileNotFoundError(_("there is no such folder")))

    def left_behind(self) -> list[Path]:
        """What runs that were killed left beside the file: rows of a table that may stand."""
        return sorted(self.path.parent.glob(f"{self.path.name}.*{_ASIDE}"))

    def write(self, name: str, rows: Iterable[BadRow]) -> Path:
        """Write rows of the CSV `name` aside, and see that they are on disk. Raises DependencyFailed."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in sorted(rows, key=lambda row: row.line):
            told = self._text(row.data)
            writer.writerow((name, row.line, row.column, row.label, row.reason, row.sqlstate, told))
        try:
            handle, aside = tempfile.mkstemp(_ASIDE, f"{self.path.name}.", self.path.parent)
        except OSError as error:
            raise self._failure(error) from error
        try:
            with os.fdopen(handle, "wb") as stream:
                _store(stream.fileno(), text.getvalue().encode("utf-8"))
        except BaseException as error:
            Path(aside).unlink()
            if isinstance(error, OSError):
                raise self._failure(error) from error
            raise
        return Path(aside)

    def drop(self, aside: Path) -> None:
        """Remove the rows of a table that was not committed."""
        aside.unlink(missing_ok=True)

    def add(self, aside: Path) -> None:
        """Put the rows of a table that was committed into the file. Raises DependencyFailed, which says where they are.

        A file that somebody else made meanwhile is not touched.
        """
        with self._lock:
            try:
                if self._begun:
                    rows = aside.read_bytes().partition(b"\n")[2]
                    binary = getattr(os, "O_BINARY", 0)  # on Windows newlines would be rewritten without it
                    handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | binary)
                    with os.fdopen(handle, "ab") as stream:
                        _store(stream.fileno(), rows)
                    aside.unlink()
                else:
                    self.check()
                    aside.rename(self.path)
                    self._begun = True
            except (OSError, Refused) as error:
                raise DependencyFailed(
                    _("The table stands, but {path} cannot be written: {error}").format(path=self.path, error=error),
                    fix=_("The rows that were left out are in {aside}; keep them here.").format(aside=aside),
                ) from error

    def _text(self, record: bytes) -> str:
        # Bytes that are no text show as \x..; the record must be found, not be loaded from here.
        return record.rstrip(b"\r\n").decode(self._codec, "backslashreplace")

    def _failure(self, error: OSError) -> DependencyFailed:
        return DependencyFailed(
            _("{path} cannot be written: {error}").format(path=self.path, error=error.strerror or error),
            fix=_("Make room there, or give --reject-to another place, and repeat the command."),
        )


def _store(handle: int, data: bytes) -> None:
    """Write all, and see that it is on disk."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
    os.fsync(handle)
