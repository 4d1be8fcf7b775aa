"""A CSV stream cut into pieces that COPY can take one by one, on several connections.

A newline ends a record exactly if an even number of quotes stand before it: PostgreSQL's rule for
QUOTE = ESCAPE = `"`. Counting bytes decides it, so that the cut costs next to nothing. Every piece starts
with a record, and is checked for what COPY would pass over in silence.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Iterable
from dataclasses import dataclass

import numpy as np

from provisioning.datasets.csv_records import BOM, Mistake, other_kind
from provisioning.messages import _

PIECE = 4 << 20  # 8 MiB are slower by a tenth: two of them no longer fit the processor's caches
LONGEST_RECORD = 64 << 20
_STRIDE = 256 << 10  # bytes compared at once: the answers stay in the processor's cache
_NEWLINE = ord("\n")
_END_OF_DATA = re.compile(rb"(?:\A|(?<=\n))\\\.\r?(?=\n|\Z)")


@dataclass(frozen=True)
class Piece:
    """Whole records. `line` is the physical line of the file on which the first one starts, from 1."""

    data: bytes
    line: int
    records: int


class Splitter:
    """Cuts a stream of blocks; afterwards `sha256`, `bytes` and `records` tell what came.

    A byte order mark at the start of a UTF-8 file is no part of the pieces, since COPY would store it in the
    first value; `bom` tells that there was one, `sha256` and `bytes` include it.

    `mistakes` hold what must not be loaded: a byte order mark where another encoding was named, a file that is
    no CSV, a line `\\.` alone (the end of the data before PostgreSQL 18), a quote that is never closed, a record
    of more than 64 MiB, line ends of two kinds. The stream ends at the first one.
    """

    def __init__(self, size: int = PIECE, longest: int = LONGEST_RECORD, utf8: bool = True) -> None:
        self.bytes = 0
        self.records = 0
        self.bom = False
        self.mistakes: list[Mistake] = []
        self._size = size
        self._longest = longest
        self._utf8 = utf8
        self._digest = hashlib.sha256()
        self._line = 1
        self._crlf: bool | None = None

    @property
    def sha256(self) -> str:
        """The hash of all bytes that came, in hexadecimal."""
        return self._digest.hexdigest()

    def pieces(self, blocks: Iterable[bytes]) -> Generator[Piece]:
        """The stream as pieces of about the wished size; longer ones where a record is longer."""
        held: list[bytes] = []
        size, wanted, inside = 0, self._size, False
        for block in self._received(blocks):
            size += len(block)
            # One copy of the bytes is enough: the cut is looked for in the last block before they are joined.
            cut = last_record_end(block, inside) if size >= wanted else 0
            inside ^= _odd_quotes(block)
            if size < wanted:
                held.append(block)
                continue
            data = b"".join([*held, block[:cut] if cut else block])
            rest = block[cut:] if cut else b""
            if not cut and (cut := last_record_end(data)):
                data, rest = data[:cut], data[cut:]
            if self._strange_start(data):
                return
            if cut:
                yield from self._checked(data)
            held, size = [rest if cut else data], len(rest if cut else data)
            if size > self._longest and not self._old_line_ends(unquoted(held[0])):
                text = _("a record of more than {size} MiB; a quote may be missing")
                self._mistake(self._line, text.format(size=self._longest >> 20))
            if self.mistakes:
                return
            wanted = max(self._size, 2 * size)
        data = b"".join(held)
        if self._strange_start(data):
            return
        if _odd_quotes(data):
            opened = self._line + data.count(b"\n", 0, last_record_end(data))
            self._mistake(opened, _("a quoted value is not closed before the end of the file"))
        elif data:
            yield from self._checked(data)

    def _received(self, blocks: Iterable[bytes]) -> Generator[bytes]:
        """The blocks, hashed and measured as they come, but for a byte order mark."""
        start: bytes | None = b""  # what came until it can be told; then None
        for block in blocks:
            self._digest.update(block)
            self.bytes += len(block)
            if start is None:
                yield block
                continue
            start += block
            if len(start) >= len(BOM):
                self.bom = self._utf8 and start.startswith(BOM)
                yield start[len(BOM) :] if self.bom else start
                start = None
        if start:
            yield start

    def _checked(self, data: bytes) -> Generator[Piece]:
        outside = unquoted(data)
        if b"\\" in outside and (found := _END_OF_DATA.search(outside)):
            line = self._line + _lines_before(data, outside, found.start())
            self._mistake(line, _("the line \\. alone, which PostgreSQL before 18 takes for the end of the data"))
            return
        if not self._same_line_ends(outside):
            return
        newlines = count_newlines(outside)
        records = newlines + (not outside.endswith(b"\n"))
        piece = Piece(data, self._line, records)
        self.records += records
        self._line += newlines if outside is data else count_newlines(data)
        yield piece

    def _same_line_ends(self, outside: bytes) -> bool:
        """Whether the piece ends its lines as the file does; inside a piece PostgreSQL looks itself."""
        end = outside.find(b"\n")
        if end < 0 and self._crlf is not None and outside.endswith(b"\r"):
            self._mistake(self._line, _("line ends of two kinds: the last one is CR alone"))
            return False
        if end < 0:
            return not self._old_line_ends(outside)
        crlf = outside[:end].endswith(b"\r")
        if self._crlf is None:
            self._crlf = crlf
        elif self._crlf != crlf:
            self._mistake(self._line, _("line ends of two kinds: LF and CR LF"))
            return False
        return True

    def _old_line_ends(self, outside: bytes) -> bool:
        """Whether lines end with CR alone, which PostgreSQL would take; but they are not counted as records here."""
        if b"\n" in outside or b"\r" not in outside[:-1]:
            return False
        self._mistake(self._line, _("line ends that are CR alone"), _("save it with the line ends LF or CR LF"))
        return True

    def _strange_start(self, data: bytes) -> bool:
        if self._line > 1:
            return False
        if data.startswith(BOM) and self._utf8:
            self._mistake(1, _("the file starts with two byte order marks"), _("save it as UTF-8 without BOM"))
            return True
        if data.startswith(BOM):
            what = _("the file starts with the byte order mark of UTF-8")
            self._mistake(1, what, _("leave out --encoding cp932"))
            return True
        if (strange := other_kind(data)) is not None:
            self.mistakes.append(strange)
            return True
        return False

    def _mistake(self, line: int, what: str, fix: str = "") -> None:
        self.mistakes.append(Mistake(line, what, fix))


def last_record_end(data: bytes, inside: bool = False) -> int:
    """The offset behind the last newline that ends a record; 0 without one.

    `inside` tells whether `data` starts between quotes; else it starts with a record, or outside of quotes.
    """
    end = len(data)
    inside ^= _odd_quotes(data)
    while True:
        quote = data.rfind(b'"', 0, end)
        if not inside:
            newline = data.rfind(b"\n", quote + 1, end)
            if newline >= 0:
                return newline + 1
        if quote < 0:
            return 0
        end, inside = quote, not inside


def _odd_quotes(data: bytes) -> bool:
    # Looking for a single byte costs a tenth of counting it, and most claims files have no quotes.
    return b'"' in data and bool(data.count(b'"') & 1)


def count_newlines(data: bytes) -> int:
    """How many newlines there are; four times as fast as `bytes.count`, which stops at each."""
    every = np.frombuffer(data, dtype=np.uint8)
    parts = (every[start : start + _STRIDE] for start in range(0, len(every), _STRIDE))
    return sum(int(np.count_nonzero(part == _NEWLINE)) for part in parts)


def unquoted(data: bytes) -> bytes:
    """The bytes without what stands between quotes; the quotes stay, one of each pair."""
    if b'"' not in data:
        return data
    return b'"'.join(data.split(b'"')[::2])


def record_ends(data: bytes) -> list[int]:
    """The offsets behind each record, whole ones from the start; the last may lack its newline."""
    if not data:
        return []
    ends: list[int] = []
    place = 0
    inside = False
    for line in data.split(b"\n"):
        place += len(line) + 1
        if line.count(b'"') & 1:
            inside = not inside
        if not inside:
            ends.append(place)
    if ends and ends[-1] == len(data) + 1:
        ends.pop()  # what follows the last newline is nothing, or a record without newline
        if not data.endswith(b"\n"):
            ends.append(len(data))
    return ends


def _lines_before(data: bytes, outside: bytes, place: int) -> int:
    """How many lines of `data` end before that place of its unquoted bytes."""
    ends = record_ends(data)
    index = outside.count(b"\n", 0, place)
    return data.count(b"\n", 0, ends[index - 1]) if index else 0
