"""CSV and TSV files into a grid of cells."""

from __future__ import annotations

import csv
import io
from collections import Counter

from provisioning.disclosure.model import Value
from provisioning.errors import BadInput
from provisioning.messages import _

Grid = list[list[Value]]
DELIMITERS = (",", "\t", ";", "|")
SAMPLE_LINES = 50
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_delimited(name: str, content: bytes, suffix: str) -> Grid:
    """The rows of a CSV or TSV file in UTF-8 (with or without BOM) or CP932; blank cells are None.

    Raises BadInput when the bytes are no text in one of these encodings, or no CSV.
    """
    text = _decode(name, content)
    delimiter = _delimiter(text, "\t" if suffix == ".tsv" else ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [[cell if cell.strip() else None for cell in row] for row in reader]
    except csv.Error as error:
        raise BadInput(
            _("{name} is not valid CSV: line {line}: {reason}.").format(name=name, line=reader.line_num, reason=error),
            fix=_("Write the file again with balanced quotation marks."),
        ) from error


def _decode(name: str, content: bytes) -> str:
    if b"\0" not in content and not content.startswith(UTF16_MARKS):
        for encoding in ("utf-8-sig", "cp932"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise BadInput(
        _("{name} is not text in UTF-8 or CP932 (Shift_JIS).").format(name=name),
        fix=_("Save it as CSV in UTF-8 and try again."),
    )


def _delimiter(text: str, usual: str) -> str:
    """The delimiter that splits the first lines most evenly; the usual one whenever it splits at all.

    A file with another delimiter would read as one column of text, and hide its numbers.
    """
    lines = [line for line in text.splitlines()[:SAMPLE_LINES] if line.strip()]
    if any(usual in line for line in lines):
        others = [d for d in DELIMITERS if d != usual and lines and all(d in line for line in lines)]
        if not others or sum(usual in line for line in lines) > len(lines) / 2:
            return usual
    counts = {d: Counter(line.count(d) for line in lines if d in line) for d in DELIMITERS}
    best = max(DELIMITERS, key=lambda d: (max(counts[d].values(), default=0), d == usual))
    return best if counts[best] else usual
