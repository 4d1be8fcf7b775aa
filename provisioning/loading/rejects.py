"""The file of rows that were not loaded: a CSV that only its owner may read, as it holds health data."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path
from threading import Lock

from provisioning.errors import DependencyFailed, Refused
from provisioning.loading.explaining import BadRow
from provisioning.messages import _

COLUMNS = ("file", "line", "column", "label", "reason", "sqlstate", "record")


class RejectFile:
    """One file for all tables of a run, mode 0600. Raises Refused when there is a file of that name already."""

    def __init__(self, path: Path, encoding: str = "UTF8") -> None:
        self.path = path
        self._lock = Lock()
        self._codec = "cp932" if encoding == "SJIS" else "utf-8"
        self._write([COLUMNS], os.O_CREAT | os.O_EXCL)

    def add(self, name: str, rows: Iterable[BadRow]) -> None:
        """Write rows of the CSV `name`, and see that they are on disk. Raises DependencyFailed."""
        self._write(
            [
                (name, row.line, row.column, row.label, row.reason, row.sqlstate, self._text(row.data))
                for row in sorted(rows, key=lambda row: row.line)
            ],
            os.O_APPEND,
        )

    def _text(self, record: bytes) -> str:
        # Bytes that are no text show as \x..; the record must be found, not be loaded from here.
        return record.rstrip(b"\r\n").decode(self._codec, "backslashreplace")

    def _write(self, rows: Iterable[tuple[object, ...]], flags: int) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        try:
            with self._lock:
                handle = os.open(self.path, os.O_WRONLY | flags, 0o600)
                with os.fdopen(handle, "wb") as stream:
                    stream.write(text.getvalue().encode("utf-8"))
                    stream.flush()
                    os.fsync(handle)
        except FileExistsError:
            raise Refused(
                _("{path} exists already.").format(path=self.path), fix=_("Give --reject-to a new name.")
            ) from None
        except OSError as error:
            raise DependencyFailed(
                _("{path} cannot be written: {error}").format(path=self.path, error=error)
            ) from error
