"""Opinions that are not decided on lie apart from the approval's own records, which its analysis server may read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from infra.policies import ResearcherScope, analysis_role
from provisioning.actors import Actor
from provisioning.approvals.names import approval_key
from provisioning.assurance.policy.decide import Caller, Policies, decide
from provisioning.assurance.policy.decide import Request as Call
from provisioning.assurance.policy.documents import read_document
from provisioning.aws.records import Record, RecordStore
from provisioning.egress import store
from provisioning.egress.model import Choice, Request
from provisioning.egress.opinions import Phase, phase
from provisioning.egress.review import decide as give
from provisioning.egress.review import look, queue
from provisioning.egress.states import State
from provisioning.egress.submission import Desk, recheck, withdraw
from provisioning.errors import AccessDenied, Refused

File = Callable[..., Request]
ACCOUNT, VPC = "123456789012", "vpc-1"
TABLE = f"arn:aws:dynamodb:ap-northeast-1:{ACCOUNT}:table/hic-records"


@pytest.fixture
def on_the_server(records: RecordStore, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From here on the record store answers as it does to the analysis server's role."""
    read = records.get

    def guarded(pk: str, sk: str) -> Record | None:
        if pk == store.OPINIONS:
            raise AccessDenied("no")
        return read(pk, sk)

    return lambda: monkeypatch.setattr(records, "get", guarded)


def own_records(records: RecordStore, request: Request) -> str:
    """Everything that an analysis server can read of its approval."""
    return json.dumps([record.data for record in records.list(approval_key(request.approval_id))], ensure_ascii=False)


def test_an_undecided_opinion_is_not_in_the_approvals_own_records(
    desk: Desk, file_request: File, records: RecordStore, reviewer: Actor, second_reviewer: Actor, researcher: Actor
) -> None:
    request = file_request()
    give(desk, reviewer, request.id, Choice.APPROVE, "秘密の理由一")
    assert "秘密の理由" not in own_records(records, request)
    give(desk, second_reviewer, request.id, Choice.RETURN, "秘密の理由二")
    assert "秘密の理由" not in own_records(records, request)
    assert {vote.reason for vote in look(desk, reviewer, request.id)[0].votes} == {"秘密の理由一", "秘密の理由二"}
    give(desk, reviewer, request.id, Choice.RETURN, "同意")
    assert {vote.reason for vote in look(desk, researcher, request.id)[0].votes} == {"同意", "秘密の理由二"}
    assert "秘密の理由二" in own_records(records, request)


def test_the_server_sees_how_many_were_given_and_can_still_take_the_request_back(
    desk: Desk,
    file_request: File,
    records: RecordStore,
    reviewer: Actor,
    researcher: Actor,
    on_the_server: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = file_request()
    give(desk, reviewer, request.id, Choice.REJECT, "理由")
    with monkeypatch.context():
        on_the_server()
        (line,) = queue(records, desk.clock, researcher, approval_id=request.approval_id)
        assert (line.as_data()["votes"], line.phase) == (1, Phase.INDEPENDENT)
        with pytest.raises(Refused, match="rests on its findings"):
            recheck(desk, researcher, request.id)
        assert withdraw(desk, researcher, request.id, "不要").state is State.WITHDRAWN
    monkeypatch.undo()
    assert [vote.reason for vote in store.load(records, request.id).request.votes] == ["理由"]


@pytest.mark.parametrize(("given", "stage"), [(1, Phase.INDEPENDENT), (2, Phase.CONSOLIDATING)])
def test_the_phase_is_known_without_the_opinions(
    given: int,
    stage: Phase,
    desk: Desk,
    file_request: File,
    records: RecordStore,
    reviewer: Actor,
    second_reviewer: Actor,
    on_the_server: Callable[[], None],
) -> None:
    request = file_request()
    for actor, choice in list(zip((reviewer, second_reviewer), (Choice.APPROVE, Choice.REJECT), strict=True))[:given]:
        give(desk, actor, request.id, choice, "r")
    on_the_server()
    seen = store.load(records, request.id).request
    assert (seen.votes, seen.opinions, phase(seen)) == ((), given, stage)


@pytest.mark.parametrize(
    ("partition", "allowed"), [(approval_key("HIC-2026-014"), True), (store.OPINIONS, False), (store.QUEUE, False)]
)
@pytest.mark.parametrize("action", ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchGetItem"])
def test_the_analysis_servers_role_cannot_read_opinions(action: str, partition: str, allowed: bool) -> None:
    """By its leading keys: the condition that keeps approvals apart keeps opinions apart too."""
    scope = ResearcherScope(
        region="ap-northeast-1",
        account=ACCOUNT,
        approval_id="HIC-2026-014",
        share="share",
        work="hic-work",
        table=TABLE,
        key="arn:aws:kms:::key/1",
        platform_key="arn:aws:kms:::key/2",
        vpc=VPC,
        share_keys=(),
    )
    document = read_document("server", analysis_role(scope))
    context: Any = {"aws:sourcevpc": (VPC,), "aws:viaawsservice": ("false",), "dynamodb:leadingkeys": (partition,)}
    caller = Caller(f"arn:aws:iam::{ACCOUNT}:role/hic-hic-2026-014-analysis", ACCOUNT)
    asked = Call(caller, action, TABLE, ACCOUNT, context)
    assert decide(asked, Policies([document])).allowed is allowed
