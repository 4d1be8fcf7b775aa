"""Each kind of relation opens a cell that nothing else opens: drop one, and a test here fails."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest

from provisioning.disclosure.attack.axes import candidates, is_total, read_axis
from provisioning.disclosure.attack.model import Openness, Sort
from provisioning.disclosure.attack.request import Earlier, attack_request
from provisioning.disclosure.columns import Understood, understand
from provisioning.disclosure.documents import read_document
from tests.disclosure.attack.conftest import attacked, cells_that_are, exact

Book = dict[str, list[list[object]]]


def test_a_total_column_opens_the_only_mask_of_a_row() -> None:
    attack = attacked("地域,男,女,計\n北,20,30,50\n南,-,40,45\n")
    assert exact(attack) == {"a B3": 5}
    assert {relation.sort for relation in attack.relations} == {Sort.COLUMNS}


def test_a_total_row_opens_the_only_mask_of_a_column() -> None:
    attack = attacked("地域,男,女\n北,20,30\n南,-,40\n合計,23,70\n")
    assert exact(attack) == {"a B3": 3}
    assert {relation.sort for relation in attack.relations} == {Sort.ROWS}


def test_the_same_cell_in_another_table_opens_a_mask() -> None:
    attack = attacked("地域,男,女\n北,20,30\n南,-,40\n東,11,12\n", "性,北,南,東\n男,20,7,11\n女,30,40,12\n")
    assert exact(attack) == {"a B3": 7}
    assert {relation.sort for relation in attack.relations} == {Sort.EQUAL}


def test_margins_in_other_tables_open_masks() -> None:
    """The known failure of checkers that look at one table at a time: a table without totals, and its totals."""
    table = "site,A,B,C\nP,30,-,45\nQ,22,31,-\nR,40,41,42\nS,-,33,28\nT,25,26,27\n"
    by_site = "site,n\nP,84\nQ,61\nR,123\nS,64\nT,78\n"
    by_arm = "arm,n\nA,120\nB,140\nC,150\n"
    assert not attacked(table).bounds
    opened = {"a C2": 9, "a D3": 8, "a B5": 3}
    assert exact(attacked(table, by_site)) == opened
    assert exact(attacked(table, by_arm)) == opened
    assert {r.sort for r in attacked(table, by_site, by_arm).relations} == {Sort.MARGIN}


def test_a_table_with_one_dimension_less_opens_masks() -> None:
    table = "性,年齢,北,南\n男,若,20,30\n男,老,40,50\n女,若,-,60\n女,老,70,-\n"
    by_sex = "性,北,南\n男,60,80\n女,78,66\n"
    by_age = "年齢,北,南\n若,28,90\n老,110,56\n"
    opened = {"a C4": 8, "a D5": 6}
    assert exact(attacked(table, by_sex)) == opened
    assert exact(attacked(table, by_age)) == opened
    assert {r.sort for r in attacked(table, by_sex).relations} == {Sort.PROJECTION}
    assert not attacked(table, by_sex.replace("60,80", "59,80")).bounds


def test_sheets_that_add_up_open_masks() -> None:
    head: list[object] = ["地域", "若", "老"]
    sheets: Book = {
        "総数": [head, ["北", 50, 70], ["南", 48, 66], ["東", 31, 41]],
        "男": [head, ["北", 20, 30], ["南", "-", 36], ["東", 15, 20]],
        "女": [head, ["北", 30, 40], ["南", 41, 30], ["東", 16, 21]],
    }
    attack = attack_request(understood(sheets))
    assert exact(attack) == {"a B3": 7}
    assert {relation.sort for relation in attack.relations} == {Sort.SHEETS}
    sheets["男"][3] = ["東", 14, 20]
    assert not attack_request(understood(sheets)).bounds


def understood(sheets: Book) -> list[Understood]:
    """The tables of a workbook with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return [understand(table) for table in read_document("a.xlsx", stream.getvalue()).tables]


def test_the_rule_may_stand_below_the_table() -> None:
    text = "群,A,B,C,計\n甲,-,-,200,218\n乙,20,300,400,720\n"
    assert exact(attacked(text)) == {"a B2": 9, "a C2": 9}
    note = "※10未満の箇所が1箇所の場合は10以上の最小値を全て「-」で表示\n"
    assert not exact(attacked(text + note))


def test_what_a_release_opened_by_itself_is_no_fault_of_the_request(release: Callable[..., Earlier]) -> None:
    old = release("地域,男,女,計\n北,20,30,50\n南,-,40,45\n")
    again = "地域,男,女,計\n北,20,30,50\n南,-,40,45\n"
    assert exact(attacked("地域,男\n北,20\n南,33\n", earlier=(old,))) == {}
    assert exact(attacked(again, earlier=(old,))) == {"a B3": 5}


def test_a_release_opens_masks_of_a_request_and_a_request_those_of_a_release(release: Callable[..., Earlier]) -> None:
    masked, totals = "地域,男,女\n北,20,30\n南,-,40\n東,15,-\n", "地域,患者数\n北,50\n南,48\n東,22\n"
    assert exact(attacked(masked, earlier=(release(totals),))) == {"a B3": 8, "a C4": 7}
    assert exact(attacked(totals, earlier=(release(masked),))) == {"OLD-E001 B3": 8, "OLD-E001 C4": 7}


def test_three_levels_of_headings() -> None:
    """The masks of the women hide larger figures; those of the men are opened all the same."""
    text = "地域,総計,男,,,女,,\n,,計,若,老,計,若,老\n北,101,61,20,41,40,15,25\n南,91,51,-,46,40,-,-\n"
    assert exact(attacked(text)) == {"a D4": 5}
    head = "地域,総計,男,,,女,,\n,,計,若,老,計,若,老\n"
    ring = head + "北,101,61,20,41,40,15,25\n南,91,59,-,46,32,-,-\n西,91,73,-,-,18,-,-\n"
    assert exact(attacked(ring)) == {"a G5": 9, "a H5": 9}


def test_long_tables_with_one_figure_per_row() -> None:
    text = (
        "性別,年齢,患者数\n男,若,50\n男,老,60\n男,計,110\n女,若,-\n女,老,30\n女,計,34\n計,若,54\n計,老,90\n計,計,144\n"
    )
    assert exact(attacked(text)) == {"a C5": 4}


def test_subtotals_in_a_plain_list_count_only_with_evidence() -> None:
    text = "区分,患者数\n甲,20\n乙,30\n小計,50\n丙,40\n丁,-\n小計,46\n総計,96\n"
    assert exact(attacked(text)) == {"a B6": 6}


def test_codes_beside_names_are_one_dimension() -> None:
    text = "コード,都道府県,患者数,件数\n01,北海道,20,40\n02,青森県,-,30\n03,岩手県,30,50\n,全国,57,120\n"
    assert exact(attacked(text)) == {"a C3": 7}


def test_a_total_of_patients_that_is_no_sum_is_no_relation() -> None:
    """A person can be counted in two regions: the first line shows it, so the second opens nothing."""
    attack = attacked("病名,北,南,総計\n甲,30,40,65\n乙,-,40,45\n")
    assert not attack.bounds


def test_a_total_above_its_visible_parts_is_no_relation() -> None:
    """Somebody is counted in the total alone: another such line may hide the same."""
    assert not attacked("病名,北,南,総計\n甲,30,40,75\n乙,-,40,45\n").bounds


def test_a_total_below_its_visible_parts_is_no_relation() -> None:
    assert not attacked("病名,北,南,総計\n甲,30,-,20\n乙,-,40,45\n").bounds


def test_without_a_complete_line_the_word_total_speaks_for_it() -> None:
    attack = attacked("病名,北,南,総計\n甲,30,-,36\n乙,-,40,45\n")
    assert exact(attack) == {"a C2": 6, "a B3": 5}
    assert {relation.evidence for relation in attack.relations} == {0}


def test_what_is_listed_again_is_no_part() -> None:
    attack = attacked("区分,患者数\n甲,20\n乙,-\n（再掲）外来,15\n計,27\n")
    assert exact(attack) == {"a B3": 7}


def test_other_populations_are_not_joined() -> None:
    one, other = "地域,男,女\n北,20,30\n南,-,40\n", "地域,男,女\n北,50,20\n南,17,90\n"
    assert not attacked(one, other).bounds


def test_rounded_totals_leave_room() -> None:
    """All figures are multiples of 10, so that a total can miss its parts by some."""
    figures = "地域,A,B,C,計\n北,20,30,40,100\n南,-,40,50,90\n東,70,80,90,240\n西,60,50,70,180\n"
    attack = attacked(figures)
    assert attack.bounds
    assert not exact(attack)
    stated = "10の位に丸めた患者数\n\n" + figures.replace("100", "90").replace("50,90", "50,100")
    assert not exact(attacked(stated))
    assert attacked(stated).bounds


def test_quantities_are_real_numbers() -> None:
    text = "注射薬の処方数量 ※400未満の場合は「-」で表示\n\n薬,総計 (処方数量),北,南\n"
    text += "甲,1000.5,500.25,500.25\n乙,900.5,-,600.25\n丙,2000.0,-,-\n"
    attack = attacked(text)
    assert {name: round(value, 1) for name, value in exact(attack).items()} == {"a C5": 300.2}
    assert {"a C6", "a D6"} <= set(cells_that_are(attack, Openness.SAFE))


def test_a_mask_that_says_more_is_believed() -> None:
    attack = attacked("地域,男,女,計\n北,20,30,50\n南,<3,<10,11\n")
    assert cells_that_are(attack, Openness.NARROW) == {"a B3": (2, 2)} or exact(attack) == {"a B3": 2, "a C3": 9}


@pytest.mark.parametrize(
    "word", ["計", "総計", "合計", "中計", "小計", "全体", "全国", "total", "All", "総計 (患者数)"]
)
def test_words_for_totals(word: str) -> None:
    assert is_total(word)


@pytest.mark.parametrize("word", ["合計点数", "計画", "男", "", "都道府県", "allergy"])
def test_words_that_are_no_totals(word: str) -> None:
    assert not is_total(word)


def test_candidates_by_dimension() -> None:
    axis = read_axis([("男", "若"), ("男", "老"), ("男", "計"), ("女", "若"), ("女", "老"), ("女", "計"), ("計", "計")])
    found = {(candidate.total, candidate.parts) for candidate in candidates(axis) if not candidate.placed}
    assert {(2, (0, 1)), (5, (3, 4)), (6, (2, 5)), (6, (0, 1, 3, 4))} <= found
    crossed = [(sex, age) for sex in ("男", "女", "計") for age in ("若", "老", "計")]
    found = {(candidate.total, candidate.parts) for candidate in candidates(read_axis(crossed))}
    assert {(8, (6, 7)), (8, (2, 5)), (6, (0, 3)), (7, (1, 4))} <= found
