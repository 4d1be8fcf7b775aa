"""Office packages: parts that ride along, bytes of no part, and words outside the cells."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from provisioning.disclosure.check import check_files
from provisioning.disclosure.documents import read_documents
from provisioning.disclosure.model import Report
from provisioning.disclosure.packages import foreign_parts
from provisioning.disclosure.rules import Pack
from provisioning.disclosure.workbook_words import shows_other_than_figures
from provisioning.egress.intake import check_incoming
from provisioning.errors import BadInput

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DOCUMENT = f"<w:document {W}><w:body><w:p><w:r><w:t>結果なし</w:t></w:r></w:p></w:body></w:document>"
PNG = b"\x89PNG\r\n\x1a\n"


def workbook(change: Callable[[Workbook, Worksheet], object] | None = None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (["病名", "患者数"], ["A病", "-"], ["B病", 500], ["C病", 700]):
        sheet.append(row)
    if change:
        change(book, sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def packed(files: dict[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def unpacked(content: bytes) -> dict[str, bytes | str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_parts(content: bytes, parts: dict[str, bytes | str]) -> bytes:
    return packed({**unpacked(content), **parts})


def report(content: bytes, name: str = "a.xlsx") -> Report:
    return check_files([(name, content)], Pack())


def told(content: bytes, name: str = "a.xlsx") -> list[tuple[str, str]]:
    return [(finding.rule, finding.verdict) for finding in report(content, name).findings]


def test_an_ordinary_workbook_says_nothing() -> None:
    assert told(workbook()) == []


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/raw.csv", "A病,3\n" * 100),
        ("data.bin", b"3" * 100),
        ("xl/worksheets/rows.csv", "患者ID,病名\n"),
        ("xl/worksheets/sheet7.xml", "<worksheet/>"),
        ("xl/media/image1.png", "患者ID,病名\n"),
        ("xl/charts/chart9.xml", "患者ID,病名\n"),
        ("customXml/item1.csv", "患者ID,病名\n"),
        ("xl/drawings/x.bin", b"\0"),
    ],
)
def test_a_file_that_rides_along_in_a_workbook_is_refused_both_ways(part: str, content: bytes | str) -> None:
    riding = with_parts(workbook(), {part: content})
    found = [finding for finding in report(riding).findings if finding.verdict == "fail"]
    assert [finding.rule for finding in found] == ["FILE-4"]
    assert part in found[0].reason
    if not part.startswith("xl/worksheets/sheet"):
        inward = [(f.rule, f.verdict) for f in check_incoming([("m.xlsx", riding)]).findings]
        assert inward == [("IN-2", "fail")]


@pytest.mark.parametrize("part", ["word/raw.csv", "data.bin", "word/media/rows.csv", "word/footnotes.xml.bin"])
def test_a_file_that_rides_along_in_a_document_is_refused(part: str) -> None:
    plain = packed({"[Content_Types].xml": "<Types/>", "word/document.xml": DOCUMENT})
    assert ("FILE-4", "fail") not in told(plain, "a.docx")
    assert ("FILE-4", "fail") in told(with_parts(plain, {part: "患者ID,病名\n"}), "a.docx")


@pytest.mark.parametrize(
    ("folder", "parts"),
    [
        # What spreadsheet programs and libraries write: Excel, LibreOffice, openpyxl, XlsxWriter, openxlsx, Google.
        (
            "xl",
            "[Content_Types].xml _rels/.rels docProps/app.xml docProps/core.xml docProps/custom.xml "
            "docMetadata/LabelInfo.xml xl/workbook.xml xl/_rels/workbook.xml.rels xl/worksheets/sheet12.xml "
            "xl/worksheets/_rels/sheet12.xml.rels xl/sharedStrings.xml xl/styles.xml xl/theme/theme1.xml "
            "xl/calcChain.xml xl/metadata.xml xl/tables/table1.xml xl/comments1.xml xl/comments/comment1.xml "
            "xl/threadedComments/threadedComment1.xml xl/persons/person.xml xl/drawings/drawing1.xml "
            "xl/drawings/vmlDrawing1.vml xl/drawings/commentsDrawing1.vml xl/drawings/_rels/drawing1.xml.rels "
            "xl/charts/chart1.xml xl/charts/style1.xml xl/charts/colors1.xml xl/charts/_rels/chart1.xml.rels "
            "xl/pivotTables/pivotTable1.xml xl/pivotTables/_rels/pivotTable1.xml.rels "
            "xl/pivotCache/pivotCacheDefinition1.xml xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels "
            "xl/slicers/slicer1.xml xl/slicerCaches/slicerCache1.xml xl/richData/rdrichvalue.xml "
            "xl/featurePropertyBag/featurePropertyBag.xml xl/chartsheets/sheet1.xml xl/queryTables/queryTable1.xml "
            "customXml/item1.xml customXml/itemProps1.xml customXml/_rels/item1.xml.rels",
        ),
        # Word, LibreOffice, python-docx, officer, Google.
        (
            "word",
            "[Content_Types].xml _rels/.rels docProps/app.xml docProps/core.xml word/document.xml "
            "word/_rels/document.xml.rels word/styles.xml word/stylesWithEffects.xml word/settings.xml "
            "word/_rels/settings.xml.rels word/webSettings.xml word/fontTable.xml word/_rels/fontTable.xml.rels "
            "word/numbering.xml word/theme/theme1.xml word/footnotes.xml word/endnotes.xml word/header1.xml "
            "word/_rels/header1.xml.rels word/footer2.xml word/comments.xml word/commentsExtended.xml "
            "word/commentsIds.xml word/commentsExtensible.xml word/people.xml word/glossary/document.xml "
            "word/glossary/_rels/document.xml.rels word/glossary/styles.xml word/charts/chart1.xml "
            "customXml/item1.xml customXml/itemProps1.xml customXml/_rels/item1.xml.rels",
        ),
    ],
)
def test_what_office_programs_write_is_no_foreign_part(folder: str, parts: str) -> None:
    content = packed(dict.fromkeys(parts.split(), "<x/>"))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert foreign_parts(package, "xl" if folder == "xl" else "word") == []


def _between(content: bytes) -> bytes:
    """Rows between the last member and the list of members, whose place is written anew."""
    end = content.rindex(b"PK\x05\x06")
    start = int.from_bytes(content[end + 16 : end + 20], "little")
    rows = b"A,3\n" * 50
    moved = (start + len(rows)).to_bytes(4, "little")
    return content[:start] + rows + content[start:end] + content[end : end + 16] + moved + content[end + 20 :]


def _with_comment(content: bytes) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.comment = b"A,3\n" * 50
    return stream.getvalue()


def _with_extra(content: bytes) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        note = zipfile.ZipInfo("docProps/custom.xml")
        note.extra = b"XX\x64\x00" + b"A,3\n" * 25
        archive.writestr(note, "<Properties/>")
    return stream.getvalue()


@pytest.mark.parametrize("hide", [lambda content: content + b"A,3\n" * 50, _between, _with_comment, _with_extra])
def test_bytes_of_no_member_are_refused_everywhere(hide: Callable[[bytes], bytes]) -> None:
    table = "病名,患者数\nA病,500\n"
    assert len(read_documents([("a.zip", packed({"a.csv": table})), ("a.xlsx", workbook())])) == 2
    for name, content in (("a.zip", packed({"a.csv": table})), ("a.xlsx", workbook())):
        with pytest.raises(BadInput, match="cannot be checked"):
            read_documents([(name, hide(content))])
        with pytest.raises(BadInput, match="cannot be brought in"):
            check_incoming([(name, hide(content))])


def test_an_archive_written_as_a_stream_is_read() -> None:
    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            assert isinstance(data, bytes | bytearray | memoryview)
            self.data += bytes(data)
            return len(data)

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "病名,患者数\nA病,500\n")
        with archive.open("b.csv", "w", force_zip64=True) as member:
            member.write("病名,患者数\nB病,700\n".encode())
    assert [document.name for document in read_documents([("a.zip", stream.data)])] == ["a.zip/a.csv", "a.zip/b.csv"]


def test_data_behind_the_end_of_a_packed_member_are_refused() -> None:
    plain = packed({"a.csv": "病名,患者数\nA病,500\n"})
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        (member,) = archive.infolist()
        begin, size, start = member.header_offset, member.compress_size, archive.start_dir
    more = (size + 5).to_bytes(4, "little")
    local = plain[begin : begin + 18] + more + plain[begin + 22 : start] + b"3,3,3"
    listed, end = plain[start:], plain.rindex(b"PK\x05\x06") - start
    listed = listed[:20] + more + listed[24 : end + 16] + len(local).to_bytes(4, "little") + listed[end + 20 :]
    with pytest.raises(BadInput, match="no program shows"):
        read_documents([("a.zip", local + listed)])


def test_a_program_in_a_workbook_does_not_come_in() -> None:
    with pytest.raises(BadInput, match="Windows program"):
        check_incoming([("m.xlsx", with_parts(workbook(), {"xl/tool.exe": b"MZ\x90\0" + b"\0" * 64}))])


def _prompt(_book: Workbook, sheet: Worksheet) -> None:
    rule = DataValidation(type="list", formula1='"4,5,7"', showInputMessage=True)
    rule.prompt = "A病は3人"
    sheet.add_data_validation(rule)
    rule.add("A2")


def _tip(_book: Workbook, sheet: Worksheet) -> None:
    sheet["A2"].hyperlink = "https://example.org/"
    sheet["A2"].hyperlink.tooltip = "3人"


def _link(_book: Workbook, sheet: Worksheet) -> None:
    sheet["A2"].hyperlink = "https://example.org/?n=3"


def _table(_book: Workbook, sheet: Worksheet) -> None:
    table = Table(displayName="A", ref="A1:B4", totalsRowCount=0)
    table._initialise_columns()
    for column, name in zip(table.tableColumns, ("病名", "患者数"), strict=True):
        column.name = name
    table.tableColumns[0].totalsRowLabel = "死亡 3人"
    sheet.add_table(table)


def _name(book: Workbook, _sheet: Worksheet) -> None:
    book.defined_names["area"] = DefinedName("area", attr_text="Sheet!$A$1", comment="A病 3人")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda _book, sheet: setattr(sheet.oddHeader.center, "text", "&12A病 3人"), [("PUB-1", "review")]),
        (lambda _book, sheet: setattr(sheet.evenFooter.left, "text", "A病 n=3"), [("PUB-1", "fail")]),
        (lambda _book, sheet: setattr(sheet.oddFooter.right, "text", "&P / &N"), []),
        (_prompt, [("PUB-1", "review"), ("TEXT-1", "review")]),
        (_tip, [("PUB-1", "review")]),
        (_link, [("PUB-1", "fail")]),
        (_table, [("PUB-1", "review")]),
        (_name, [("PUB-1", "review")]),
        (lambda _book, sheet: setattr(sheet, "title", "A病 3人"), [("PUB-1", "review")]),
        (lambda _book, sheet: setattr(sheet["A2"], "comment", Comment("3人", "x")),
         [("FILE-2", "review"), ("PUB-1", "review")]),
        (lambda book, _sheet: setattr(book.properties, "description", "A病 3人"), [("PUB-1", "review")]),
        (lambda _book, sheet: setattr(sheet["B3"], "number_format", '"3人"'), [("FILE-1", "review")]),
        (lambda _book, sheet: setattr(sheet["B3"], "number_format", '#,##0"人"'), []),
    ],
)  # fmt: skip
def test_words_outside_the_cells_are_read(
    change: Callable[[Workbook, Worksheet], object], expected: list[tuple[str, str]]
) -> None:
    assert told(workbook(change)) == expected


STRINGS = "<sst><si><t>病名</t></si><si><t>患者数</t></si><si><t>A病</t>{reading}</si>{more}</sst>"
CELLS = (
    '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2"><v>500</v></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("reading", "more", "expected"),
    [
        ("", "", []),
        ('<rPh sb="0" eb="1"><t>ビョウ</t></rPh>', "", []),
        ('<rPh sb="0" eb="1"><t>3人</t></rPh>', "", [("PUB-1", "review")]),
        ("", "<si><t>A病 3人</t></si>", [("FILE-1", "review"), ("PUB-1", "review")]),
        ("", "<si><t><![CDATA[3人]]></t></si>", [("FILE-1", "review"), ("PUB-1", "review")]),
    ],
)
def test_readings_and_strings_of_no_cell_are_read(reading: str, more: str, expected: list[tuple[str, str]]) -> None:
    parts = unpacked(workbook())
    relation = b'<Relationship Id="rIdS" Target="sharedStrings.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>'
    relations = parts["xl/_rels/workbook.xml.rels"]
    assert isinstance(relations, bytes)
    parts["xl/_rels/workbook.xml.rels"] = relations.replace(b"</Relationships>", relation)
    parts["xl/sharedStrings.xml"] = STRINGS.format(reading=reading, more=more)
    parts["xl/worksheets/sheet1.xml"] = CELLS
    assert told(packed(parts)) == expected


def test_words_in_a_part_that_holds_none_are_read() -> None:
    parts = unpacked(workbook())
    theme = parts["xl/theme/theme1.xml"]
    assert isinstance(theme, bytes)
    parts["xl/theme/theme1.xml"] = theme.replace(b"</a:theme>", "A病 3人</a:theme>".encode())
    assert told(packed(parts)) == [("FILE-1", "review"), ("PUB-1", "review")]


@pytest.mark.parametrize(
    "code",
    ["General", "0", "#,##0_ ", "0.0%", '#,##0"人"', '0"件"', "#,##0_);[Red]\\(#,##0\\)", '"¥"#,##0', "@", "yyyy/mm/dd",
     '_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-', 'yyyy"年"m"月"d"日"', "[$-411]ggge\"年\"m\"月\"", '"n="0', "# ?/16", "",
     '0.0"mg"', "[>=100]0;0.0", "[h]:mm:ss"],
)  # fmt: skip
def test_units_and_signs_of_a_number_format_say_nothing(code: str) -> None:
    assert not shows_other_than_figures(code)


@pytest.mark.parametrize("code", ['"3人"', '"-"', ";;;", '0"人(うち死亡3人)"', "[$3人]", "\\3", '0;"秘密"', '"A病"0'])
def test_other_words_of_a_number_format_are_told(code: str) -> None:
    assert shows_other_than_figures(code)


def test_words_that_a_document_carries_unseen_are_read() -> None:
    settings = f'<w:settings {W}><w:docVars><w:docVar w:name="x" w:val="A病 3人"/></w:docVars></w:settings>'
    level = f'<w:numbering {W}><w:lvlText w:val="%1."/><w:lvlText w:val="4人%1"/></w:numbering>'
    symbol = DOCUMENT.replace("<w:t>結果なし</w:t>", '<w:t>n=</w:t><w:sym w:font="Symbol" w:char="F035"/>')
    plain = {"[Content_Types].xml": "<Types/>", "word/document.xml": DOCUMENT}
    assert told(packed({**plain, "word/settings.xml": settings}), "a.docx") == [("PUB-1", "review")]
    assert told(packed({**plain, "word/numbering.xml": level}), "a.docx") == [("PUB-1", "review")]
    assert told(packed({**plain, "word/document.xml": symbol}), "a.docx") == [("PUB-1", "fail")]
    styles = f"<w:styles {W}>A病 3人</w:styles>"
    assert told(packed({**plain, "word/styles.xml": styles}), "a.docx") == [("FILE-1", "review"), ("PUB-1", "review")]
