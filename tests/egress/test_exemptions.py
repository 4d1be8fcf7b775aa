"""REV-6: what was confirmed before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.disclosure.documents import read_documents
from provisioning.disclosure.model import Document
from provisioning.egress import store
from provisioning.egress.downloads import revoke
from provisioning.egress.exemptions import check_no_new_data
from provisioning.egress.model import Choice, Request
from provisioning.egress.opinions import needed
from provisioning.egress.release import release
from provisioning.egress.review import decide
from provisioning.egress.states import State
from provisioning.egress.submission import Desk, Draft, submit
from provisioning.errors import BadInput, Refused
from tests.egress.conftest import CLEAN

Table = Callable[..., Path]
EDITED = "受診者の性別\n性別,患者数\n男,120\n女,80\n"
GROWN = "性別,患者数\n男,120\n女,80\n不明,11\n"


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
    with pytest.raises(Refused, match=r"1 figure.*不明 / 患者数 / 11"):
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


def grown(heading: str, first: str, second: str) -> str:
    """What was confirmed, with one more column."""
    rows = CONFIRMED.replace("死亡割合\n", f"死亡割合,{heading}\n").replace("3.0%\n", f"3.0%,{first}\n")
    return rows.replace("<10,-\n", f"<10,-,{second}\n")


CONFIRMED = "表1 年齢別\n年齢,患者数,死亡割合\n0-4,1234,3.0%\n5-9,<10,-\n注 対象は2022年度\n"
DECLARED_EDITS = {
    "nothing": CONFIRMED,
    "another title": CONFIRMED.replace("表1 年齢別", "Table 1. 年齢階級別の患者"),
    "another note": CONFIRMED.replace("対象は2022年度", "2022年度の受診者"),
    "commas": CONFIRMED.replace("1234", '"1,234"'),
    "full width": CONFIRMED.replace("1234", "１２３４"),
    "a line less": CONFIRMED.replace("5-9,<10,-\n", ""),
}
NEW_DATA = {
    "a column of percentages": grown("再入院", "1.2%", "-"),
    "a column of words, for labels say what figures are": grown("傾向", "増加", ""),
    "a percentage": CONFIRMED.replace("3.0%", "3.04%"),
    "a mask that tells more": CONFIRMED.replace("<10", "<6"),
    "a mask where none was": CONFIRMED.replace("1234", "-"),
    "a range": CONFIRMED.replace("<10", "4-9"),
    "an interval": CONFIRMED.replace("3.0%", "3.0% (2.1-4.0)"),
    "figures that changed places": CONFIRMED.replace("1234", "X").replace("<10", "1234").replace("X", "<10"),
    "labels that changed places": CONFIRMED.replace("0-4", "X").replace("5-9", "0-4").replace("X", "5-9"),
    "another heading": CONFIRMED.replace("患者数", "死亡数"),
    "a number in the title": CONFIRMED.replace("年齢別", "年齢別 1300人"),
    "a number in a note": CONFIRMED.replace("2022年度", "2022年度、死亡3人"),
    "a note and its title changed": CONFIRMED.replace("表1", "表3"),
    "a figure in another script": grown("死亡", "三", ""),
}


def read(text: str) -> list[Document]:
    return read_documents([("table.csv", text.encode())])


@pytest.mark.parametrize("text", DECLARED_EDITS.values(), ids=list(DECLARED_EDITS))
def test_text_around_figures_may_be_edited(text: str) -> None:
    check_no_new_data("table.csv", read(CONFIRMED), read(text))


@pytest.mark.parametrize("text", NEW_DATA.values(), ids=list(NEW_DATA))
def test_new_data_are_no_text_edit(text: str) -> None:
    assert text != CONFIRMED
    with pytest.raises(Refused, match="no text-only edit"):
        check_no_new_data("table.csv", read(CONFIRMED), read(text))


def test_figures_of_two_tables_do_not_change_places() -> None:
    """Their labels are the same; the file tells them apart by their order."""
    first, second = "男性\n年齢,患者数\n若年,120\n高齢,340\n", "女性\n年齢,患者数\n若年,150\n高齢,410\n"
    swapped = first.replace("120", "150"), second.replace("150", "120")
    confirmed, edited = read(f"{first}\n\n{second}"), read("\n\n".join(swapped))
    assert [len(documents[0].tables) for documents in (confirmed, edited)] == [2, 2]
    with pytest.raises(Refused, match="2 figure"):
        check_no_new_data("table.csv", confirmed, edited)


@given(
    st.lists(
        st.tuples(st.sampled_from(["120", "3.0%", "<10", "-", "5-9", "12 (3)"]), st.text("あいう ", max_size=3)),
        min_size=2,
        max_size=5,
    ),
    st.randoms(),
)
@settings(max_examples=60, deadline=None)
def test_whatever_stands_in_another_place_is_new(cells: list[tuple[str, str]], random: Random) -> None:
    """Rows of different labels: exchanging two figures is told whenever they differ."""

    def text(order: list[int]) -> str:
        return "区分,値,備考\n" + "".join(
            f"群{'abcde'[n]},{cells[at][0]},{cells[n][1]}\n" for n, at in enumerate(order)
        )

    order = list(range(len(cells)))
    random.shuffle(order)
    moved = any(cells[at][0] != cells[n][0] for n, at in enumerate(order))
    before, after = read(text(list(range(len(cells))))), read(text(order))
    if moved:
        with pytest.raises(Refused):
            check_no_new_data("t", before, after)
    else:
        check_no_new_data("t", before, after)
