"""What a column counts, told by its headings or inferred."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from provisioning.disclosure.columns import understand
from provisioning.disclosure.documents import read_document
from provisioning.disclosure.model import Finding, Kind
from provisioning.disclosure.vocabulary import heading_kind

Told = Callable[..., list[tuple[str, str, str]]]

HEADINGS = {
    Kind.PATIENTS: [
        "患者数",
        "総計\n(患者数)",
        "総計（患者数）",
        "患者数（％）",
        "患者数(人)",
        "n",
        "N",
        "n (%)",
        "N（％）",
        "count",
        "Freq",
        "freq",
        "n_patients",
        "patients",
        "人数",
        "受診者数",
        "実患者数",
        "対象者数",
        "症例数",
        "外来(名)",
        "外来（人）",
        "区分別患者数",
        "度数",
        "number of patients",
        "number_of_subjects",
        "No. of patients",
        "cases",
        "患者の数",
        "男性患者数",
        "施設別患者数",
        "患者実数",
    ],
    Kind.INSTITUTIONS: [
        "施設数",
        "医療機関数",
        "病院数",
        "薬局数",
        "保険者数",
        "診療所数",
        "n_hospitals",
        "number of clinics",
        "facilities",
        "総計(施設数)",
    ],
    Kind.EVENTS: ["件数", "算定回数", "傷病件数", "レセプト件数", "回数", "延べ数", "総計(件数)", "claims", "n_visits"],
    Kind.DRUGS: ["処方数量", "総計(処方数量)", "処方量", "調剤数量", "投与量", "doses"],
    Kind.LABEL: [
        "コード",
        "傷病名コード",
        "名称",
        "医薬品名",
        "分類",
        "点数",
        "薬価",
        "単位",
        "後発品\n区分",
        "区分番号",
        "年齢",
        "年齢階級",
        "性別",
        "sex",
        "age",
        "age_group",
        "都道府県",
        "都道府県名",
        "二次医療圏番号",
        "診療年月",
        "診療年度",
        "%\n(加減算)",
        "drug_code",
        "patient_id",
        "prefecture",
        "Var1",
        "特定器材名・規格名",
        "定義",
        "回答",
        "診療行為",
        "市区町村",
        "種別",
        "患者数区分",
        "year",
    ],
    Kind.STATISTIC: [
        "割合",
        "割合(%)",
        "患者割合",
        "%",
        "平均",
        "平均年齢",
        "平均患者数",
        "平均在院日数",
        "mean",
        "mean_age",
        "SD",
        "95% CI",
        "p",
        "p値",
        "オッズ比",
        "中央値",
        "率",
        "受診率",
        "rate",
        "proportion",
        "人年",
        "percent",
        "標準偏差",
        "median (IQR)",
    ],
    Kind.QUANTITY: ["数量", "総点数", "合計点数", "医療費", "cost"],
}
SILENT = [
    "男",
    "女性",
    "男性",
    "0～4歳",
    "90歳以上",
    "4月",
    "2022年",
    "北海道",
    "対照群",
    "介入群",
    "総計",
    "中計",
    "二次医療圏判別不可",
    "糖尿病",
    "東京都",
]


@pytest.mark.parametrize(("kind", "heading"), [(kind, text) for kind, texts in HEADINGS.items() for text in texts])
def test_headings_that_tell(kind: Kind, heading: str) -> None:
    assert heading_kind(heading) is kind


@pytest.mark.parametrize("heading", SILENT)
def test_headings_that_only_name_a_group(heading: str) -> None:
    assert heading_kind(heading) is None


@pytest.mark.parametrize("heading", HEADINGS[Kind.PATIENTS] + HEADINGS[Kind.EVENTS] + SILENT)
def test_a_small_number_under_any_heading_of_counts_is_refused(heading: str, told: Told) -> None:
    text = f'性別,"{heading}"\n男,5\n女,12\n不明,100\n'
    assert [finding for finding in told(text) if finding[1] == "fail"] == [("PUB-1", "fail", "B2")]


@pytest.mark.parametrize("heading", HEADINGS[Kind.LABEL])
def test_a_small_number_under_a_label_is_none_of_our_business(heading: str, told: Told) -> None:
    text = f'"{heading}",患者数\n5,100\n10,200\n'
    assert not [finding for finding in told(text) if finding[0] == "PUB-1"]


@pytest.mark.parametrize("heading", HEADINGS[Kind.STATISTIC])
def test_statistics_are_reviewed_once(heading: str, told: Told) -> None:
    assert told(f'性別,"{heading}"\n男,5\n女,2.5\n') == [("PUB-23", "review", "B1")]


@pytest.mark.parametrize(
    ("text", "cell", "inferred"),
    [
        ("sex,age,n\nM,0-4,5\nF,5-9,120\n", "C2", False),
        ("M,0-4,5\nF,5-9,120\n", "C1", True),
        ("sex,score\nM,5\nF,12\n", "B2", True),
        ("地域,2019,2020\n東京,50,7\n大阪,10,70\n", "C2", True),
        ('"","Var1","Freq"\n"1","M",3\n"2","F",30\n', "C2", False),
        ("分類,総計(患者数),男,女\nA,50,5,45\n", "C2", False),
        ("分類,男,女,患者数\nA,5,45,50\n", "B2", True),
        ("表 性別患者数\n\n分類,男,女\nA,5,45\n", "B4", False),
        ("分類,男,女\n,人数,人数\nA,45,5\n", "C3", False),
        ("患者数,5\n施設数,12\n", "B1", True),
        ("区分,4月,5月\n外来,50,5\n入院,30,40\n", "C2", True),
        ("地域,患者数,その他\n東京,100,5\n大阪,50,-\n", "C2", True),
        ("地域,患者数,性別\n東京,100,5\n大阪,50,-\n", "C2", True),
        ("変数,値\n性別,男女\n地域,東京\n患者,5\n", "B4", True),
        (",男,女\n患者数,5,120\n平均年齢,8,9\n", "B2", True),
        ("性別,患者数\n男,5; 4.2%\n女,12\n", "B2", False),
    ],
)
def test_one_small_cell_is_found_in_every_form(
    text: str, cell: str, inferred: bool, check: Callable[..., list[Finding]]
) -> None:
    found = [finding for finding in check(text) if finding.verdict == "fail"]
    assert [(f.rule, f.cell, f.inferred) for f in found] == [("PUB-1", cell, inferred)]
    if inferred:
        assert "was taken for a count of patients" in found[0].reason


def test_rows_may_say_what_their_numbers_are(told: Told) -> None:
    text = "変数,対照群,介入群\n人数,120,115\n男性 n (%),5 (4.2%),60 (52%)\n"
    text += "年齢 平均 (SD),65.2 (10.1),7 (3)\n施設数,2,12\n"
    assert set(told(text)) == {("PUB-1", "fail", "B3"), ("PUB-23", "review", "B1"), ("PUB-4a", "review", "B5")}


def test_decimals_without_a_heading_are_statistics(told: Told) -> None:
    assert told("地域,指数X\n東京,5.5\n大阪,2.25\n") == [("PUB-23", "review", "B1")]


@pytest.mark.parametrize(
    ("title", "heading", "kind"),
    [
        ("注射薬 外来", "数量", Kind.DRUGS),
        ("特定保険医療材料 外来", "数量", Kind.MATERIALS),
        ("H リハビリテーション", "算定回数", Kind.REHABILITATION),
        ("H リハビリテーション", "患者数", Kind.PATIENTS),
        ("画像診断", "数量", Kind.QUANTITY),
        ("画像診断", "算定回数", Kind.EVENTS),
    ],
)
def test_the_surroundings_tell_what_a_quantity_is_of(title: str, heading: str, kind: Kind) -> None:
    table = read_document("a.csv", f"{title}\n\n名称,総計({heading}),01\nA,2000,3000\n".encode()).tables[0]
    assert [meaning.kind for meaning in understand(table).meanings] == [Kind.LABEL, kind, kind]
