"""Standard output and error that can write every character: no message ends in a traceback for its letters."""

from __future__ import annotations

import codecs
import io
from collections.abc import Mapping
from typing import TextIO

ESCAPES = "hic-escapes"


def make_writable(stream: TextIO, environment: Mapping[str, str], *, windows: bool) -> None:
    """Let a stream write any text (ENV-13).

    What is piped or redirected on Windows would be in the code page of the machine, which lacks letters; it becomes
    UTF-8 there, unless `PYTHONIOENCODING` asks for another. Elsewhere the encoding is the user's choice. What it
    lacks is written as in JSON: `\\u5024`.
    """
    if not isinstance(stream, io.TextIOWrapper):
        return  # a test's or a caller's own, which takes text as it is
    if windows and not stream.isatty() and not environment.get("PYTHONIOENCODING"):
        stream.reconfigure(encoding="utf-8")
    stream.reconfigure(errors=ESCAPES)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)), error.end


codecs.register_error(ESCAPES, _escaped)
