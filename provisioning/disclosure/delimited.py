"""CSV and TSV files into a grid of cells, whole or as a stream of rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from provisioning.disclosure.model import Value
from provisioning.errors import BadInput
from provisioning.messages import _

Grid = list[list[Value]]
Source = bytes | Path
"""The bytes of a file, or where it lies on the disk."""
CHUNK = 1 << 20
DELIMITERS = (",", "\t", ";", "|")
SAMPLE_LINES = 50
ENCODINGS = ("utf-8-sig", "cp932")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_MISREAD = re.compile("[繧繝縺]")
"""How kana written in UTF-8 look when they are read as CP932."""
_COMMA_NUMBER = re.compile(r"\s*[-+]?\d+,\d+\s*")
_THOUSANDS = re.compile(r"\s*[-+]?\d{1,3},\d{3}\s*")


def opened(source: Source) -> BinaryIO:
    """A stream of the bytes from their beginning. Raises BadInput when the file cannot be read."""
    if isinstance(source, bytes):
        return io.BytesIO(source)
    try:
        return source.open("rb")
    except OSError as error:
        raise BadInput(_("{path} cannot be read: {reason}.").format(path=source, reason=error.strerror)) from error


def chunks(source: Source) -> Iterator[bytes]:
    """The bytes piece by piece."""
    with opened(source) as stream:
        while piece := stream.read(CHUNK):
            yield piece


def read_delimited(name: str, content: bytes, suffix: str) -> Grid:
    """The rows of a CSV or TSV file in UTF-8 (with or without BOM) or CP932; blank cells are None.

    Raises BadInput when the bytes are no text in one of these encodings, or no CSV.
    """
    return list(stream_rows(name, content, suffix))


def stream_rows(name: str, source: Source, suffix: str) -> Iterator[list[Value]]:
    """The rows one after the other, so that memory does not grow with the file. Raises as `read_delimited`."""
    encoding = encoding_of(name, source)
    with io.TextIOWrapper(opened(source), encoding=encoding, newline="") as text:
        head = list(islice(text, SAMPLE_LINES))
    delimiter = _delimiter("".join(head), "\t" if suffix == ".tsv" else ",")
    with io.TextIOWrapper(opened(source), encoding=encoding, newline="") as text:
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        comma_decimals = delimiter == ";" and _writes_decimal_commas(next(chunks(source), b""), encoding)
        try:
            for row in reader:
                cells: list[Value] = [cell if cell.strip() else None for cell in row]
                yield [_decimal_point(cell) for cell in cells] if comma_decimals else cells
        except csv.Error as error:
            line = reader.line_num
            raise BadInput(
                _("{name} is not valid CSV: line {line}: {reason}.").format(name=name, line=line, reason=error),
                fix=_("Write the file again with balanced quotation marks."),
            ) from error


def _writes_decimal_commas(content: bytes, encoding: str) -> bool:
    """Whether a file set apart by semicolons writes 5,2 for five and two tenths, as `write.csv2` of R does."""
    cells = re.split(r'[;\n\r"]', content.decode(encoding, "ignore"))
    numbers = [cell for cell in cells if _COMMA_NUMBER.fullmatch(cell)]
    return any(not _THOUSANDS.fullmatch(number) for number in numbers)


def _decimal_point(cell: Value) -> Value:
    return cell.replace(",", ".") if isinstance(cell, str) and _COMMA_NUMBER.fullmatch(cell) else cell


def decode(name: str, content: bytes) -> str:
    """The text of a file in UTF-8 or CP932. Raises BadInput for anything else, and for a mixture."""
    return content.decode(encoding_of(name, content))


def encoding_of(name: str, source: Source) -> str:
    """`utf-8-sig` or `cp932`. Raises BadInput for anything else, and for a mixture of both."""
    fix = _("Save it as CSV in UTF-8 and try again.")
    if any(b"\0" in piece or (not n and piece.startswith(UTF16_MARKS)) for n, piece in enumerate(chunks(source))):
        raise BadInput(_("{name} is not text in UTF-8 or CP932 (Shift_JIS).").format(name=name), fix=fix)
    failed: dict[str, int] = {}
    for encoding in ENCODINGS:
        line = _first_bad_line(source, encoding)
        if line is None:
            return encoding
        failed[encoding] = line
    if max(failed.values()) == min(failed.values()):
        raise BadInput(_("{name} is not text in UTF-8 or CP932 (Shift_JIS).").format(name=name), fix=fix)
    reason = _("{name} mixes encodings: line {one} is no UTF-8, and line {other} is no CP932.")
    raise BadInput(reason.format(name=name, one=failed["utf-8-sig"], other=failed["cp932"]), fix=fix)


def _first_bad_line(source: Source, encoding: str) -> int | None:
    """The first line that cannot be text in this encoding; None when all can."""
    with io.TextIOWrapper(opened(source), encoding=encoding, newline="\n") as text:
        number = 0
        try:
            for number, line in enumerate(text, start=1):
                if encoding == "cp932" and len(_MISREAD.findall(line)) >= 2:
                    return number
        except UnicodeDecodeError:
            return _line_of_bad_byte(source, encoding)
    return None


def _line_of_bad_byte(source: Source, encoding: str) -> int:
    with opened(source) as stream:
        for number, line in enumerate(stream, start=1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError:
                return number
    return 1


def _delimiter(text: str, usual: str) -> str:
    """The delimiter that splits the first lines most evenly; the usual one whenever it splits at all.

    A file with another delimiter would read as one column of text, and hide its numbers.
    """
    lines = [line for line in text.splitlines()[:SAMPLE_LINES] if line.strip()]
    if any(usual in line for line in lines):
        others = [d for d in DELIMITERS if d != usual and lines and all(d in line for line in lines)]
        if not others or (usual in lines[0] and sum(usual in line for line in lines) > len(lines) / 2):
            return usual
    counts = {d: Counter(line.count(d) for line in lines if d in line) for d in DELIMITERS}
    best = max(DELIMITERS, key=lambda d: (max(counts[d].values(), default=0), d == usual))
    return best if counts[best] else usual
