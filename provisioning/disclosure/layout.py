"""From a grid of cells to tables: title, rows of headings, body, notes.

Published tables have a title row, a blank row, two or three rows of headings with merged cells,
and index columns that are filled only on the first row of a group. Files of researchers have one
row of headings, or none. What is no heading beyond doubt is body, so that no number escapes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from provisioning.disclosure.delimited import Grid
from provisioning.disclosure.model import Column, Kind, Table, Text, Value
from provisioning.disclosure.values import Mark, folded, in_words, is_code, is_range, read_value
from provisioning.disclosure.vocabulary import heading_kind

MOST_HEADING_ROWS = 6
YEARS = range(1900, 2101)

Row = tuple[int, list[Value]]
"""A row with its 1-based number in the file."""


@dataclass(frozen=True)
class _Block:
    """Rows of one table with the lines of text before and after it."""

    before: list[Text]
    rows: list[Row]
    after: list[Text]


def find_tables(file: str, sheet: str, grid: Grid, first: int = 1, title: str = "") -> list[Table]:
    """The tables of one sheet, from top to bottom.

    `first` is the number of the grid's first row in the file; `title` is what stands above the grid.
    """
    width = max((len(row) for row in grid), default=0)
    padded = [(n, [*row, *([None] * (width - len(row)))]) for n, row in enumerate(grid, start=first)]
    tables: list[Table] = []
    waiting = [Text(first, 1, title)] if title else []
    for rows in _blocks(padded):
        block = _block(rows)
        if not block.rows:
            waiting += block.before
            continue
        texts = [*waiting, *block.before, *block.after]
        words = " ".join(text.text for text in (*waiting, *block.before))
        waiting = []
        headings, body = _split(block.rows)
        if not headings and tables and _continues(tables[-1], body):
            tables[-1] = _extended(tables[-1], body, texts)
        else:
            tables.append(_table(file, sheet, words, texts, headings, body))
    if waiting:
        if tables:
            tables[-1] = replace(tables[-1], texts=(*tables[-1].texts, *waiting))
        else:
            tables.append(_table(file, sheet, " ".join(text.text for text in waiting), waiting, [], []))
    return tables


def _blocks(rows: list[Row]) -> Iterator[list[Row]]:
    """Runs of rows between blank rows; a second row of headings inside a run starts a new one."""
    block: list[Row] = []
    for number, row in rows:
        blank = all(value is None for value in row)
        if block and (blank or _restarts(block, row)):
            yield block
            block = []
        if not blank:
            block.append((number, row))
    if block:
        yield block


def _block(rows: list[Row]) -> _Block:
    start = 0
    while start < len(rows) and _is_line(rows[start][1]):
        start += 1
    stop = len(rows)
    while stop > start and _is_line(rows[stop - 1][1]):
        stop -= 1
    inner = rows[start:stop]
    # the heading of a table that is one column wide stands right above its numbers
    if start and inner and all(len(_filled(row)) == 1 for _number, row in inner):
        start -= 1
    return _Block(_texts(rows[:start]), rows[start:stop], _texts(rows[stop:]))


def _filled(row: list[Value]) -> list[Value]:
    return [value for value in row if value is not None]


def _is_line(row: list[Value]) -> bool:
    """A line of text: one filled cell that is neither number nor mask."""
    filled = _filled(row)
    return len(filled) == 1 and read_value(filled[0]) in (Mark.TEXT, Mark.BLANK)


def _texts(rows: list[Row]) -> list[Text]:
    return [
        Text(number, column, in_words(value))
        for number, row in rows
        for column, value in enumerate(row, start=1)
        if value is not None
    ]


def _figures(row: list[Value]) -> list[float]:
    """The numbers of a row; digits with a leading zero are codes, hence text."""
    return [n for value in row if not is_code(value) and isinstance(n := read_value(value), float)]


def _has_masks(row: list[Value]) -> bool:
    """Whether a cell is masked beyond doubt: a lone x may be a name, and 0-4 an age group."""
    return any(
        isinstance(value, str)
        and folded(value) != "x"
        and not is_range(value)
        and read_value(value) in (Mark.MASK, Mark.NARROW_MASK)
        for value in row
    )


def _has_words(row: list[Value]) -> bool:
    """Whether a cell is a word that heads columns; `N/A` and `- (0.6%)` are none."""
    return any(
        isinstance(value, str)
        and heading_kind(value) is not None
        and read_value(value) is not Mark.BLANK
        and (any(map(str.isalpha, value)) or not any(map(str.isdigit, value)))
        for value in row
    )


def _is_words_only(row: list[Value]) -> bool:
    if any(isinstance(value, float) for value in row):
        return False
    return not _figures(row) and not _has_masks(row) and len(_filled(row)) >= 2


def _restarts(block: list[Row], row: list[Value]) -> bool:
    if any(isinstance(value, float) for value in row) or not _has_words(row) or not _is_words_only(row):
        return False
    above = block[-1][1]
    return bool(_figures(above)) or _has_masks(above)


def _split(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """The rows of headings and the rows of the body."""
    first = next((i for i, (_n, row) in enumerate(rows) if _figures(row) or _has_masks(row)), None)
    if first == 0 and not _figures(rows[0][1]) and _has_words(rows[0][1]):
        first = 1
    if first is None or first > MOST_HEADING_ROWS:
        return rows[:1], rows[1:]
    first = _end_of_full_headings(rows, first)
    if first < len(rows):
        row = rows[first][1]
        below = [i for i in (first + 1, first + 2) if i < len(rows) and _is_words_only(rows[i][1])]
        if below and _rises(_figures(row)):
            first = max(below) + 1
        elif _numbers_head_columns(row, last=first == len(rows) - 1):
            first += 1
    return rows[:first], rows[first:]


def _end_of_full_headings(rows: list[Row], most: int) -> int:
    """The first row after headings that leave no column open, if it reads like a body; else `most`."""
    used = [i for i in range(len(rows[0][1])) if any(row[i] is not None for _n, row in rows)]
    for index in range(1, most):
        above, here = rows[index - 1][1], rows[index][1]
        full = all(above[i] is not None for i in used) and _has_words(above)
        if full and here[used[0]] is not None and not _has_words(here):
            return index
    return most


def _rises(numbers: list[float]) -> bool:
    """Whether numbers in a row could be codes, years or ages: rising, and none that a rule would refuse."""
    rising = all(a < b for a, b in pairwise(numbers))
    return bool(numbers) and rising and (min(numbers) >= 10 or _counts_up(numbers))


def _counts_up(numbers: list[float]) -> bool:
    return len(numbers) >= 4 and numbers[0] in (0, 1) and all(b - a == 1 for a, b in pairwise(numbers))


def _numbers_head_columns(row: list[Value], *, last: bool) -> bool:
    """Whether a row with numbers is a row of headings: years, or codes and ages beside a word that heads columns."""
    numbers = _figures(row)
    if last or not numbers or _has_masks(row) or not _rises(numbers):
        return False
    if all(number in YEARS for number in numbers):
        return len(numbers) < len(_filled(row))
    words = {heading_kind(value) for value in row if isinstance(value, str)}
    return Kind.LABEL in words


def _continues(table: Table, body: list[Row]) -> bool:
    """Whether rows after a blank row belong to the table above: texts and numbers stand in the same columns."""
    if not table.rows:
        return False
    above, here = table.rows[-1], body[0][1]
    places = [column.number - 1 for column in table.columns]
    if any(value is not None and place not in places for place, value in enumerate(here)):
        return False
    for index, place in enumerate(places):
        kinds = {isinstance(read_value(value), float) for value in (above[index], here[place]) if value is not None}
        if len(kinds) == 2 and not any(
            read_value(value) in (Mark.MASK, Mark.NARROW_MASK) for value in (above[index], here[place])
        ):
            return False
    return True


def _extended(table: Table, body: list[Row], texts: list[Text]) -> Table:
    places = [column.number - 1 for column in table.columns]
    return replace(
        table,
        row_numbers=(*table.row_numbers, *(number for number, _row in body)),
        rows=(*table.rows, *(tuple(row[place] for place in places) for _number, row in body)),
        texts=(*table.texts, *texts),
    )


def _table(file: str, sheet: str, title: str, texts: list[Text], headings: list[Row], body: list[Row]) -> Table:
    width = len((headings or body)[0][1]) if headings or body else 0
    used = [i for i in range(width) if any(row[i] is not None for _n, row in (*headings, *body))]
    paths = _paths([row for _n, row in headings], used)
    return Table(
        file=file,
        sheet=sheet,
        title=title,
        columns=tuple(Column(i + 1, paths[i]) for i in used),
        row_numbers=tuple(number for number, _row in body),
        rows=tuple(tuple(row[i] for i in used) for _n, row in body),
        header_row=headings[-1][0] if headings else body[0][0] if body else 1,
        texts=(*texts, *_texts(headings)),
    )


def _paths(headings: list[list[Value]], used: list[int]) -> dict[int, tuple[str, ...]]:
    """The headings of each column from top to bottom; a merged cell heads every column it spans.

    Merged cells come as one filled cell and blanks to its right. A blank is filled from the left
    only where a lower row heads the same column, since a cell merged downwards leaves blanks too.
    """
    paths: dict[int, list[str]] = {i: [] for i in used}
    for level, row in enumerate(headings):
        left: Value = None
        for i in used:
            value = row[i]
            if value is not None:
                left = value
            elif any(upper[i] is not None for upper in headings[:level]):
                left = None  # another heading above begins here, which the cell on the left is not under
            elif any(lower[i] is not None for lower in headings[level + 1 :]):
                value = left
            text = " ".join(in_words(value).split())
            if text:
                paths[i].append(text)
    return {i: tuple(path) for i, path in paths.items()}
