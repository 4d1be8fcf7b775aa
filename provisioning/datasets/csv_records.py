"""CSV records, counted as PostgreSQL's COPY counts them, in one pass over bytes.

A newline ends a record, and a comma a field, exactly if an even number of quotes stand before
it. That is PostgreSQL's rule for QUOTE = ESCAPE = `"`, also for quotes inside unquoted fields.
"""

from __future__ import annotations

from dataclasses import dataclass

from provisioning.messages import _

BOM = b"\xef\xbb\xbf"
LONGEST_LINE = 64 << 20
_END_OF_DATA = b"\\."
_SIGNATURES = (
    (b"PK\x03\x04", "XLSX, ZIP"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"\x1f\x8b", "gzip"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


@dataclass(frozen=True)
class Mistake:
    """What is wrong in a CSV; `line` is the physical line, from 1. Holds nothing of the content."""

    line: int
    what: str
    fix: str = ""


def other_kind(data: bytes) -> Mistake | None:
    """What a file is that starts like this, if it is known to be no CSV."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            fix = _("unpack it first: gunzip") if kind == "gzip" else _("save it as CSV in UTF-8")
            return Mistake(1, _("the file is no CSV, but {kind}").format(kind=kind), fix)
    return None


class RecordCounter:
    """Counts records of a stream of blocks, and looks for what COPY would pass over in silence.

    Give every block to `feed`, then call `finish`. Before PostgreSQL 18 a record `\\.` ends the data, and a
    byte order mark becomes part of the first value; both are mistakes in a file that is to be published,
    since it must load by COPY alone too. COPY does not yet know the kind
    of line end while it reads the first record, and leaves newlines inside it out of its line numbers:
    `lines_unseen` is how many.
    """

    def __init__(self, most: int = 20) -> None:
        self.records = 0
        self.bytes = 0
        self.lines_unseen = 0
        self.mistakes: list[Mistake] = []
        self.unlisted = 0
        self._most = most
        self._line = 1
        self._quoted = False
        self._rest = b""

    def feed(self, block: bytes) -> None:
        """Take the next bytes, of any size."""
        if self.bytes < len(BOM) and (self._rest + block).startswith(BOM):
            self._mistake(1, _("the file starts with a byte order mark; save it as UTF-8 without BOM"))
        self.bytes += len(block)
        block = self._rest + block
        cut = block.rfind(b"\n") + 1
        self._rest = block[cut:]
        if len(self._rest) > LONGEST_LINE:
            self._mistake(self._line, _("a line of more than {size} MiB").format(size=LONGEST_LINE >> 20))
            self._rest = self._rest[-1:]
        if cut:
            self._lines(block[:cut])

    def finish(self) -> None:
        """Say that the stream is over; the last record needs no newline."""
        if self._rest:
            self._lines(self._rest, open_end=True)
            self._rest = b""
        if self._quoted:
            self._mistake(self._line - 1, _("a quoted value is not closed before the end of the file"))

    def _lines(self, part: bytes, open_end: bool = False) -> None:
        """Count complete lines; `open_end` for a last line without newline."""
        if not self._quoted and b'"' not in part and _END_OF_DATA not in part:
            count = part.count(b"\n") + open_end
            self.records += count
            self._line += count
            return
        for line in _split(part, open_end):
            if not self._quoted and line.rstrip(b"\r") == _END_OF_DATA:
                self._end_of_data()
            if line.count(b'"') & 1:
                self._quoted = not self._quoted
            if not self._quoted:
                if self.records == 0 and not line.endswith(b"\r"):
                    self.lines_unseen = self._line - 1
                self.records += 1
            self._line += 1

    def _end_of_data(self) -> None:
        text = _("the line \\. alone, which PostgreSQL before 18 takes for the end of the data")
        self._mistake(self._line, text)

    def _mistake(self, line: int, what: str) -> None:
        if len(self.mistakes) < self._most:
            self.mistakes.append(Mistake(line, what))
        else:
            self.unlisted += 1


class RecordChecker(RecordCounter):
    """Counts, and checks that COPY into a table of `width` columns would take every record's shape.

    Beyond the counter's checks: the number of values, UTF-8, NUL, and one kind of line end. Types are
    left to PostgreSQL. `mistakes` lists the first `most`; `unlisted` counts the rest.
    """

    def __init__(self, width: int, most: int = 20) -> None:
        super().__init__(most)
        self._width = width
        self._crlf: bool | None = None
        self._start = 1
        self._commas = 0

    def _lines(self, part: bytes, open_end: bool = False) -> None:
        self._check_text(part, open_end)
        if self._crlf is None and not self._quoted and b'"' not in part and not open_end:
            self._crlf = part[: part.index(b"\n") + 1].endswith(b"\r\n")
        if self._plain(part, open_end):
            wanted = self._width - 1
            for line in _split(part, open_end):
                if line.count(b",") != wanted:
                    self._wrong_width(self._line, line.count(b",") + 1)
                self.records += 1
                self._line += 1
            self._start = self._line
            return
        for line in _split(part, open_end):
            self._one_line(line, open_end)

    def _plain(self, part: bytes, open_end: bool) -> bool:
        """Whether a part needs no look at single characters."""
        if self._quoted or open_end or b'"' in part or _END_OF_DATA in part:
            return False
        ends = part.count(b"\r")
        return ends == (part.count(b"\n") if self._crlf else 0) and ends == part.count(b"\r\n")

    def _one_line(self, line: bytes, open_end: bool) -> None:
        if not self._quoted and line.rstrip(b"\r") == _END_OF_DATA:
            self._end_of_data()
        pieces = line.split(b'"')
        outside = pieces[1 if self._quoted else 0 :: 2]
        if len(pieces) % 2 == 0:
            self._quoted = not self._quoted
        self._commas += sum(piece.count(b",") for piece in outside)
        returns = sum(piece.count(b"\r") for piece in outside)
        if not self._quoted:
            self._line_end(returns, ends_in_return=outside[-1].endswith(b"\r"), open_end=open_end)
            if self._commas + 1 != self._width:
                self._wrong_width(self._start, self._commas + 1)
            self.records += 1
            self._commas = 0
            self._start = self._line + 1
        elif returns:
            self._mistake(self._line, _("a carriage return inside a line"))
        self._line += 1

    def _line_end(self, returns: int, ends_in_return: bool, open_end: bool) -> None:
        if self._crlf is None:
            self._crlf = ends_in_return and not open_end
        if returns > ends_in_return or (ends_in_return and open_end):
            self._mistake(self._line, _("a carriage return inside a line"))
        elif not open_end and ends_in_return != self._crlf:
            self._mistake(self._line, _("line ends of two kinds: LF and CR LF"))

    def _wrong_width(self, line: int, found: int) -> None:
        text = _("{found} values, but the layout has {wanted} columns")
        self._mistake(line, text.format(found=found, wanted=self._width))

    def _check_text(self, part: bytes, open_end: bool) -> None:
        if b"\0" in part:
            self._mistake(self._line + part[: part.index(b"\0")].count(b"\n"), _("a NUL byte"))
        try:
            part.decode("utf-8")
        except UnicodeDecodeError:
            for number, line in enumerate(_split(part, open_end)):
                try:
                    line.decode("utf-8")
                except UnicodeDecodeError:
                    self._mistake(self._line + number, _("bytes that are no UTF-8"))


def _split(part: bytes, open_end: bool) -> list[bytes]:
    lines = part.split(b"\n")
    return lines if open_end else lines[:-1]
