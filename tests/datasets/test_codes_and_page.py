"""Meanings of codes, and the page that shows them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest

from provisioning.datasets.catalogue import DDL_FOLDER, read_catalogue
from provisioning.datasets.codes import read_codes
from provisioning.datasets.page import catalogue_page, write_page
from provisioning.errors import BadInput, DependencyFailed


def test_every_code_system_of_a_layout_is_explained() -> None:
    systems = read_codes()
    used = {c.code_system for table in read_catalogue() for c in table.layout.columns} - {""}
    assert used == set(systems)
    for system in systems.values():
        assert system.codes or system.description
        assert all(code.code and code.meaning for code in system.codes)
        assert (system.extent != "list") or system.codes


def test_meanings() -> None:
    systems = read_codes()
    sexes = {code.code: code.meaning for code in systems["男女区分コード"].codes}
    assert sexes == {"1": "男", "2": "女"}
    assert len(systems["都道府県コード"].codes) == 47
    assert {code.confidence for code in systems["傷病名コード"].codes} == {"example"}
    joined = {code.code[0] for code in systems["診療行為コード／医薬品コード／特定器材コード"].codes}
    assert joined == {"1", "6", "7"}


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("男女区分コード,2,女,spec", "男女区分コード,1,女,spec", "'1' stands twice"),
        ("男女区分コード,2,女,spec", "男女区分コード,2,女,sure", "confidence is 'sure'"),
        ("男女区分コード,2,女,spec", "性,2,女,spec", "belong to no system"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, old: str, new: str, text: str) -> None:
    shutil.copytree(DDL_FOLDER, tmp_path / "ddl")
    path = tmp_path / "ddl" / "codes" / "person.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_codes(tmp_path / "ddl")
    assert text in str(caught.value)
    with pytest.raises(DependencyFailed):
        read_codes(tmp_path)


def test_files_of_another_shape_are_named(tmp_path: Path) -> None:
    """As a spreadsheet saves them: with a byte order mark, which is no matter; in CP932; with a column left out."""
    shutil.copytree(DDL_FOLDER, tmp_path / "ddl")
    tables, person = tmp_path / "ddl" / "tables.csv", tmp_path / "ddl" / "codes" / "person.csv"
    for path in (tables, person):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_catalogue(tmp_path / "ddl") == read_catalogue()
    assert read_codes(tmp_path / "ddl") == read_codes()
    text = person.read_text(encoding="utf-8-sig")
    person.write_bytes(text.encode("cp932"))
    with pytest.raises(BadInput, match=r"person\.csv is no UTF-8"):
        read_codes(tmp_path / "ddl")
    person.write_text(text.replace("confidence", "sure", 1), encoding="utf-8")
    with pytest.raises(BadInput, match=r"person\.csv has no column confidence"):
        read_codes(tmp_path / "ddl")
    with tables.open("a", encoding="utf-8") as stream:
        stream.write(tables.read_text(encoding="utf-8-sig").splitlines()[1] + "\n")
    with pytest.raises(BadInput, match="stands twice"):
        read_catalogue(tmp_path / "ddl")


def test_the_page_is_whole_and_reaches_nothing(tmp_path: Path) -> None:
    page = catalogue_page(read_catalogue(), read_codes())
    assert not re.search(r"""<link|<img|\bsrc\s*=|https?://|@import|url\(|fetch\(|XMLHttp""", page)
    found = re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert {table["name"] for table in data["tables"]} == {table.name for table in read_catalogue()}
    assert {table["layout"] for table in data["tables"]} == set(data["layouts"])
    assert write_page(tmp_path / "page.html", read_catalogue(), read_codes()) == len(page.encode())
    with pytest.raises(DependencyFailed):
        write_page(tmp_path, read_catalogue(), read_codes())


def test_text_cannot_end_the_script() -> None:
    from dataclasses import replace

    name = "<!--<script></script><b>"
    page = catalogue_page([replace(read_catalogue()[0], japanese_name=name)], {})
    assert name not in page
    found = re.search(r'<script id="data" type="application/json">([^<]*)</script>', page)
    assert found
    assert json.loads(found[1])["tables"][0]["title"] == name


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


class Shown(HTMLParser):
    """What the page shows: tables in the list, columns of the open one, unfolded codes, marked words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: list[str] = []
        self.columns: list[str] = []
        self.codes: list[str] = []
        self.marks: set[str] = set()
        self._open: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.tables.append(str(dict(attrs)["href"]).removeprefix("#"))
        if tag not in ("meta", "input", "br"):
            self._open.append((tag, ""))
        if tag == "dt":
            self.codes.append("")
        if tag == "code" and "td" in self._tags():
            self.columns.append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = self._tags()
        if "dt" in tags:
            self.codes[-1] += data
        if "code" in tags and "td" in tags:
            self.columns[-1] += data
        if "mark" in tags:
            self.marks.add(data)

    def _tags(self) -> set[str]:
        return {tag for tag, _kind in self._open}


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Shown]:
    """Open the page in the browser with words in its search field; what it then shows."""
    folder = tmp_path_factory.mktemp("page")
    write_page(folder / "page.html", read_catalogue(), read_codes())

    def asked(words: str) -> Shown:
        address = f"{(folder / 'page.html').as_uri()}?q={quote(words)}"
        command = [str(CHROMIUM), *QUIET, f"--user-data-dir={folder / 'profile'}", "--dump-dom", address]
        done = subprocess.run(command, check=True, capture_output=True, timeout=120)
        return Shown(done.stdout.decode("utf-8"))

    return asked


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH: the search was not tried in a browser")
def test_the_search_of_the_page_in_a_browser(search: Callable[[str], Shown]) -> None:
    """A column by its Japanese name, in full-width letters too; a table and its column together; nothing."""
    every = read_catalogue()
    named = {t.name for t in every if any("入院年月日" in c.japanese_name for c in t.layout.columns)}
    found = search("入院年月日")
    assert set(found.tables) >= named
    assert "入院年月日" in found.marks
    both = search("ｄｐｃ_ｂｕ 転帰 治癒")
    assert both.tables == ["TRIAL_DPC_BU", "PANEL_DPC_BU"]
    assert (both.columns, both.codes) == (["dpc_outcm_div"], ["1"])
    assert search("この語はどこにもない").tables == []
