"""Whatever a file holds, it is checked or refused; a small count in it is never missed."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.disclosure.check import check_files
from provisioning.disclosure.rules import Pack
from provisioning.errors import BadInput

CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "",
            "-",
            "<10",
            "X",
            "1-4",
            "男",
            "患者数",
            "コード",
            "割合",
            "0～4歳",
            "年齢",
            "施設数",
            "01",
            "処方数量",
            "n=3",
            "5%",
        ]
    ),
    st.integers(-20, 3000).map(str),
    st.floats(0, 50, allow_nan=False).map(lambda number: f"{number:.2f}"),
    st.text(max_size=5),
)
NAMES = st.sampled_from(
    ["糖尿病", "A群", "東京都", "男", "女性", "総計", "0～4歳", "重症", "2022年", "4月", "不明", "score", "group A"]
)
LABELS = st.sampled_from(["性別", "地域", "分類", "コード", "sex", "age", "傷病名", ""])


def written(rows: list[list[str]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode("utf-8", "replace")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=10), st.sampled_from(["2", "3"]))
def test_any_grid_is_checked_or_refused(rows: list[list[str]], version: str) -> None:
    pack = Pack("2" if version == "2" else "3", ("介護DB",))
    try:
        report = check_files([("a.csv", written(rows))], pack)
    except BadInput:
        return
    for finding in report.findings:
        assert 1 <= finding.row <= len(rows) + 10
        assert finding.column >= 1
        assert finding.reason
        assert finding.fix


@settings(max_examples=150, deadline=None)
@given(
    label=LABELS,
    names=st.lists(NAMES, min_size=1, max_size=5, unique=True),
    height=st.integers(2, 6),
    small=st.integers(1, 9),
    title=st.booleans(),
    place=st.tuples(st.integers(0, 5), st.integers(0, 4)),
)
def test_one_small_count_among_large_ones_is_found_whatever_the_headings(
    label: str, names: list[str], height: int, small: int, title: bool, place: tuple[int, int]
) -> None:
    body = [[f"群{chr(65 + row)}", *(str(100 + row * 7 + i) for i in range(len(names)))] for row in range(height)]
    row, column = place[0] % height, place[1] % len(names)
    body[row][column + 1] = str(small)
    above = [["表1　集計結果"], []] if title else []
    rows = [*above, [label, *names], *body]
    found = check_files([("a.csv", written(rows))], Pack()).findings
    fails = [(f.rule, f.row, f.column) for f in found if f.rule == "PUB-1" and f.verdict == "fail"]
    assert fails == [("PUB-1", len(above) + 2 + row, column + 2)]
