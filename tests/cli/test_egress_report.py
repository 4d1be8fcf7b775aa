"""`hic egress describe` and `hic egress report`: the draft, the page, and the page in a browser."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import Workbook
from pypdf import PdfReader

from provisioning.disclosure.changes import changes
from provisioning.disclosure.check import check_documents
from provisioning.disclosure.documents import read_documents
from provisioning.disclosure.page import Heading, render
from provisioning.disclosure.rules import Pack
from tests.call_log import call_log
from tests.cli.conftest import Hic
from tests.cli.test_egress import AUTHOR, CLEAN, FIRST, SECOND, SMALL, environment, submit, tables

__all__ = ["environment", "tables"]
POPULATIONS = Path(__file__).parents[1] / "disclosure" / "populations.csv"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></td></table>",
    "&lt;b&gt;",
    "javascript:x",
]


class Seen(HTMLParser):
    """What a browser would take from a page: its elements, and where each points."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id" and value:
                self.ids.add(value)
            if name in ("href", "src") and value:
                self.links.append(value)


def page_of(files: list[tuple[str, bytes]]) -> str:
    documents = read_documents(files)
    return render(documents, check_documents(documents, Pack()).as_data(), Heading("en", (("Files", "a"),)))


def text_of(rows: list[list[str]]) -> bytes:
    return "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows).encode()


def test_report_tells_all_that_check_tells(
    hic: Hic, environment: str, tables: Callable[..., Path], tmp_path: Path
) -> None:
    """A researcher's role cannot read what others released of the same data; both say so."""
    named = (tables(SMALL), "--approval", environment)
    checked = hic("--json", "--as", AUTHOR, "egress", "check", *named)
    reported = hic("--json", "--as", AUTHOR, "egress", "report", *named, "--out", tmp_path / "page.html")
    assert [finding["rule"] for finding in checked.data["findings"]] == ["PUB-1", "PUB-21"]
    assert {name: reported.data[name] for name in checked.data} == checked.data
    assert "What others released" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_describe_drafts_and_check_uses_the_declaration(hic: Hic, tables: Callable[..., Path], tmp_path: Path) -> None:
    path, out = tables("性別,A群\n男,120\n女,5\n"), tmp_path / "tables.yaml"
    assert hic("--json", "egress", "describe", path).data["tables"] == 1
    assert hic("egress", "describe", path, "--out", out).code == 0
    assert "counts: patients  # inferred" in out.read_text(encoding="utf-8")
    assert hic("egress", "describe", path, "--out", out).code == 2
    guessed = hic("--json", "egress", "check", path).data
    assert guessed["findings"][0]["inferred"] is True
    assert {run["by"] for run in guessed["read"][0]["columns"]} == {"stated", "inferred"}
    told = hic("--json", "egress", "check", path, "--declare", out)
    assert (told.code, told.data["findings"][0]["inferred"]) == (1, False)
    out.write_text("tables:\n  - {file: x.csv, counts: patients}\n", encoding="utf-8")
    wrong = hic("--json", "egress", "check", path, "--declare", out)
    assert (wrong.code, wrong.data["problems"][0]["where"]) == (2, "tables.yaml:2 tables.0")


def test_check_with_populations(hic: Hic, tables: Callable[..., Path]) -> None:
    path = tables("市区町村,患者数\n大市,10\n中町,19\n")
    findings = hic("--json", "egress", "check", path, "--population", POPULATIONS).data["findings"]
    assert [(f["rule"], f["verdict"], f["cell"]) for f in findings] == [("PUB-2", "fail", "B3")]
    assert hic("egress", "check", path, "--population", path).code == 2


def test_the_report_of_files(hic: Hic, tables: Callable[..., Path], tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    ran = hic("--json", "egress", "report", tables(SMALL), "--out", out)
    checked = hic("--json", "egress", "check", tables(SMALL)).data
    assert (ran.code, ran.data) == (1, {"out": str(out), **checked, "changed": []})
    page = out.read_text(encoding="utf-8")
    assert 'id="t1r3c2"' in page
    assert "PUB-1" in page
    assert hic("egress", "report", tables(CLEAN), "--out", out).code == 0
    assert hic("egress", "report", "--out", out).code == 2
    assert hic("egress", "report", tables(CLEAN), "--out", tmp_path / "none" / "a.html").code == 2
    assert hic("--lang", "ja", "egress", "report", tables(CLEAN), "--out", out).code == 0
    assert '<html lang="ja">' in out.read_text(encoding="utf-8")


def test_the_report_of_a_request_shows_the_frozen_findings(
    hic: Hic, environment: str, tables: Callable[..., Path], tmp_path: Path
) -> None:
    path, out = tables(SMALL), tmp_path / "report.html"
    name = submit(hic, environment, path)["request"]
    path.write_text(CLEAN, encoding="utf-8")
    assert hic("--as", FIRST, "egress", "report", "--request", name, "--out", out).code == 1
    page = out.read_text(encoding="utf-8")
    assert name in page
    assert 'id="t1r3c2"' in page
    assert hic("--as", AUTHOR, "egress", "report", "--request", name, path, "--out", out).code == 2
    nowhere = tmp_path / "no" / "a.html"
    with call_log() as log:
        refused = hic("--json", "--as", FIRST, "egress", "report", "--request", name, "--out", nowhere)
    assert (refused.code, log.writes) == (2, [])  # a look at a request is an act on record
    assert f"there is no folder {nowhere.parent}" in refused.data["error"]
    assert "--out" in refused.data["fix"]


@pytest.mark.parametrize("name", ["a.csv", "a.md", "<img src=x onerror=alert(1)>.csv"])
def test_hostile_contents_stay_text(name: str) -> None:
    if name == "a.md":
        content = "\n".join(
            [*HOSTILE, "n=3 <script>x</script>", "", "|n|<b>x</b>|", "|--|--|", "|5|<i>y</i>|"]
        ).encode()
    else:
        content = text_of(
            [[HOSTILE[0], "患者数 " + HOSTILE[1]], *([text, "5"] for text in HOSTILE), [HOSTILE[2], HOSTILE[0]]]
        )
    seen = Seen(page_of([(name, content)]))
    assert not {"script", "img", "b", "i", "iframe"} & set(seen.tags) - {"b"}
    assert not {name for name in seen.attributes if name.startswith("on")}
    assert seen.tags.count("style") == 1
    assert all(link.startswith("#") for link in seen.links)


def test_the_page_takes_in_nothing_and_every_link_leads_to_a_cell() -> None:
    rows = [["性別", "A", "B"], *([f"群{n}", "5" if n % 7 == 0 else "50", "x"] for n in range(30))]
    page = page_of([("a.csv", text_of(rows)), ("b.md", b"n=3\n\n| sex | n |\n|--|--|\n| M | 4 |\n")])
    seen = Seen(page)
    assert not {"script", "link", "img", "iframe"} & set(seen.tags)
    assert not re.search(r"url\(|@import|https?://", page)
    assert "default-src 'none'" in page
    assert len(seen.links) > 7
    assert {link[1:] for link in seen.links} <= seen.ids


def test_large_tables_are_windowed_around_findings_and_say_so() -> None:
    rows = [["薬", *(f"{n}群" for n in range(80)), "患者数"]]
    rows += [[f"薬{n}", *("50" for _ in range(80)), "7" if n in (250, 400) else "70"] for n in range(600)]
    page = page_of([("a.csv", text_of(rows))])
    assert "of 600 rows and" in page
    assert "rows without a finding" in page
    seen = Seen(page)
    assert {"t1r252c82", "t1r402c82"} <= seen.ids
    assert len(page) < 120_000


def test_findings_outside_the_window_are_counted() -> None:
    rows = [["薬", "A", "B", "患者数"], *([f"薬{n}", "50", "60", "7"] for n in range(900))]
    page = page_of([("a.csv", text_of(rows))])
    outside = re.search(r"(\d+) findings lie outside what is drawn", page)
    assert outside
    seen = Seen(page)
    assert {link[1:] for link in seen.links} <= seen.ids
    assert int(outside[1]) + sum(i.startswith("t1r") for i in seen.ids) == 900


def test_a_finding_in_a_title_is_told_above_its_table() -> None:
    page = page_of([("a.csv", "表1 (n=5),\n\n性別,患者数\n男,50\n".encode())])
    seen = Seen(page)
    assert {link[1:] for link in seen.links} <= seen.ids
    assert '<span class="badge fail">A1</span>' in page


def test_merged_headings_hidden_sheets_and_properties_are_shown(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["表1 患者数"],
        [],
        ["地域", "男", None, "女", None],
        [None, "外来", "入院", "外来", "入院"],
        ["東", 20, 5, 30, "-"],
    ):
        sheet.append(row)
    hidden = book.create_sheet("作業")
    hidden.append(["性別", "患者数"])
    hidden.append(["男", 30])
    hidden.sheet_state = "hidden"
    book.properties.creator = "someone"
    book.save(tmp_path / "a.xlsx")
    page = page_of([("a.xlsx", (tmp_path / "a.xlsx").read_bytes())])
    assert '<th colspan="2">男</th>' in page
    assert '<th colspan="1" rowspan="2">地域</th>' in page
    assert "creator: someone" in page
    assert "[作業]" in page


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1280,900",
)


TOTALS = "地域,計\n北,50\n南,48\n東,40\n"
FIRST_VERSION = "地域,男,女\n北,20,30\n南,12,40\n東,16,24\n"
MASKED = "地域,男,女\n北,21,29\n南,-,40\n東,16,24\n西,5,60\n"


def browse(page: Path, *options: str) -> bytes:
    """Open a page in the browser, with options of its own; what it writes to standard output."""
    assert CHROMIUM
    command = [CHROMIUM, *QUIET, f"--user-data-dir={page.parent / 'profile'}", *options, page.as_uri()]
    return subprocess.run(command, check=True, capture_output=True, timeout=120).stdout


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH: the report was not opened in a browser")
def test_a_browser_draws_and_prints_the_whole_page(
    hic: Hic, environment: str, tables: Callable[..., Path], tmp_path: Path
) -> None:
    """In Japanese: a cell that a release opens, one that breaks a rule, and what changed since the version before."""
    totals = str(submit(hic, environment, tables(TOTALS, "totals.csv"))["request"])
    for reviewer in (FIRST, SECOND):
        assert hic("--as", reviewer, "egress", "decide", totals, "--approve", "--reason", "r").code == 0
    assert hic("--as", "operator:o-1", "egress", "release", totals).code == 0
    first = str(submit(hic, environment, tables(FIRST_VERSION))["request"])
    assert hic("--as", FIRST, "egress", "decide", first, "--return", "--reason", "r").code == 0
    name = str(submit(hic, environment, tables(MASKED), "--controls", "10未満を秘匿")["request"])
    page, picture, paper = (tmp_path / f"report.{ending}" for ending in ("html", "png", "pdf"))
    assert hic("--lang", "ja", "--as", FIRST, "egress", "report", "--request", name, "--out", page).code == 1
    told = browse(page, f"--screenshot={picture}", "--dump-dom").decode("utf-8")
    assert struct.unpack(">II", picture.read_bytes()[16:24]) == (1280, 900)
    assert picture.stat().st_size > 20_000
    cells = {number: told.split(f'id="t1r{number}c2"')[1].split("</td>")[0] for number in (2, 3, 5)}
    assert all(first in cell for cell in cells.values())
    assert totals in cells[3]
    assert "8" in cells[3]
    assert "PUB-1" in cells[5]
    browse(page, f"--print-to-pdf={paper}")
    printed = "".join(sheet.extract_text() for sheet in PdfReader(paper).pages)
    assert "inferred" not in printed
    assert all(word in printed for word in (name, totals, first, "10未満を秘匿", "地域", "PUB-1", "PUB-22"))


def test_the_report_of_a_request_tells_its_context_the_attack_and_what_changed(
    hic: Hic, environment: str, tables: Callable[..., Path], tmp_path: Path
) -> None:
    first = submit(hic, environment, tables("地域,男,女,計\n北,20,30,50\n南,12,40,52\n東,15,25,40\n"))["request"]
    assert hic("--as", FIRST, "egress", "decide", first, "--return", "--reason", "r").code == 0
    says = tmp_path / "tables.yaml"
    says.write_text("tables:\n  - {file: table.csv, counts: patients}\n", encoding="utf-8")
    path = tables("地域,男,女,計\n北,20,30,50\n南,-,40,45\n東,16,25,41\n")
    name = submit(hic, environment, path, "--declare", says, "--controls", "10未満を秘匿")["request"]
    out = tmp_path / "report.html"
    assert hic("--as", FIRST, "egress", "report", "--request", name, "--out", out).code == 1
    page = out.read_text(encoding="utf-8")
    assert "10未満を秘匿" in page
    assert "tables.yaml" in page
    assert "The attack: 5, known exactly" in page
    assert f"Changed since {first}; before: 15" in page
    assert f"table.csv, beside the version filed as {first}" in page
    told = hic("--json", "--as", FIRST, "egress", "report", "--request", name, "--out", out).data
    assert [(mask["cell"], mask["low"], mask["high"]) for mask in told["masks"]] == [("B3", 5, 5)]
    ((version, cells),) = ((file["version"], file["tables"][0]["cells"]) for file in told["changed"])
    assert version == first
    assert {"row": 4, "column": 2, "was": "15"} in cells
    assert {link[1:] for link in Seen(page).links} <= Seen(page).ids
    assert hic("--lang", "ja", "--as", FIRST, "egress", "report", "--request", name, "--out", out).code == 1
    assert "What is masked here" not in out.read_text(encoding="utf-8")
    assert hic("--as", FIRST, "egress", "report", "--request", name, "--declare", says, "--out", out).code == 2


def test_a_table_without_findings_is_unfolded_where_it_changed() -> None:
    (now,), (before,) = (read_documents([("a.csv", text_of(rows))]) for rows in (
        [["性別", "患者数"], ["男", "50"], ["女", "60"]],
        [["性別", "患者数"], ["男", "50"], ["女", "61"]],
    ))  # fmt: skip
    report = check_documents([now], Pack()).as_data()
    page = render([now], report, Heading("en"), changed=[changes(now, before, "E001")])
    assert '<details class="sheet" id="t1" open>' in page
    assert '<td id="t1r3c2" class="num changed hit"' in page


def test_the_author_of_a_request_is_sent_to_their_own_files(
    hic: Hic, environment: str, tables: Callable[..., Path]
) -> None:
    path = tables(CLEAN)
    name = str(submit(hic, environment, path)["request"])
    refused = hic("--as", AUTHOR, "egress", "report", "--request", name, "--out", path.with_suffix(".html"))
    assert refused.code == 1
    assert "hic egress report FILES" in refused.err
    assert not path.with_suffix(".html").exists()
