"""`hic egress` from end to end, as people type it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from provisioning.actors import Actor
from provisioning.approvals import names
from provisioning.approvals.model import Approval
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put
from provisioning.aws.sessions import Aws
from tests.cli.conftest import Hic

CLEAN = "性別,患者数\n男,120\n女,80\n"
SMALL = "性別,患者数\n男,120\n女,5\n"
AUTHOR, FIRST, SECOND = "researcher:analyst-a", "reviewer:r-1", "reviewer:r-2"


@pytest.fixture
def tables(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def environment(
    local_aws: Aws, audit: AuditLog, approval: Approval, operator: Actor, make_bucket: Callable[[str], ObjectStore]
) -> str:
    """A registered approval with its bucket; its id."""
    data = {"approval": approval.model_dump(mode="json"), "state": "active"}
    audit.commit(operator, "x", approval.id, puts=[Put(names.approval_key(approval.id), "APPROVAL", data)])
    make_bucket(names.work_bucket(approval.id, local_aws.account))
    make_bucket(names.audit_bucket(local_aws.account))
    return approval.id


def test_check_needs_no_aws_and_says_where(hic: Hic, tables: Callable[..., Path]) -> None:
    ran = hic("--json", "egress", "check", tables(SMALL))
    assert ran.code == 1
    (finding,) = ran.data.pop("findings")
    assert ran.data == {**ran.data, "files": ["table.csv"], "tables": 1, "cells": 4, "fail": 1, "review": 0}
    assert {key: finding[key] for key in ("rule", "verdict", "file", "sheet", "row", "column", "cell", "inferred")} == {
        "rule": "PUB-1",
        "verdict": "fail",
        "file": "table.csv",
        "sheet": "",
        "row": 3,
        "column": 2,
        "cell": "B3",
        "inferred": False,
    }
    assert finding["reason"]
    assert finding["fix"]


def test_check_prints_a_table_and_a_last_line(hic: Hic, tables: Callable[..., Path]) -> None:
    ran = hic("egress", "check", tables(SMALL))
    assert ran.code == 1
    assert "B3" in ran.out
    assert "PUB-1" in ran.out
    assert ran.out.strip().splitlines()[-1].endswith("Not publishable as it is.")
    assert "\x1b" not in ran.out
    clean = hic("egress", "check", tables(CLEAN))
    assert (clean.code, clean.out.strip().splitlines()[-1].endswith("No rule is broken.")) == (0, True)


def test_reviews_alone_exit_zero_and_editions_differ(hic: Hic, tables: Callable[..., Path]) -> None:
    path = tables("地域,施設数\n東京,2\n")
    assert hic("--json", "egress", "check", path).code == 0
    assert hic("--json", "egress", "check", "--rules", "2", path).data["findings"][0]["rule"] == "PUB-4-OLD"
    assert hic("--json", "egress", "check", "--linked", "介護DB", path).data["findings"][0]["rule"] == "PUB-4b"


def test_check_uses_the_rules_of_an_approval(hic: Hic, environment: str, tables: Callable[..., Path]) -> None:
    assert hic("egress", "check", "--approval", environment, tables(CLEAN)).code == 0
    assert hic("egress", "check", "--approval", "HIC-NONE", tables(CLEAN)).code == 2
    both = hic("egress", "check", "--approval", environment, "--rules", "2", tables(CLEAN))
    assert both.code == 2


@pytest.mark.parametrize(
    ("name", "content"), [("a.xlsx", b"PK\x03\x04"), ("a.csv", b""), ("a.docx", b"x"), ("none.csv", None)]
)
def test_unreadable_input_exits_two(name: str, content: bytes | None, hic: Hic, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ran = hic("--json", "egress", "check", tmp_path / name)
    assert ran.code == 2
    assert ran.data["problems"][0]["what"]
    assert "Traceback" not in ran.err


def submit(hic: Hic, approval_id: str, path: Path, *more: str) -> dict[str, object]:
    ran = hic(
        "--json",
        "--as",
        AUTHOR,
        "egress",
        "submit",
        approval_id,
        path,
        "--purpose",
        "表1",
        "--venue",
        "学会発表",
        "--declare-self-checked",
        *more,
    )
    assert ran.code == 0, ran.err
    return ran.data


def test_a_result_from_the_desk_to_the_world(
    hic: Hic, environment: str, tables: Callable[..., Path], tmp_path: Path
) -> None:
    name = submit(hic, environment, tables(CLEAN))["request"]
    waiting = hic("--json", "--as", FIRST, "egress", "queue").data["requests"]
    assert [(line["request"], line["state"], line["next_actor"]) for line in waiting] == [
        (name, "under_review", "reviewer")
    ]
    shown = hic("--json", "--as", FIRST, "egress", "show", name, "--files", tmp_path / "in")
    assert shown.data["report"]["fail"] == 0
    assert (tmp_path / "in" / "table.csv").read_text(encoding="utf-8") == CLEAN
    for reviewer in (FIRST, SECOND):
        assert hic("--as", reviewer, "egress", "decide", name, "--approve", "--reason", "適合").code == 0
    assert hic("--as", AUTHOR, "egress", "get", name, tmp_path / "out").code == 1
    released = hic("--json", "--as", "operator:o", "egress", "release", name)
    assert released.data["state"] == "released"
    assert hic("--as", "operator:o", "egress", "release", name).code == 0
    fetched = hic("--as", AUTHOR, "egress", "get", name, tmp_path / "out")
    assert fetched.code == 0
    assert (tmp_path / "out" / "table.csv").read_text(encoding="utf-8") == CLEAN
    assert (tmp_path / "out" / "bundle.json").exists()
    assert "No request waits." in hic("--as", FIRST, "egress", "queue").out
    assert name in str(hic("--as", FIRST, "egress", "queue", "--all").out)


def test_screens_for_people(hic: Hic, environment: str, tables: Callable[..., Path]) -> None:
    name = str(submit(hic, environment, tables(SMALL))["request"])
    shown = hic("--as", FIRST, "egress", "show", name)
    assert "B3" in shown.out
    assert "Next: reviewer." in shown.out
    assert name in hic("--as", FIRST, "egress", "queue").out
    refused = hic("--as", FIRST, "egress", "decide", name, "--approve", "--reason", "ok")
    assert (refused.code, "--deviation" in refused.err) == (1, True)
    decided = hic("--as", FIRST, "egress", "decide", name, "--approve", "--reason", "ok", "--deviation", "同意あり")
    assert "同意あり" in decided.out
    back = hic("--as", SECOND, "egress", "decide", name, "--return", "--reason", "秘匿を")
    assert "consolidating" in back.out
    back = hic("--as", FIRST, "egress", "decide", name, "--return", "--reason", "やはり秘匿を")
    assert "Next: researcher." in back.out
    again = submit(hic, environment, tables(CLEAN), "--replaces", name)
    assert again["replaces"] == name
    withdrawn = hic("--as", AUTHOR, "egress", "withdraw", again["request"], "--reason", "誤り")
    assert "Nothing is left to do." in withdrawn.out


def test_mistakes_are_told_with_their_exit_code(hic: Hic, environment: str, tables: Callable[..., Path]) -> None:
    path = tables(CLEAN)
    without = ("egress", "submit", environment, path, "--purpose", "p", "--venue", "v")
    assert hic("--as", AUTHOR, *without).code == 1
    assert hic("--as", "researcher:analyst-b", *without, "--declare-self-checked").code == 1
    name = submit(hic, environment, path)["request"]
    assert hic("--as", FIRST, "egress", "decide", name, "--reason", "x").code == 2
    assert hic("--as", FIRST, "egress", "show", "HIC-NONE-E001").code == 2
    own = hic("--json", "--as", AUTHOR, "egress", "queue", "--approval", environment)
    assert [line["request"] for line in own.data["requests"]] == [name]
    assert hic("--as", "researcher:x", "egress", "queue", "--approval", environment).code == 1
    assert hic("--as", "reviewer:analyst-a", "egress", "decide", name, "--approve", "--reason", "x").code == 1
