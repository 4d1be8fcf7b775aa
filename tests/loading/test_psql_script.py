"""psql's variables and meta-commands; what counts is what the real psql does."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.errors import BadInput
from provisioning.loading.psql_script import substitute

SCRIPTS = [
    "SELECT ':SC_NAME', 1 AS :SC_NAME",
    'SELECT 1 AS ":SC_NAME"',
    "SELECT :'SC_NAME', 2 AS :\"SC_NAME\"",
    "SELECT 1 -- :SC_NAME ' \n, 2",
    "SELECT /* :SC_NAME /* ' */ ; \" */ 1 AS :SC_NAME",
    "SELECT $$:SC_NAME$$, $q$ $$ :SC_NAME ' $q$",
    "SELECT 'it''s :SC_NAME', E'\\':SC_NAME', 1 AS :SC_NAME",
    "SELECT '1'::int AS :SC_NAME",
    "SELECT (ARRAY[1,2,3])[1:2] AS :SC_NAME",
    "SELECT 1 AS a:SC_NAME",
    'SELECT 1 AS "x""y:SC_NAME"',
    "SELECT e'a\\\\', ':SC_NAME'",
    "SELECT $1x$:SC_NAME$1x$",
    "SELECT U&'\\0041:SC_NAME', 1 AS 日本:SC_NAME",
    "SELECT 1 AS :SC_NAME:SC_NAME",
    "SELECT '行\n-- :SC_NAME' AS :SC_NAME",
    "SELECT :{?SC_NAME}::int AS a, :{?OTHER}::int AS b, ':{?SC_NAME}' AS c",
    "\\set ON_ERROR_STOP on\n\\encoding UTF8\nSELECT 1 AS :SC_NAME",
    "SELECT 1 AS :SC_NAME,\n\\warn :SC_NAME is 'quoted'\n 2",
]
# What the two readers could tell apart, without what a random script should not do.
PARTS = (
    ":SC_NAME", ":'SC_NAME'", ':"SC_NAME"', ":{?SC_NAME}", ":{?NO}", ":{", ":", "::", ":=", "'", '"', "$$", "$a$",
    "$é$", "E'", "é", "表", "x", " ", "\n", ";", "(", ")", "/*", "*/", ",", "SELECT ", ":NO", "$", "_",
)  # fmt: skip


@pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not installed")
def test_results_are_those_of_psql(postgres: dict[str, Any], tmp_path: Path) -> None:
    """One run of psql over all scripts; a script that fails there must fail here."""
    environment = {**os.environ, "PGPASSFILE": postgres["passfile"], "PGCLIENTENCODING": "UTF8", "LC_ALL": "C.UTF-8"}
    command = ["psql", "-XAq", "-h", postgres["host"], "-p", str(postgres["port"]), "-U", postgres["user"]]
    with psycopg.connect(**postgres, dbname="postgres", autocommit=True) as connection:
        for number, script in enumerate(SCRIPTS):
            path = tmp_path / f"{number}.sql"
            path.write_text(script + "\n;\n", encoding="utf-8")
            told = subprocess.run(
                [
                    *command,
                    "-d",
                    "postgres",
                    "-f",
                    path,
                    "-v",
                    "SC_NAME=sample",
                    "-P",
                    "footer=off",
                    "-P",
                    "fieldsep=|",
                ],
                capture_output=True,
                text=True,
                env=environment,
                check=False,
            )
            try:
                cursor = connection.execute(substitute(script, {"SC_NAME": "sample"}).text.encode())
            except psycopg.Error:
                assert told.stderr, script
                continue
            names = "|".join(column.name for column in cursor.description or ())
            rows = ["|".join(_shown(value) for value in row) for row in cursor]
            assert told.stdout.rstrip("\n") == "\n".join([names, *rows]), script


@pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not installed")
def test_random_scripts_are_read_as_psql_reads_them(postgres: dict[str, Any], tmp_path: Path) -> None:
    """psql echoes what it sends to the server; one run over all scripts, most of which the server refuses."""
    random = Random(20221)  # noqa: S311 - the same scripts each time
    scripts = ["".join(random.choices(PARTS, k=random.randint(2, 14))) for _number in range(300)]
    arguments = []
    for number, script in enumerate(scripts):
        (tmp_path / f"{number}.sql").write_text(script, encoding="utf-8")
        arguments += ["-f", str(tmp_path / f"{number}.sql"), "-c", "\\echo =next="]
    environment = {**os.environ, "PGPASSFILE": postgres["passfile"], "PGCLIENTENCODING": "UTF8", "LC_ALL": "C.UTF-8"}
    server = ["-h", postgres["host"], "-p", str(postgres["port"]), "-U", postgres["user"], "-d", "postgres"]
    told = subprocess.run(
        ["psql", "-XAqt", "-e", "-o", "/dev/null", *server, "-v", "SC_NAME=sample", *arguments],
        capture_output=True,
        env=environment,
        check=False,
    )
    sent = told.stdout.decode("utf-8").split("=next=\n")
    assert len(sent) == len(scripts) + 1
    for script, queries in zip(scripts, sent, strict=False):
        # psql says where one query ends and the next begins by line ends, and leaves out the semicolons.
        ours = substitute(script, {"SC_NAME": "sample"}).text
        assert _bare(ours) == _bare(queries), script


def _bare(text: str) -> str:
    return "".join(text.split()).replace(";", "")


def _shown(value: object) -> str:
    return "{" + ",".join(map(str, value)) + "}" if isinstance(value, list) else str(value)


def test_what_is_not_set_stays_and_is_told() -> None:
    script = substitute("CREATE TABLE :SCHEMA.t (a text[1:2]); -- :OTHER", {"SC_NAME": "sample"})
    assert script.text == "CREATE TABLE :SCHEMA.t (a text[1:2]); -- :OTHER"
    assert script.unset == ("SCHEMA", "2")


@pytest.mark.parametrize("command", ["\\i x.sql", "\\set a 1", "SELECT 1 \\gexec", "\\.", "\\copy t from x", "\\! ls"])
def test_meta_commands_are_refused_by_name(command: str) -> None:
    with pytest.raises(BadInput) as caught:
        substitute(f"SELECT '\\i';\n{command}\n", {}, "X.sql")
    (problem,) = caught.value.problems
    assert problem.where == "X.sql:2"
    assert command[command.index("\\") :].split(maxsplit=1)[0] in problem.what


@pytest.mark.parametrize(
    "line",
    [
        "\\set ON_ERROR_STOP on",
        "\\set ON_ERROR_STOP 1\r",
        "\\encoding UTF8",
        "\\encoding 'SJIS'",
        "\\echo making :SC_NAME; commit",
        "\\restrict abcXYZ",
        "\\unrestrict abcXYZ",
    ],
)
def test_what_hic_does_anyway_may_be_asked_for(line: str) -> None:
    script = substitute(f"{line}\nCREATE TABLE :SC_NAME.t ();\n{line}", {"SC_NAME": "s"})
    assert script.text.strip() == "CREATE TABLE s.t ();"
    assert script.text.startswith("\n")  # lines keep their numbers
    assert script.unset == ()


@pytest.mark.parametrize(
    "line",
    [
        "\\set ON_ERROR_STOP off",
        "\\set SC_NAME other",
        "\\encoding EUC_JP",
        "\\echo a \\\\ SELECT 1;",
        "\\echoes",
        "\\set ON_ERROR_STOP on \\! ls",
    ],
)
def test_what_cannot_be_honoured_is_refused(line: str) -> None:
    with pytest.raises(BadInput, match="is not allowed"):
        substitute(f"{line}\nCREATE TABLE t ();", {})


@pytest.mark.parametrize(
    ("begin", "commit"),
    [
        ("BEGIN;", "COMMIT;"),
        ("begin work ;", "end"),
        ("-- x;\nSTART TRANSACTION;", "COMMIT TRANSACTION; -- y\n/* z */"),
    ],
)
def test_a_transaction_around_the_whole_is_hic_s_own(begin: str, commit: str) -> None:
    script = substitute(f"{begin}\nCREATE TABLE t ();\n{commit}", {})
    assert script.text.split() == (
        ["CREATE", "TABLE", "t", "();"] + (["--", "y", "/*", "z", "*/"] if "y" in commit else [])
    )
    assert script.text.index("CREATE") == len(begin.splitlines())
    for text in (f"{begin} CREATE TABLE t ();", f"CREATE TABLE t (); {commit}", f"{begin} SELECT 1; COMMIT; {commit}"):
        with pytest.raises(BadInput, match="is not allowed"):
            substitute(text, {})


@pytest.mark.parametrize("word", ["BEGIN", "commit", "End", "ROLLBACK", "START TRANSACTION", "savepoint a", "abort"])
def test_a_script_may_not_end_the_transaction(word: str) -> None:
    with pytest.raises(BadInput, match="is not allowed"):
        substitute(f"CREATE TABLE t ();\n/* x */ -- y\n {word};", {})


@pytest.mark.parametrize(
    "text",
    ["CREATE TABLE t (commit int, begin int);", "SELECT ';' 'commit'; -- commit\n", "COMMENT ON TABLE t IS ';begin';"],
)
def test_words_of_transactions_elsewhere_are_no_statements(text: str) -> None:
    assert substitute(text, {}).text == text


@given(
    st.lists(st.sampled_from(["'", '"', "$$", "$a$", "/*", "*/", "--", "\n", ";", "x", " ", "E'", "::", ":="])).map(
        "".join
    )
)
def test_casts_and_assignments_are_no_variables(text: str) -> None:
    assert substitute(text, {"x": "y"}).text == text


@given(st.text(alphabet="':\"x$;-/* \n{?}é表", max_size=40))
def test_whatever_comes_in_goes_through(text: str) -> None:
    assert len(substitute(text, {"x": "long name"}).text) >= len(text)


@given(st.text(alphabet="':\"xSET\\$;-/* \n{?}é表", max_size=40))
def test_anything_is_read_or_refused_by_line(text: str) -> None:
    try:
        substitute(text, {"x": "y"}, "X.sql")
    except BadInput as error:
        lines = {problem.where for problem in error.problems}
        assert lines <= {f"X.sql:{number}" for number in range(1, text.count("\n") + 2)}
