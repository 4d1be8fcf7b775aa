"""Files of every kind, whole and broken."""

from __future__ import annotations

import io
import random
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from provisioning.disclosure.check import check_files
from provisioning.disclosure.documents import read_document, read_documents, read_file
from provisioning.disclosure.rules import Pack
from provisioning.errors import BadInput


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def published() -> Workbook:
    """A sheet in the form of the ministry's own tables, with invented numbers."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "外来"
    sheet.append(["診療年月：2022年04月～2023年03月　※集計結果が10未満の場合は「‐」で表示"])
    sheet.append([])
    sheet.append(["分類\nコード", "分類名称", "診療行為", "点数", "総計\n(患者数)", "男", None, "女", None])
    sheet.append([None, None, None, None, None, "0～4歳", "90歳以上", "0～4歳", "90歳以上"])
    sheet.append(["B000", "管理料", "管理料（１）", 225, 300, 100, 120, 50, "-"])
    sheet.append([None, None, "管理料（２）", 5, 77, 10, "‐", 0, 24])
    for cells in ("A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:E4", "F3:G3", "H3:I3"):
        sheet.merge_cells(cells)
    return book


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_encodings(encoding: str) -> None:
    table = read_document("a.csv", "性別,患者数\n男,12\n".encode(encoding)).tables[0]
    assert [column.path for column in table.columns] == [("性別",), ("患者数",)]


def test_a_published_sheet_is_understood() -> None:
    document = read_document("a.xlsx", saved(published()))
    (table,) = document.tables
    assert table.sheet == "外来"
    assert table.title.startswith("診療年月")
    assert [column.path for column in table.columns][4:] == [
        ("総計 (患者数)",), ("男", "0～4歳"), ("男", "90歳以上"), ("女", "0～4歳"), ("女", "90歳以上"),
    ]  # fmt: skip
    assert table.row_numbers == (5, 6)
    assert document.findings == ()


def test_a_small_cell_in_a_published_sheet_is_found_at_its_place() -> None:
    book = published()
    book["外来"]["H6"] = 5
    (found,) = check_files([("a.xlsx", saved(book))], Pack()).findings
    assert (found.rule, found.verdict, found.sheet, found.row, found.column, found.cell) == (
        "PUB-1", "fail", "外来", 6, 8, "H6",
    )  # fmt: skip
    assert found.inferred is False


def test_values_behind_a_format_and_on_hidden_sheets_are_found() -> None:
    book = published()
    book["外来"]["H6"] = 5
    book["外来"]["H6"].number_format = '"-"'
    hidden = book.create_sheet("作業")
    hidden.append(["性別", "患者数"])
    hidden.append(["男", 3])
    hidden.sheet_state = "veryHidden"
    found = check_files([("a.xlsx", saved(book))], Pack()).findings
    assert {(f.rule, f.sheet, f.cell) for f in found} == {
        ("PUB-1", "外来", "H6"), ("PUB-1", "作業", "B2"), ("FILE-1", "作業", "A1"), ("FILE-1", "", "A1"),
    }  # fmt: skip


def test_what_stands_beside_the_cells_is_reported() -> None:
    book = published()
    sheet = book["外来"]
    sheet["A5"].comment = Comment("n", "x")
    sheet.row_dimensions[6].hidden = True
    found = check_files([("a.xlsx", saved(book))], Pack()).findings
    assert {f.rule for f in found} == {"FILE-1", "FILE-2"}
    assert {f.verdict for f in found} == {"review"}


def test_source_rows_of_a_pivot_table_are_refused() -> None:
    stream = io.BytesIO(saved(published()))
    with zipfile.ZipFile(stream, "a") as parts:
        parts.writestr("xl/pivotCache/pivotCacheRecords1.xml", "<pivotCacheRecords/>")
    (found,) = check_files([("a.xlsx", stream.getvalue())], Pack()).findings
    assert (found.rule, found.verdict) == ("FILE-3", "fail")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xlsx", b"PK\x03\x04 broken", "cannot be read as a workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0 more", "encrypted"),
        ("a.xlsx", b"a,b\n1,2\n", "no .xlsx file"),
        ("a.xlsx", b"", "no .xlsx file"),
        ("a.csv", b"", "holds nothing"),
        ("a.csv", b"\n , \n", "holds nothing"),
        ("a.csv", b"\x00\x01\x02", "not text"),
        ("a.csv", "性".encode("utf-16"), "not text"),
        ("a.csv", b'a,"b\n1', "not valid CSV"),
        ("a.pdf", b"%PDF", "cannot be read as a PDF"),
        ("a", b"1", "cannot be checked"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(name: str, content: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says) as caught:
        read_document(name, content)
    assert caught.value.fix


def test_every_unreadable_file_is_named_at_once() -> None:
    with pytest.raises(BadInput) as caught:
        read_documents([("a.csv", b""), ("b.csv", b"n\n12\n"), ("c.pdf", b"")])
    assert [problem.where for problem in caught.value.problems] == ["a.csv", "c.pdf"]


def test_a_missing_file_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_file(tmp_path / "none.csv")


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(BadInput, match="holds nothing"):
        read_document("a.xlsx", saved(Workbook()))


def test_a_sheet_with_a_far_corner_is_refused_before_it_fills_the_memory() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = 1
    sheet["XFD1048576"] = 1
    with pytest.raises(BadInput, match="spreads over"):
        read_document("a.xlsx", saved(book))


def test_damaged_workbooks_are_bad_input_or_read() -> None:
    whole = saved(published())
    chance = random.Random(7)  # noqa: S311 - no secret, only damage
    refused = 0
    for _round in range(60):
        damaged = bytearray(whole)
        for _byte in range(chance.randint(1, 40)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            check_files([("a.xlsx", bytes(damaged[: chance.randint(len(damaged) // 2, len(damaged))]))], Pack())
        except BadInput:
            refused += 1
    assert refused > 30


def test_a_workbook_cut_short_anywhere_is_refused_and_never_half_read() -> None:
    whole = saved(published())
    for part in range(0, len(whole), 97):
        with pytest.raises(BadInput) as caught:
            read_document("a.xlsx", whole[:part])
        assert caught.value.fix


def huge(part: str, size: int) -> bytes:
    """A workbook of some megabytes whose sheet unpacks to `size` bytes of empty cells, as its directory says."""
    block = b'<c r="A1"/>' * 95_325
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = deflate.compress(b"<worksheet><sheetData><row>") + deflate.flush(zlib.Z_FULL_FLUSH)
    again = deflate.compress(block) + deflate.flush(zlib.Z_FULL_FLUSH)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as parts:
        for name, content in (("[Content_Types].xml", b"<Types/>"), (part, start + again * (size // len(block)))):
            parts.writestr(name, content)
        sheet = parts.getinfo(part)
        sheet.compress_type, sheet.file_size = zipfile.ZIP_DEFLATED, size
    return stream.getvalue()


@pytest.mark.parametrize("name", ["a.xlsx", "a.zip"])
def test_a_sparse_sheet_of_ten_gigabytes_is_refused_before_it_is_unpacked(name: str) -> None:
    content = huge("xl/worksheets/sheet1.xml", 10 << 30)
    assert len(content) < 32 << 20
    tracemalloc.start()
    try:
        with pytest.raises(BadInput, match="unpacks to more than 256 MiB"):
            read_documents([(name, content)])
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


def test_other_delimiters_do_not_hide_numbers() -> None:
    for delimiter in (";", "\t", "|"):
        text = "sex,n\nM,5\n".replace(",", delimiter)
        assert [f.cell for f in check_files([("a.csv", text.encode())], Pack()).findings] == ["B2"]


def test_a_file_without_numbers_is_told() -> None:
    (found,) = check_files([("a.csv", b"sex n\nM 5\n")], Pack()).findings
    assert (found.rule, found.verdict) == ("READ-1", "review")


def with_part(name: str, text: str | bytes, book: Workbook | None = None) -> bytes:
    stream = io.BytesIO(saved(book or published()))
    with zipfile.ZipFile(stream, "a") as parts:
        parts.writestr(name, text)
    return stream.getvalue()


def rewritten(replace: tuple[bytes, bytes], book: Workbook | None = None) -> bytes:
    """A workbook whose sheet has one piece of its XML changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(book or published()))) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                assert replace[0] in content
                content = content.replace(*replace)
            new.writestr(part, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("part", "rule", "verdict"),
    [
        ("xl/vbaProject.bin", "FILE-4", "fail"),
        ("xl/embeddings/oleObject1.bin", "FILE-4", "fail"),
        ("xl/externalLinks/externalLink1.xml", "FILE-2", "review"),
        ("xl/charts/chart1.xml", "FILE-2", "review"),
        ("xl/media/image1.png", "FILE-2", "review"),
        ("xl/connections.xml", "FILE-2", "review"),
        ("xl/pivotCache/pivotCacheDefinition1.xml", "FILE-2", "review"),
    ],
)
def test_each_part_beside_the_cells_is_told(part: str, rule: str, verdict: str) -> None:
    content = "\x89PNG\r\n\x1a\n".encode("latin-1") if part.endswith(".png") else b"<x/>"
    found = check_files([("a.xlsx", with_part(part, content))], Pack()).findings
    assert [(f.rule, f.verdict) for f in found] == [(rule, verdict)]


def test_hidden_names_properties_and_comments_are_told() -> None:
    book = published()
    book.properties.creator = "someone"
    book.defined_names["rate"] = DefinedName("rate", attr_text="0.42")
    book["外来"]["A5"].comment = Comment("元の値は4", "x")
    document = read_document("a.xlsx", saved(book))
    assert [f.rule for f in document.findings] == ["FILE-1", "FILE-2"]
    facts = {fact.what: fact.text for fact in document.facts}
    assert facts["creator"] == "someone"
    assert "元の値は4" in facts["comments"]


def test_formulas_without_a_stored_value_are_refused_and_others_reviewed() -> None:
    book = published()
    book["外来"]["H6"] = "=SUM(F6:G6)"
    (found,) = check_files([("a.xlsx", saved(book))], Pack()).findings
    assert (found.rule, found.verdict) == ("FILE-5", "fail")
    assert "H6" in found.reason
    stored = rewritten((b"<f>SUM(F6:G6)</f><v />", b"<f>SUM(F6:G6)</f><v>34</v>"), book)
    # The sum opens the one mask beside it as well, whatever it was made by.
    found = {(f.rule, f.verdict) for f in check_files([("a.xlsx", stored)], Pack()).findings}
    assert found == {("FILE-5", "review"), ("PUB-22", "fail")}


@pytest.mark.parametrize("number", [b"INF", b"-INF", b"1e999"])
def test_infinite_numbers_in_workbooks_are_reviewed(number: bytes) -> None:
    content = rewritten((b"<v>24</v>", b"<v>" + number + b"</v>"))
    found = check_files([("a.xlsx", content)], Pack()).findings
    assert [(f.rule, f.verdict, f.cell) for f in found] == [("READ-1", "review", "I6")]


def test_no_number_in_a_workbook_is_blank() -> None:
    table = read_document("a.xlsx", rewritten((b"<v>24</v>", b"<v>NaN</v>"))).tables[0]
    assert table.rows[-1][-1] == "nan"


@pytest.mark.parametrize("text", ["Inf", "-Inf", "1e999"])
def test_infinite_numbers_in_text_are_reviewed(text: str) -> None:
    (found,) = check_files([("a.csv", f"性別,患者数\n男,{text}\n女,20\n".encode())], Pack()).findings
    assert (found.rule, found.verdict) == ("READ-1", "review")


def test_a_sheet_that_lies_about_its_extent_is_believed_by_its_cells() -> None:
    lie = rewritten((b'<dimension ref="A1:I6" />', b'<dimension ref="A1:XFD1048576" />'))
    assert check_files([("a.xlsx", lie)], Pack()).count("fail") == 0
    far = rewritten((b'<c r="I6"', b'<c r="XFD1048576"'))
    hidden = rewritten((b'<c r="I6"', b'<c r="&#88;FD1048576"'))
    for content, says in ((far, "spreads over"), (hidden, "no program uses")):
        with pytest.raises(BadInput, match=says):
            read_document("a.xlsx", content)
