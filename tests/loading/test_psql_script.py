"""psql's variables and meta-commands; what counts is what the real psql does."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
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
]


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


@given(st.text(alphabet="':\"x$;-/* \n", max_size=40))
def test_whatever_comes_in_goes_through(text: str) -> None:
    assert len(substitute(text, {"x": "long name"}).text) >= len(text)
