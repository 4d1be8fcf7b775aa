"""Drafts and their context."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.aws.objects import ObjectStore
from provisioning.egress import store
from provisioning.egress.checking import against_name, read_named
from provisioning.egress.drafting import Context, add_files, begin, remove_file, set_context
from provisioning.egress.freezing import digest
from provisioning.egress.model import Request
from provisioning.egress.review import queue
from provisioning.egress.states import State
from provisioning.egress.submission import Desk, submit_draft, withdraw
from provisioning.errors import BadInput, Refused
from tests.egress.conftest import CLEAN, SMALL

Table = Callable[..., Path]
CONTEXT = Context("性別の集計", "学会発表", controls="10未満を秘匿")


@pytest.fixture
def draft(desk: Desk, registered: Approval, researcher: Actor) -> Request:
    return begin(desk, researcher, registered.id, CONTEXT, deadline=date(2026, 11, 10))


def test_a_draft_gathers_files_in_groups_and_is_filed(
    desk: Desk, draft: Request, researcher: Actor, reviewer: Actor, table: Table
) -> None:
    assert (draft.id, draft.state, draft.venue_approved) == ("HIC-2026-001-E001", State.DRAFT, True)
    add_files(desk, researcher, draft.id, [table()])
    context = set_context(desk, researcher, draft.id, "paper", Context("年齢の集計", "雑誌X"))
    assert [(g.name, g.publication) for g in context.groups] == [("results", "学会発表"), ("paper", "")]
    assert not context.venue_approved
    add_files(desk, researcher, draft.id, [table(CLEAN + "計,200\n", "b.csv")], "paper")
    request, report = submit_draft(desk, researcher, draft.id, self_checked=True)
    assert (request.state, report.tables) == (State.UNDER_REVIEW, 2)
    assert [(file.name, file.group) for file in request.files] == [("table.csv", "results"), ("b.csv", "paper")]
    (line,) = queue(desk.records, desk.clock, reviewer)
    assert (line.as_data()["too_late_for_venue"], line.days_left) == (True, 14)


def test_a_file_of_the_same_name_takes_the_place_of_the_earlier(
    desk: Desk, bucket: ObjectStore, draft: Request, researcher: Actor, table: Table
) -> None:
    add_files(desk, researcher, draft.id, [table(SMALL)])
    (file,) = add_files(desk, researcher, draft.id, [table(CLEAN)]).files
    assert file.sha256 == digest(bucket.read(file.key, file.version)) == digest(CLEAN.encode())
    assert remove_file(desk, researcher, draft.id, "table.csv").files == ()
    with pytest.raises(BadInput, match="no file"):
        remove_file(desk, researcher, draft.id, "table.csv")


def test_a_draft_without_files_or_declaration_is_not_filed(
    desk: Desk, draft: Request, researcher: Actor, table: Table
) -> None:
    with pytest.raises(BadInput, match="holds no file"):
        submit_draft(desk, researcher, draft.id, self_checked=True)
    add_files(desk, researcher, draft.id, [table()])
    with pytest.raises(Refused, match="REV-2"):
        submit_draft(desk, researcher, draft.id, self_checked=False)
    assert store.load(desk.records, draft.id).request.state is State.DRAFT


def test_mistakes_add_nothing(desk: Desk, draft: Request, researcher: Actor, table: Table, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(BadInput):
        add_files(desk, researcher, draft.id, [table(), broken])
    with pytest.raises(BadInput, match="no group 'other'"):
        add_files(desk, researcher, draft.id, [table()], "other")
    with pytest.raises(BadInput, match="plans no publication '別'"):
        set_context(desk, researcher, draft.id, "results", Context("x", "y", publication="別"))
    with pytest.raises(BadInput, match="is empty"):
        set_context(desk, researcher, draft.id, "results", Context(" ", "y"))
    assert store.load(desk.records, draft.id).request == draft


def test_only_those_who_file_touch_a_draft_and_only_while_it_is_one(
    desk: Desk, draft: Request, researcher: Actor, table: Table
) -> None:
    for actor in (Actor("researcher", "analyst-b"), Actor("operator", "o"), Actor("reviewer", "r")):
        with pytest.raises(Refused, match="REV-3"):
            add_files(desk, actor, draft.id, [table()])
    withdraw(desk, researcher, draft.id, "やめる")
    with pytest.raises(Refused, match="not possible now"):
        add_files(desk, researcher, draft.id, [table()])


@pytest.mark.parametrize("name", ["TABLE.CSV", "ｔable.csv"])
def test_names_that_some_systems_take_for_one_are_refused(
    name: str, desk: Desk, draft: Request, researcher: Actor, table: Table
) -> None:
    add_files(desk, researcher, draft.id, [table()])
    with pytest.raises(BadInput, match="cannot be taken"):
        add_files(desk, researcher, draft.id, [table(CLEAN, name)])
    with pytest.raises(BadInput, match="cannot be taken"):
        read_named([table(), table(CLEAN, name)])


@pytest.mark.parametrize("name", ["a\u202evsc.csv", "a\nb.csv", "bundle.json", "Bundle.JSON"])
def test_names_that_deceive_are_refused(name: str) -> None:
    problem = against_name(name, [])
    assert problem
    assert problem.fix
    assert against_name("表1 (改).csv", ["表2.csv"]) is None
