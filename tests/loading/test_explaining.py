"""What a failed COPY is told as, whatever language the server speaks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from psycopg import errors

from provisioning.loading.explaining import describe, error_line, shape_of

COLUMNS = {"seq2_no": "通番2", "day": "", "score": "点数", "core": "芯"}


class Typed(errors.InvalidTextRepresentation):
    diag: Any = None


class Shape(errors.BadCopyFileFormat):
    diag: Any = None


def failure(kind: type[Any], context: str) -> Any:
    error = kind()
    error.diag = SimpleNamespace(context=context, column_name=None)
    return error


@pytest.mark.parametrize(
    "context",
    [
        'COPY trial_x, line 12, column score: "K9"',
        'trial_xのCOPY、行 12、列 score: "K9"',
        'COPY trial_x, Zeile 12, Spalte score: "K9"',
    ],
)
def test_line_and_column_in_any_language(context: str) -> None:
    error = failure(Typed, context)
    assert error_line(error, "trial_x") == 12
    problem = describe(error, 14, COLUMNS).problem("X.csv")
    assert problem.where == "X.csv:14"
    assert problem.what == "点数 (score): the value is not of the column's type (shape of the value: x9)"


def test_a_whole_record_is_never_shown() -> None:
    error = failure(Shape, 'COPY trial_9, line 3: "score,secret"')
    problem = describe(error, 3, COLUMNS).problem("X.csv")
    assert error_line(error, "trial_9") == 3
    assert problem.where == "X.csv:3"
    assert "secret" not in problem.what
    assert "4 columns" in problem.what
    assert error_line(failure(Shape, ""), "trial_x") is None
    assert describe(failure(Shape, ""), 0, COLUMNS).problem("X.csv").where == "X.csv"


def test_shapes() -> None:
    assert shape_of("Ab-12.5") == "xx-99.9"
    assert shape_of("山田 太郎１") == "〇〇 〇〇9"
    assert shape_of("1" * 50) == "9" * 20 + "…"
    assert shape_of("é_x") == "〇_x"
