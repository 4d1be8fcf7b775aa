"""Finding tables, their headings and their bodies."""

from __future__ import annotations

from provisioning.disclosure.columns import understand
from provisioning.disclosure.delimited import read_delimited
from provisioning.disclosure.layout import find_tables
from provisioning.disclosure.model import Table


def tables(text: str) -> list[Table]:
    return find_tables("a.csv", "", read_delimited("a.csv", text.encode(), ".csv"))


def test_three_rows_of_headings_with_codes() -> None:
    (table,) = tables(
        "表題※\n\n分類,総計(患者数),01 北海道,,47 沖縄県,判別不可\n"
        ",,0101,0102,4701,\n,,南渡島,南檜山,北部,\nA,100,10,20,30,40\n"
    )
    assert [column.path for column in table.columns] == [
        ("分類",),
        ("総計(患者数)",),
        ("01 北海道", "0101", "南渡島"),
        ("01 北海道", "0102", "南檜山"),
        ("47 沖縄県", "4701", "北部"),
        ("判別不可",),
    ]
    assert table.row_numbers == (6,)


def test_a_heading_does_not_reach_under_its_neighbour() -> None:
    (table,) = tables("区分,男,,女,\n,患者数,,,\n,外来,入院,外来,入院\nA,10,20,30,40\n")
    assert table.columns[3].path == ("女", "外来")
    assert table.columns[2].path == ("男", "患者数", "入院")


def test_years_head_columns() -> None:
    (table,) = tables("地域,2019,2020\n東京,12,100\n")
    assert [column.path for column in table.columns] == [("地域",), ("2019",), ("2020",)]


def test_small_numbers_in_the_first_row_are_never_headings() -> None:
    (table,) = tables("東京,1,2,3\n大阪,10,20,30\n")
    assert table.row_numbers == (1, 2)


def test_single_ages_beside_a_label_head_columns() -> None:
    (table,) = tables("性別,0,1,2,3,4\n男,50,10,20,30,40\n")
    assert table.columns[1].path == ("0",)


def test_tables_below_each_other() -> None:
    found = tables("性別,患者数\n男,100\n\n地域,施設数\n東京,2\n注,\n\n病床,患者数\n小,30\n病床,患者数\n大,40\n")
    assert [table.columns[1].path[0] for table in found] == ["患者数", "施設数", "患者数", "患者数"]
    assert [table.row_numbers for table in found] == [(2,), (5,), (9,), (11,)]


def test_rows_after_a_blank_row_keep_the_headings() -> None:
    (table,) = tables("性別,患者数\n男,100\n\n女,5\n")
    assert table.row_numbers == (2, 4)
    assert table.columns[1].path == ("患者数",)


def test_rows_of_another_shape_after_a_blank_row_are_a_table_of_their_own() -> None:
    assert len(tables("性別,患者数\n男,100\n\n5,3\n")) == 2


def test_quoted_line_ends_count_as_one_row() -> None:
    (table,) = tables('"性別","患者\n数"\n男,"1,234"\n女,7\n')
    assert table.columns[1].path == ("患者 数",)
    assert table.row_numbers == (2, 3)


def test_a_table_of_one_column() -> None:
    (table,) = tables("患者数\n5\n12\n")
    assert (table.columns[0].path, table.row_numbers) == (("患者数",), (2, 3))


def test_group_labels_reach_down_their_group_only() -> None:
    (table,) = tables("県,医療圏,回答,人数\n北海道,南渡島,はい,30\n,,いいえ,40\n,札幌,はい,50\n青森県,,はい,60\n")
    assert understand(table).row_labels == (
        ("北海道", "南渡島", "はい"),
        ("北海道", "南渡島", "いいえ"),
        ("北海道", "札幌", "はい"),
        ("青森県", "", "はい"),
    )


def test_texts_outside_the_body_are_kept() -> None:
    (table,) = tables("表1 (n=5)\n性別,患者数\n男,12\n注：脚注\n")
    assert [(text.row, text.column, text.text) for text in table.texts if text.row in (1, 4)] == [
        (1, 1, "表1 (n=5)"),
        (4, 1, "注：脚注"),
    ]
