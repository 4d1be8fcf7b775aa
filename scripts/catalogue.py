#!/usr/bin/env python3
"""Keeps the Japanese catalogue: `update` adds new messages, `build` compiles it, `check` proves it complete.

Messages come from `_("...")` in the code, from the help texts of all commands, and from click itself.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from provisioning.cli.help_texts import help_texts
from provisioning.cli.main import COMMANDS, cli

ROOT = Path(__file__).resolve().parent.parent
SOURCES = (ROOT / "provisioning", ROOT / "infra")
FOLDER = ROOT / "provisioning" / "locale" / "ja" / "LC_MESSAGES"
PO, MO = FOLDER / "hic.po", FOLDER / "hic.mo"
STILL = datetime(2026, 1, 1, tzinfo=UTC)
# One word for one thing, and one kind of brackets; what stands left is never written.
SPELLINGS = {
    "サーバー": "サーバ",
    "プラットフォーム": "基盤",
    "スペック": "仕様",
    "パーティション": "部分テーブル",
    "統計ソフト": "統計解析ソフト",
    "（": "(",
    "）": ")",
}
FIELD = re.compile(r"{[^}]*}|%\([a-z_]+\)s")


def empty() -> Catalog:
    """A catalogue without messages. Its dates stand still, so that renewing it changes messages alone."""
    return Catalog(
        locale="ja",
        domain="hic",
        fuzzy=False,
        project="hic",
        version="1",
        header_comment="# Japanese messages of hic. Renewed by scripts/catalogue.py update.",
        creation_date=STILL,
        revision_date=STILL,
        last_translator="hic",
        language_team="ja",
        msgid_bugs_address="",
    )


def wanted() -> Catalog:
    """Every message that must have a translation."""
    catalog = empty()
    for folder in (*SOURCES, Path(click.__file__).parent):
        for _file, _line, message, _comments, _context in extract_from_dir(str(folder)):
            catalog.add(message)
    for text in help_texts(cli):
        catalog.add(text)
    for _module, line in COMMANDS.values():
        catalog.add(line)
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        for text in help_texts(command) if command else ():
            catalog.add(text)
    return catalog


def stored() -> Catalog:
    """The catalogue as committed."""
    if not PO.exists():
        return empty()
    with PO.open("rb") as stream:
        return read_po(stream, locale="ja", domain="hic")


def update() -> None:
    """Add new messages without a translation, drop those no longer used."""
    have, catalog = stored(), wanted()
    for message in catalog:
        known = have.get(message.id) if message.id else None
        if known is not None:
            message.string = known.string
    FOLDER.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as stream:
        write_po(stream, catalog, sort_output=True, omit_header=False, no_location=True, width=0, ignore_obsolete=True)


def compiled() -> bytes:
    """The bytes that the .mo file must have."""
    buffer = io.BytesIO()
    write_mo(buffer, stored())
    return buffer.getvalue()


def hidden() -> list[str]:
    """Messages inside an f-string, which are not found by what gathers them."""
    found = []
    for path in sorted(path for folder in SOURCES for path in folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for text in (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)):
            for call in (node for node in ast.walk(text) if isinstance(node, ast.Call)):
                named = isinstance(call.func, ast.Name) and call.func.id in ("_", "ngettext")
                if named and call.args and isinstance(call.args[0], ast.Constant):
                    found.append(f"inside an f-string: {path.relative_to(ROOT)}:{call.lineno}")
    return found


def problems() -> list[str]:
    """What keeps the catalogue from being complete."""
    have, found = stored(), hidden()
    for message in wanted():
        if not message.id:
            continue
        known = have.get(message.id)
        strings = known.string if known is not None else ""
        texts = strings if isinstance(strings, tuple | list) else (strings,)
        label = repr(message.id)
        if not all(texts):
            found.append(f"not translated: {label}")
            continue
        source = message.id if isinstance(message.id, str) else message.id[-1]
        if any(set(FIELD.findall(text)) != set(FIELD.findall(source)) for text in texts):
            found.append(f"other fields than the original: {label}")
        found += [
            f"write {right}, not {wrong}: {label}"
            for wrong, right in SPELLINGS.items()
            if any(wrong in text for text in texts)
        ]
    if not MO.exists() or MO.read_bytes() != compiled():
        found.append("hic.mo is not what hic.po compiles to; run: scripts/catalogue.py build")
    return found


def main() -> int:
    """Run `update`, `build` or `check`."""
    action = sys.argv[1] if len(sys.argv) > 1 else "check"
    if action == "update":
        update()
    if action in ("update", "build"):
        MO.write_bytes(compiled())
        return 0
    found = problems()
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
