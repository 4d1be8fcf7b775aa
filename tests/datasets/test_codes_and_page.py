"""Meanings of codes, and the page that shows them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

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

    page = catalogue_page([replace(read_catalogue()[0], japanese_name="</script><b>")], {})
    assert "</script><b>" not in page
    assert "<\\/script><b>" in page
