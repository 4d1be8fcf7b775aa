"""Drafts, blinded opinions, links, publications and bringing in, as people type them."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from provisioning.aws.sessions import Aws
from provisioning.cli.ingress import group as ingress
from provisioning.clock import SystemClock, today
from tests.cli.conftest import Hic
from tests.cli.test_egress import AUTHOR, CLEAN, FIRST, SECOND, SMALL, environment, submit, tables

__all__ = ["environment", "tables"]
OPERATOR = "operator:o-1"
Tables = Callable[..., Path]


def decide(hic: Hic, actor: str, name: str, choice: str, group: str = "egress") -> dict[str, Any]:
    ran = hic("--json", "--as", actor, group, "decide", name, f"--{choice}", "--reason", f"{actor} の理由")
    assert ran.code == 0, ran.err
    return ran.data


def released(hic: Hic, environment: str, path: Path) -> str:
    name = str(submit(hic, environment, path)["request"])
    for actor in (FIRST, SECOND):
        decide(hic, actor, name, "approve")
    assert hic("--as", OPERATOR, "egress", "release", name).code == 0
    return name


def test_a_draft_from_begin_to_review(hic: Hic, environment: str, tables: Tables) -> None:
    me = ("--json", "--as", AUTHOR, "egress")
    made = hic(*me, "draft", environment, "--purpose", "表1", "--venue", "学会発表", "--deadline", "2031-01-31").data
    name = made["request"]
    assert (made["state"], made["deadline"], made["phase"]) == ("draft", "2031-01-31", "independent")
    assert hic(*me, "add", name, tables(CLEAN), tables(SMALL, "b.csv")).code == 0
    assert len(hic(*me, "context", name, "paper", "--what", "x", "--venue", "論文").data["groups"]) == 2
    assert hic(*me, "add", name, tables(CLEAN + "計,200\n", "c.csv"), "--group", "paper").code == 0
    assert hic(*me, "remove", name, "b.csv").code == 0
    shown = hic("--as", AUTHOR, "egress", "show", name)
    assert "論文 (not in the approval)" in shown.out
    assert "c.csv [paper]" in shown.out
    assert "[paper] x" in shown.out
    assert "Next: researcher." in shown.out
    assert hic(*me, "submit", name).code == 1
    assert hic(*me, "submit", name, "--declare-self-checked", "--purpose", "x").code == 2
    filed = hic(*me, "submit", name, "--declare-self-checked").data
    assert (filed["state"], [file["name"] for file in filed["files"]]) == ("under_review", ["table.csv", "c.csv"])
    assert hic(*me, "add", name, tables(CLEAN)).code == 1


def test_an_opinion_reaches_nobody_before_the_other_is_given(hic: Hic, environment: str, tables: Tables) -> None:
    name = str(submit(hic, environment, tables(CLEAN))["request"])
    own = decide(hic, FIRST, name, "return")
    assert (own["phase"], own["votes_given"], own["votes_needed"], len(own["votes"])) == ("independent", 1, 2, 1)
    log, queue = ("audit", "log", "--subject", name), ("egress", "queue", "--approval", environment)
    assert hic("--as", AUTHOR, *log).code == 1
    for actor in (SECOND, AUTHOR, OPERATOR, "auditor:x"):
        for words in (("egress", "show", name), queue, *([] if actor == AUTHOR else [log])):
            ran = hic("--json", "--as", actor, *words)
            assert ran.code == 0, (actor, words)
            assert "の理由" not in ran.out, (actor, words)
        assert "の理由" not in hic("--as", actor, "egress", "show", name).out
    assert "not shown in your role" in hic("--as", "auditor:x", "egress", "show", name).out
    differing = decide(hic, SECOND, name, "approve")
    assert (differing["phase"], len(differing["votes"])) == ("consolidating", 2)
    assert hic("--json", "--as", AUTHOR, "egress", "show", name).data["votes"] == []
    assert hic("--as", "reviewer:r-3", "egress", "decide", name, "--approve", "--reason", "x").code == 1
    decide(hic, FIRST, name, "return")
    done = decide(hic, SECOND, name, "approve")
    assert (done["state"], done["phase"]) == ("returned", "complete")
    assert len(hic("--json", "--as", AUTHOR, "egress", "show", name).data["votes"]) == 2


def test_links_publication_and_report(hic: Hic, environment: str, tables: Tables) -> None:
    name = released(hic, environment, tables(CLEAN))
    assert "Once it is published" in hic("--as", AUTHOR, "egress", "show", name).out
    made = hic("--json", "--as", OPERATOR, "egress", "link", name, "--to", "analyst-a", "--minutes", 5).data
    with urllib.request.urlopen(made["links"]["table.csv"]) as answer:  # noqa: S310 - loopback
        assert answer.read().decode() == CLEAN
    assert "They end at" in hic("--as", OPERATOR, "egress", "link", name, "--to", "analyst-a").out
    assert hic("--as", AUTHOR, "egress", "link", name, "--to", "analyst-a").code == 1
    day, remind = today(SystemClock()), ("egress", "remind", "--approval", environment, "--days", 100)
    published = ("egress", "published", name, "--where", "学会", "--on")
    assert hic("--as", AUTHOR, *published, day + timedelta(days=1)).code == 2
    assert hic("--json", "--as", AUTHOR, *published, day).data["state"] == "published"
    (due,) = hic("--json", "--as", AUTHOR, *remind).data["due"]
    assert (due["duty"], due["request"], due["overdue"]) == ("usage-report", name, False)
    assert name in hic("--as", AUTHOR, *remind).out
    assert name in hic("--as", FIRST, "egress", "queue").out
    reported = hic("--as", AUTHOR, "egress", "report-usage", name, "--report", "R-1")
    assert "R-1" in reported.out
    assert "Nothing is due." in hic("--as", AUTHOR, *remind).out
    revoked = hic("--json", "--as", FIRST, "egress", "revoke", name, "--reason", "誤り")
    assert revoked.data["revoked"]["reason"] == "誤り"
    assert "誤り" in hic("--as", FIRST, "egress", "show", name).out


def test_what_was_confirmed_is_recognised(hic: Hic, environment: str, tables: Tables) -> None:
    name = released(hic, environment, tables(CLEAN))
    again = submit(hic, environment, tables(CLEAN, "same.csv"))
    assert (again["votes_needed"], again["exemptions"][0]["rule"]) == (1, "REV-6b")  # type: ignore[index]
    assert f"unchanged since {name}" in hic("--as", FIRST, "egress", "show", again["request"]).out
    assert decide(hic, FIRST, str(again["request"]), "approve")["state"] == "approved"
    edit = ("--text-edit", f"table.csv={name}")
    edited = submit(hic, environment, tables("受診者の性別\n性別,患者数\n男,120\n女,80\n"), *edit)
    assert f"text-only edit of {name}" in hic("--as", FIRST, "egress", "show", edited["request"]).out
    wrong = hic("--as", AUTHOR, "egress", "submit", environment, tables(SMALL), "--text-edit", "table.csv")
    assert wrong.code == 2


def test_recheck_and_withdraw(hic: Hic, environment: str, tables: Tables) -> None:
    name = str(submit(hic, environment, tables(SMALL))["request"])
    assert hic("--json", "--as", FIRST, "egress", "recheck", name).data["report"]["fail"] == 1
    assert hic("--json", "--as", AUTHOR, "egress", "withdraw", name).data["state"] == "withdrawn"


def test_bringing_sql_in(hic: Hic, environment: str, tables: Tables, local_aws: Aws) -> None:
    path, bad = tables("SELECT 1;\n", "q.sql"), tables("k = AKIA" + "A" * 16, "k.txt")
    assert hic("ingress", "check", path).code == 0
    told = hic("ingress", "check", bad)
    assert (told.code, told.out.strip().endswith("Not to be brought in as it is.")) == (1, True)
    assert hic("ingress", "check", tables("#!/bin/sh", "x.sql")).code == 2
    words = ("ingress", "submit", environment, path, "--purpose", "集計", "--source", "自作", "--declare-self-checked")
    name = hic("--json", "--as", OPERATOR, *words).data["request"]
    assert name.endswith("-I001")
    assert hic("--as", FIRST, "egress", "show", name).code == 2
    assert name in hic("--as", FIRST, "ingress", "queue").out
    assert "No request waits." in hic("--as", FIRST, "egress", "queue").out
    for actor in (FIRST, SECOND):
        decide(hic, actor, name, "approve", "ingress")
    done = hic("--json", "--as", OPERATOR, "ingress", "release", name)
    assert done.data["release"]["files"][0]["key"] == f"import/{name}/q.sql"
    shown = hic("--as", FIRST, "ingress", "show", name).out
    assert "Nothing is left to do." in shown
    assert re.search(r"^Source +自作 *$", shown, re.MULTILINE)


@pytest.mark.parametrize("command", ["", *sorted(ingress.commands)])
def test_in_japanese_what_is_brought_in_is_not_called_taken_out(command: str, hic: Hic) -> None:
    told = hic("--lang", "ja", "ingress", *filter(None, [command]), "--help").out
    assert "使い方" in told
    assert "持ち出し" not in told


def test_who_brings_in_declares_by_the_commands_for_that(hic: Hic, environment: str, tables: Tables) -> None:
    words = ("ingress", "submit", environment, tables("SELECT 1;\n", "q.sql"), "--purpose", "集計", "--source", "自作")
    ran = hic("--as", OPERATOR, *words)
    assert (ran.code, "hic ingress check" in ran.err) == (1, True)


def test_files_to_bring_in_are_gathered_in_a_draft(hic: Hic, environment: str, tables: Callable[..., Path]) -> None:
    sql, said = tables("select 1;\n", "a.sql"), ("--purpose", "集計", "--source", "自作")
    name = hic("--json", "--as", OPERATOR, "ingress", "draft", environment, *said).data["request"]
    assert hic("--as", OPERATOR, "ingress", "submit", name, "--declare-self-checked").code == 2
    assert hic("--as", OPERATOR, "ingress", "add", name, tables("#!/bin/sh", "x.sql")).code == 2
    assert hic("--as", OPERATOR, "ingress", "add", name, sql, "--group", "masters").code == 2
    words = ("context", name, "masters", "--what", "傷病名", "--source", "支払基金")
    assert hic("--as", OPERATOR, "ingress", *words).code == 0
    assert hic("--as", OPERATOR, "ingress", "add", name, sql, "--group", "masters").code == 0
    assert hic("--as", OPERATOR, "ingress", "add", name, tables("a,b\n1,2\n", "b.csv")).code == 0
    assert hic("--as", OPERATOR, "ingress", "remove", name, "b.csv").code == 0
    assert hic("--as", OPERATOR, "ingress", "submit", name, *said, "--declare-self-checked").code == 2
    filed = hic("--json", "--as", OPERATOR, "ingress", "submit", name, "--declare-self-checked")
    assert (filed.code, filed.data["state"]) == (0, "under_review")
    refused = hic("--as", AUTHOR, "ingress", "submit", environment, sql, *said, "--declare-self-checked")
    assert (refused.code, "Hand them to the secretariat" in refused.err) == (1, True)
    assert [(file["name"], file["group"]) for file in filed.data["files"]] == [("a.sql", "masters")]


def test_a_reviewer_has_time_before_somebody_takes_their_place(
    hic: Hic, environment: str, tables: Callable[..., Path]
) -> None:
    name = submit(hic, environment, tables(CLEAN))["request"]
    decide(hic, FIRST, name, "approve")
    decide(hic, SECOND, name, "reject")
    early = hic("--as", OPERATOR, "egress", "relieve", name, "--reviewer", SECOND.split(":")[1], "--reason", "不在")
    assert (early.code, "time to consolidate" in early.err + early.out) == (1, True)


@pytest.mark.parametrize("group", ["egress", "ingress"])
def test_unknown_requests_exit_two(group: str, hic: Hic, environment: str) -> None:
    for step in ("show", "release", "withdraw", "recheck", "revoke"):
        assert hic("--as", FIRST, group, step, f"{environment}-E077").code == 2
