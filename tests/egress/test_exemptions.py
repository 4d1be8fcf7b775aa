"""REV-6: what was confirmed before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.egress import store
from provisioning.egress.downloads import revoke
from provisioning.egress.model import Choice, Request
from provisioning.egress.opinions import needed
from provisioning.egress.release import release
from provisioning.egress.review import decide
from provisioning.egress.states import State
from provisioning.egress.submission import Desk, Draft, submit
from provisioning.errors import BadInput, Refused
from tests.egress.conftest import CLEAN

Table = Callable[..., Path]
EDITED = "Sex,患者数\nMale,120\nFemale,80\n"
GROWN = "Sex,患者数\nMale,120\nFemale,80\nUnknown,11\n"


@pytest.fixture
def file(desk: Desk, registered: Approval, researcher: Actor, table: Table) -> Callable[..., Request]:
    def run(text: str = CLEAN, venue: str = "学会発表", name: str = "table.csv", **edits: str) -> Request:
        paths = (table(text, name),)
        named = {f"{key}.csv": value for key, value in edits.items()}
        return submit(desk, researcher, Draft(registered.id, paths, "表1", venue, True, text_edits=named))[0]

    return run


@pytest.fixture
def release_it(desk: Desk, reviewer: Actor, second_reviewer: Actor, operator: Actor) -> Callable[[Request], Request]:
    def run(request: Request) -> Request:
        for actor in (reviewer, second_reviewer)[: needed(request)]:
            decide(desk, actor, request.id, Choice.APPROVE, "ok")
        return release(desk, operator, request.id)

    return run


@pytest.mark.parametrize(("venue", "rule"), [("学会発表", "REV-6b"), ("第1回班会議", "REV-6c")])
def test_an_unchanged_file_is_recognised_and_takes_one_opinion(
    venue: str, rule: str, desk: Desk, file: Callable[..., Request], release_it: Callable[[Request], Request]
) -> None:
    first = release_it(file(venue=venue))
    again = file(venue="論文", name="renamed.csv")
    assert [(e.file, e.rule, e.request, e.declared) for e in again.exemptions] == [
        ("renamed.csv", rule, first.id, False)
    ]
    assert needed(again) == 1
    assert release_it(again).state is State.RELEASED
    assert desk.audit.entries()[-2].details["opinions"][0]["reviewer"] == "reviewer-1"


def test_what_was_not_approved_or_was_revoked_exempts_nothing(
    desk: Desk, file: Callable[..., Request], release_it: Callable[[Request], Request], operator: Actor
) -> None:
    first = release_it(file())
    revoke(desk, operator, first.id, "誤り")
    second = file(name="b.csv")
    assert second.exemptions == ()
    assert needed(second) == 2
    for actor in (Actor("reviewer", "r-1"), Actor("reviewer", "r-2")):
        decide(desk, actor, second.id, Choice.REJECT, "不可")
    assert file(name="c.csv").exemptions == ()


def test_a_text_only_edit_is_declared_recorded_and_still_takes_two(
    file: Callable[..., Request], release_it: Callable[[Request], Request]
) -> None:
    first = release_it(file())
    edited = file(EDITED, table=first.id)
    (exemption,) = edited.exemptions
    assert (exemption.rule, exemption.declared, exemption.sha256) == ("REV-6a", True, first.files[0].sha256)
    assert needed(edited) == 2
    assert edited.subject["exemptions"][0]["declared"]


def test_a_declaration_that_the_file_contradicts_is_refused(
    desk: Desk, file: Callable[..., Request], release_it: Callable[[Request], Request]
) -> None:
    first = release_it(file())
    with pytest.raises(Refused, match="1 number"):
        file(GROWN, table=first.id)
    assert len(store.load_queue(desk.records)) == 1


def test_a_declaration_names_a_file_and_an_approved_request(
    file: Callable[..., Request], release_it: Callable[[Request], Request]
) -> None:
    waiting = file()
    with pytest.raises(Refused, match="is under_review"):
        file(EDITED, table=waiting.id)
    first = release_it(waiting)
    with pytest.raises(BadInput, match="not in the request"):
        file(EDITED, other=first.id)
    with pytest.raises(BadInput, match="has no file"):
        file(EDITED, name="b.csv", b=first.id)
    with pytest.raises(BadInput, match="no request"):
        file(EDITED, table="HIC-2026-001-E099")


def test_an_exemption_ends_when_what_it_rests_on_is_revoked(
    desk: Desk,
    file: Callable[..., Request],
    release_it: Callable[[Request], Request],
    operator: Actor,
    reviewer: Actor,
) -> None:
    first = release_it(file())
    again, later = file(name="b.csv"), file(EDITED, table=first.id)
    decide(desk, reviewer, again.id, Choice.APPROVE, "ok")
    revoke(desk, operator, first.id, "誤り")
    with pytest.raises(Refused, match="holds no longer"):
        release(desk, operator, again.id)
    with pytest.raises(Refused, match="holds no longer"):
        decide(desk, reviewer, later.id, Choice.APPROVE, "ok")
    assert decide(desk, reviewer, later.id, Choice.RETURN, "誤りの訂正を").votes
    assert revoke(desk, operator, again.id, "同じ誤り").state is State.REVOKED


def test_bytes_that_were_revoked_are_never_exempt_again(
    desk: Desk, file: Callable[..., Request], release_it: Callable[[Request], Request], operator: Actor
) -> None:
    first = release_it(file())
    release_it(file(name="b.csv"))
    revoke(desk, operator, first.id, "誤り")
    assert file(name="c.csv").exemptions == ()


@pytest.mark.parametrize("choice", [Choice.RETURN, Choice.REJECT])
def test_what_reviewers_refused_exempts_nothing(
    choice: Choice, desk: Desk, file: Callable[..., Request], reviewer: Actor, second_reviewer: Actor
) -> None:
    first = file()
    for actor in (reviewer, second_reviewer):
        decide(desk, actor, first.id, choice, "不可")
    again = file(name="b.csv")
    assert again.exemptions == ()
    assert needed(again) == 2
