"""Markdown, LaTeX, HTML, R output, ZIP, DOCX and PDF: tables read, hidden things told, hostile files refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from provisioning.disclosure.archives import unpack
from provisioning.disclosure.check import check_files
from provisioning.disclosure.documents import read_document, read_documents
from provisioning.disclosure.model import Finding
from provisioning.disclosure.rules import Pack
from provisioning.errors import BadInput

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def found(name: str, content: bytes | str) -> list[Finding]:
    data = content.encode() if isinstance(content, str) else content
    return list(check_files([(name, data)], Pack()).findings)


def zipped(files: dict[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


MARKDOWN = """# 結果

表1 性別の患者数

| 性別 | **患者数** |
|:-----|-----------:|
| 男   | **120**    |
| 女   | `5`        |
"""


def test_markdown_tables_keep_their_lines_and_titles() -> None:
    (table,) = read_document("a.md", MARKDOWN.encode()).tables
    assert (table.title, table.row_numbers) == ("表1 性別の患者数", (7, 8))
    assert [column.path for column in table.columns] == [("性別",), ("患者数",)]
    assert [(f.rule, f.verdict, f.cell) for f in found("a.md", MARKDOWN)] == [("PUB-1", "fail", "B8")]


def test_masks_in_markdown_are_masks() -> None:
    assert (
        found("a.md", "| 性別 | 患者数 |\n|---|---|\n| 男 | \\<10 |\n| 女 | &lt;10 |\n| 計 | - |\n| 他 | 30 |\n") == []
    )


def test_two_markdown_tables_are_two() -> None:
    text = "| 性別 | 患者数 |\n|--|--|\n| 男 | 20 |\n\n表2\n\n| 地域 | 施設数 |\n|--|--|\n| 東 | 2 |\n"
    document = read_document("a.md", text.encode())
    assert [(t.sheet, t.title, t.row_numbers) for t in document.tables] == [
        ("table 1", "", (3,)),
        ("table 2", "表2", (9,)),
    ]


def test_numbers_in_text_are_listed_and_small_ones_refused() -> None:
    text = MARKDOWN.replace("`5`", "50") + "\n対象は120人である。\n除外は n=3 であった。\n"
    assert [(f.rule, f.verdict, f.cell) for f in found("a.md", text)] == [
        ("PUB-1", "fail", "line 11"),
        ("TEXT-1", "review", "line 10"),
    ]


def test_comments_and_pictures_in_markdown_are_told() -> None:
    assert [f.rule for f in found("a.md", "![図](a.png)\n<!-- n=4 -->\n")] == ["FILE-2", "FILE-1", "PUB-1"]


LATEX = r"""\begin{table}
\caption{性別の患者数}
\begin{tabular}{l S[table-format=3.0] r}
\toprule
 & \multicolumn{2}{c}{患者数} \\ \cmidrule(lr){2-3}
性別 & 外来 & 入院 \\
\midrule
男 & \textbf{120} & $<$10 \\[2pt]
\multirow{2}{*}{女} & 1{,}234 & 5 \\
\bottomrule
\end{tabular}
\end{table}
"""


def test_latex_with_booktabs() -> None:
    (table,) = read_document("a.tex", LATEX.encode()).tables
    assert table.title == "性別の患者数"
    assert [column.path for column in table.columns] == [("性別",), ("患者数", "外来"), ("患者数", "入院")]
    assert table.rows == (("男", "120", "<10"), ("女", "1,234", "5"))
    assert [(f.rule, f.verdict, f.sheet, f.cell) for f in found("a.tex", LATEX)] == [("PUB-1", "fail", "table 1", "C4")]


def test_comments_and_inputs_in_latex_are_told() -> None:
    rules = [(f.rule, f.cell) for f in found("a.tex", LATEX.replace("& 5", "& 50") + "% n=3 を除外\n\\input{other}\n")]
    assert rules == [("FILE-1", "A1"), ("FILE-2", "A1"), ("PUB-1", "line 13")]


HTML = """<html><body><p>本文</p><table><caption>表1</caption>
<tr><th rowspan=2>地域</th><th colspan=2>患者数</th></tr><tr><th>男</th><th>女</th></tr>
<tr><td>東</td><td>20</td><td>&lt;10</td></tr><tr><td>西</td><td>30</td><td style="display:none">4</td></tr></table>"""


def test_html_with_merged_and_hidden_cells() -> None:
    (table,) = read_document("a.html", HTML.encode()).tables
    assert [column.path for column in table.columns] == [("地域",), ("患者数", "男"), ("患者数", "女")]
    assert [(f.rule, f.verdict, f.cell) for f in found("a.html", HTML)] == [
        ("FILE-1", "review", "A1"),
        ("PUB-1", "fail", "C4"),
    ]


def test_scripts_comments_and_outside_resources_in_html_are_told() -> None:
    page = '<img src="https://x.example/p.png" onerror="f()"><!-- n=2 --><script>1</script><table><tr><td>1</table>'
    rules = {(f.rule, f.verdict) for f in found("a.html", page)}
    assert {("FILE-4", "fail"), ("FILE-2", "review"), ("FILE-1", "review"), ("PUB-1", "fail")} <= rules


def test_a_cell_that_spans_a_billion_columns_costs_nothing() -> None:
    page = '<table><tr><th colspan="999999999" rowspan="999999999">患者数</th></tr><tr><td>5</td></tr></table>'
    assert read_document("a.html", page.encode()).tables


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('"","sex","n"\n"1","M",120\n"2","F",5\n"3",NA,30\n', ["C3"]),
        ('"","n"\n"(0,5]",120\n"(5,10]",5\n', ["B3"]),
        ('"";"mean";"n"\n"M";5,2;120\n"F";7,9;5\n', ["C3"]),
        ('"","M","F"\n"North",12,3\n"South",NA,30\n', ["C2"]),
    ],
)
def test_r_output_saved_as_csv(text: str, cells: list[str]) -> None:
    assert [f.cell for f in found("a.csv", text) if f.verdict == "fail"] == cells


def test_r_output_as_printed() -> None:
    text = "> table(x)\n\n       M   F\nNorth  12   3\nSouth  40  30\n"
    assert [(f.rule, f.sheet, f.row, f.column) for f in found("a.txt", text) if f.verdict == "fail"] == [
        ("PUB-1", "table 1", 4, 3)
    ]


def document_xml(body: str) -> str:
    return f'<?xml version="1.0"?><w:document {W}><w:body>{body}</w:body></w:document>'


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def word_table(rows: list[list[str]]) -> str:
    cells = ["".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in row) for row in rows]
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def test_word_tables_text_comments_changes_and_properties() -> None:
    table = word_table([["性別", "患者数"], ["男", "120"], ["女", "5"]])
    change = "<w:p><w:del><w:r><w:delText>n=4 を削除</w:delText></w:r></w:del></w:p>"
    hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>秘密 120</w:t></w:r></w:p>"
    file = zipped(
        {
            "word/document.xml": document_xml(paragraph("表1 性別") + table + change + hidden),
            "word/comments.xml": f"<w:comments {W}>{paragraph('3人を除外')}</w:comments>",
            "word/embeddings/a.xlsx": b"x",
            "docProps/core.xml": "<p><creator>someone</creator></p>",
        }
    )
    document = read_document("a.docx", file)
    assert document.tables[0].title == "表1 性別"
    assert [(fact.what, fact.text) for fact in document.facts] == [("creator", "someone")]
    assert [(f.rule, f.verdict, f.cell) for f in found("a.docx", file)] == [
        ("FILE-2", "review", "A1"),
        ("FILE-1", "review", "A1"),
        ("FILE-1", "review", "A1"),
        ("FILE-4", "fail", "A1"),
        ("PUB-1", "fail", "B3"),
        ("PUB-1", "fail", "paragraph 2"),
        ("PUB-1", "review", "comment 1"),
        ("TEXT-1", "review", "paragraph 1"),
    ]


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><w:document ' + W + ">&b;</w:document>"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.docx", zipped({"word/document.xml": BOMB}), "declares XML entities"),
        ("a.xlsx", zipped({"xl/workbook.xml": BOMB}), "declares XML entities"),
        ("a.docx", zipped({"word/other.xml": "<a/>"}), "no text part"),
        ("a.docx", zipped({"word/document.xml": "<a>"}), "cannot be read as a document"),
        ("a.docx", b"\xd0\xcf\x11\xe0", "encrypted"),
        ("a.docx", b"PK\x03\x04 broken", "cannot be read as a document"),
        ("a.pdf", b"%PDF-1.7 broken", "cannot be read as a PDF"),
        ("a.zip", b"PK\x03\x04 broken", "cannot be read as an archive"),
        ("a.zip", zipped({}), "it is empty"),
        ("a.zip", zipped({"../a.csv": "x"}), "leads out of the folder"),
        ("a.zip", zipped({"/etc/a.csv": "x"}), "leads out of the folder"),
        ("a.zip", zipped({"C:\\a.csv": "x"}), "leads out of the folder"),
        ("a.zip", zipped({"a.csv": "x", "A.CSV": "y"}), "is in it twice"),
        ("a.zip", zipped({f"{n}.csv": "x" for n in range(501)}), "more than 500 files"),
        (
            "a.zip",
            zipped({"b.zip": zipped({"c.zip": zipped({"d.csv": "n\n20\n"})})}),
            "archive in an archive in an archive",
        ),
        ("a.zip", zipped({"a.csv": "n\n20\n", "m.rds": "x"}), "type that cannot be checked"),
        ("a.csv", b"\x89PNG\r\n", "content is that of a .png file"),
        ("a.csv", b"\x80\x04\x95 pickle", "content is that of a .pkl file"),
        ("a.csv", "性別,患者数\n男,12\n".encode() + "女,12\n".encode("cp932"), "mixes encodings: line 3"),
        ("a.xlsm", b"", "cannot be checked"),
        ("a.svg", b"<svg/>", "cannot be checked"),
    ],
)
def test_hostile_and_unknown_files_are_refused_with_a_way_out(name: str, content: bytes, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_documents([(name, content)])
    assert says in str(caught.value)
    assert all(problem.fix for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("a.xls", ".xlsx"),
        ("a.xlsm", "Macros"),
        ("a.rds", "coefficients"),
        ("a.png", "numbers behind"),
        ("a.7z", ".zip"),
    ],
)
def test_each_refused_kind_says_what_to_do(name: str, fix: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_document(name, b"x")
    assert fix in caught.value.fix


def test_symbolic_links_and_bombs_in_archives_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo("a.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(BadInput, match="symbolic link"):
        unpack("a.zip", stream.getvalue())
    monkeypatch.setattr("provisioning.disclosure.archives.MOST_BYTES", 1 << 20)
    bomb = zipped({"a.csv": b"0" * (2 << 20)})
    assert len(bomb) < 10_000
    for name in ("a.zip", "a.xlsx", "a.docx"):
        with pytest.raises(BadInput, match="unpacks to more than 1 MiB"):
            read_documents([(name, bomb)]) if name != "a.zip" else unpack(name, bomb)


def test_archives_are_read_file_by_file_with_japanese_names() -> None:
    file = zipped({"表/一.csv": "性別,患者数\n男,5\n", "b.zip": zipped({"二.md": MARKDOWN})})
    assert [(f.file, f.cell) for f in found("a.zip", file)] == [("a.zip/表/一.csv", "B2"), ("a.zip/b.zip/二.md", "B8")]


def pdf(lines: list[str], *, script: bool = False) -> bytes:
    """A PDF of one page with a line of text each; written by hand, since pypdf draws none."""
    drawn = "".join(f"BT /F1 12 Tf 50 {750 - 20 * i} Td ({line}) Tj ET\n" for i, line in enumerate(lines))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}endstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Courier>>",
    ]
    out = "%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj{body}endobj\n"
    start = len(out)
    out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n" + "".join(f"{place:010} 00000 n \n" for place in places)
    file = (out + f"trailer<</Size {len(places) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").encode("latin-1")
    if not script:
        return file
    writer = PdfWriter(clone_from=io.BytesIO(file))
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject({NameObject("/S"): NameObject("/JavaScript")})
    writer.add_attachment("rows.csv", b"1,2")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_pdf_text_tables_scripts_and_attachments() -> None:
    lines = ["Table 1", "sex      n", "male   120", "female   5", "excluded: n=3"]
    plain = found("a.pdf", pdf(lines))
    assert [(f.rule, f.verdict) for f in plain] == [("FILE-2", "review"), ("PUB-1", "fail"), ("PUB-1", "fail")]
    assert plain[1].sheet == "page 1 table 1"
    rules = [(f.rule, f.verdict) for f in found("a.pdf", pdf(lines, script=True))]
    assert rules.count(("FILE-4", "fail")) == 2


def test_comments_and_fields_of_a_pdf_are_read() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf(["Results", "see the form"])))
    note = DictionaryObject(
        {NameObject("/Subtype"): NameObject("/Text"), NameObject("/Contents"): TextStringObject("n=4")}
    )
    field = DictionaryObject(
        {
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/FT"): NameObject("/Tx"),
            NameObject("/T"): TextStringObject("group"),
            NameObject("/V"): TextStringObject("n=7"),
            NameObject("/DV"): TextStringObject("3 patients"),
        }
    )
    marks = ArrayObject([writer._add_object(item) for item in (note, field)])
    writer.pages[0][NameObject("/Annots")] = marks
    form = DictionaryObject({NameObject("/Fields"): ArrayObject([marks[1]])})
    writer.root_object[NameObject("/AcroForm")] = form
    stream = io.BytesIO()
    writer.write(stream)
    findings = found("a.pdf", stream.getvalue())
    told = {(f.rule, f.verdict, f.cell) for f in findings}
    assert ("PUB-1", "fail", "page 1, comment") in told
    assert ("PUB-1", "fail", "field group") in told
    assert ("PUB-1", "review", "field group") in told


def test_an_encrypted_pdf_is_refused() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf(["n"])))
    writer.encrypt("secret", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    with pytest.raises(BadInput, match="it is encrypted"):
        read_document("a.pdf", stream.getvalue())


def test_every_file_cut_short_is_refused_or_read(tmp_path: Path) -> None:
    whole = {
        "a.docx": zipped({"word/document.xml": document_xml(word_table([["n"], ["20"]]))}),
        "a.pdf": pdf(["n  m", "20  30"]),
        "a.html": HTML.encode(),
        "a.tex": LATEX.encode(),
        "a.md": MARKDOWN.encode(),
    }
    for name, content in whole.items():
        for part in range(0, len(content), max(1, len(content) // 25)):
            try:
                read = check_files([(name, content[:part])], Pack())
            except BadInput:
                continue
            assert read.files == (name,)
