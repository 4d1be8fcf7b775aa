"""Output that is piped, redirected or in another code page: every letter comes through, as itself or told."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest

from provisioning.cli.streams import make_writable

TEXT = "統合RE 𠮷 \udc80\n"  # two planes, and a byte of a file name that is no letter


def written(text: str, encoding: str, *, windows: bool = False, errors: str = "strict", asked: str = "") -> bytes:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline="")
    make_writable(stream, {"PYTHONIOENCODING": asked} if asked else {}, windows=windows)
    stream.write(text)
    stream.flush()
    return raw.getvalue()


@pytest.mark.parametrize("encoding", ["cp1252", "cp932", "ascii", "utf-8"])
@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_what_an_encoding_lacks_is_told_by_number(encoding: str, errors: str) -> None:
    shown = written(TEXT, encoding, errors=errors).decode(encoding)
    known = "統合" if encoding in ("cp932", "utf-8") else r"\u7d71\u5408"
    rare = "𠮷" if encoding == "utf-8" else r"\ud842\udfb7"
    assert shown == f"{known}RE {rare} \\udc80\n"


@pytest.mark.parametrize("encoding", ["cp1252", "cp932"])
def test_a_json_object_stays_one(encoding: str) -> None:
    shown = written(json.dumps({"name": TEXT}, ensure_ascii=False), encoding)
    assert json.loads(shown.decode(encoding)) == {"name": TEXT}


@pytest.mark.parametrize("encoding", ["cp1252", "cp932"])
def test_on_windows_a_pipe_is_utf_8_unless_another_is_asked_for(encoding: str) -> None:
    assert written("統合RE", encoding, windows=True) == "統合RE".encode()
    escaped = rb"\u7d71\u5408RE" if encoding == "cp1252" else "統合RE".encode("cp932")
    assert written("統合RE", encoding, windows=True, asked=encoding) == escaped


def test_a_stream_of_somebody_elses_is_left_alone() -> None:
    own = io.StringIO()
    make_writable(own, {}, windows=True)
    own.write(TEXT)
    assert own.getvalue() == TEXT


@pytest.mark.parametrize(("encoding", "line"), [("cp1252", r"  integrated_re  \u7d71\u5408RE"), ("cp932", "統合RE")])
def test_a_command_in_japanese_ends_well_in_any_code_page(encoding: str, line: str) -> None:
    environment = {**os.environ, "HIC_LANG": "ja", "PYTHONIOENCODING": encoding}
    script = "import sys; from provisioning.cli.main import main; main(['mart', 'ls'])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert line in done.stdout.decode(encoding)
