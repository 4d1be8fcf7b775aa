"""Every policy document that the programs register, collected from what stands and judged by parliament."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from provisioning.offline.state import StateStore
from provisioning.offline.validate import DOCUMENTS, document_mistake, too_long
from provisioning.offline.wire import reveal
from tests.infra.conftest import Standing, judged_by_parliament

# (issue, a word of its detail): why it is no mistake. Everything else fails.
ACCEPTED = {
    ("MISMATCHED_TYPE", "s3:TlsVersion"): "AWS takes numbers of conditions as texts, as its own examples write them",
    ("UNKNOWN_CONDITION_FOR_ACTION", "s3:TlsVersion"): "s3:* names every act; a few have no such key",
    ("UNKNOWN_CONDITION_FOR_ACTION", "kms:ResourceAliases"): "newer than parliament's tables",
    ("UNKNOWN_CONDITION_FOR_ACTION", "kms:EncryptionContext:aws:logs:arn"): "as AWS's own guide of log groups has it",
    ("MISMATCHED_TYPE", "ArnLike requires a value of type Arn but given String"): "the same",
    ("MISMATCHED_TYPE_BUT_USABLE", "given Arn"): "as AWS's own guide of boundaries has it",
    ("UNKNOWN_CONDITION_FOR_ACTION", "ssm:SessionDocumentAccessCheck"): "as AWS's own guide of sessions has it",
    ("MALFORMED", "neither Resource nor NotResource"): "a trust policy has none",
    ("RESOURCE_POLICY_PRIVILEGE_ESCALATION", "s3:PutBucketPolicy"): "NoData denies what a policy could open",
}
# Narrowed to the own sessions, as AWS's own policies for Session Manager are; parliament's tables know the star alone.
NARROWED = "ssmmessages:OpenDataChannel"
# Acts that AWS offers for no single resource, or that are narrowed by a condition instead.
STARS = {
    *("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "workspaces:RebootWorkspaces"),
    *("workspaces:CreateIpGroup", "workspaces:CreateTags", "workspaces:DeleteTags"),
    *("logs:CreateLogDelivery", "logs:DeleteLogDelivery"),
    *("ds:ConnectDirectory", "kms:CreateKey", "backup:DeleteRecoveryPoint"),
}


def _documents(standing: Standing) -> Iterator[tuple[str, str, str]]:
    """(type, name, document) of every registered input that holds one, wherever it stands in the inputs."""
    for stack in StateStore(standing.home).stacks():
        state = StateStore(standing.home).load(stack)
        assert state is not None
        for resource in state.resources.values():
            for key, text in _texts(reveal(resource.inputs)):
                if resource.custom and key in DOCUMENTS:
                    yield resource.type, f"{stack}:{resource.name}", text


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)
    elif isinstance(value, str):
        yield key, value


def test_nothing_that_looks_like_a_document_escapes(standing: Standing) -> None:
    for stack in StateStore(standing.home).stacks():
        state = StateStore(standing.home).load(stack)
        assert state is not None
        for resource in state.resources.values():
            for key, text in _texts(reveal(resource.inputs)):
                assert key in DOCUMENTS or '"Statement"' not in text, (resource.type, key)


def test_all_kinds_of_documents_are_there(standing: Standing) -> None:
    kinds = {kind.rpartition(":")[2] for kind, _name, _text in _documents(standing)}
    assert kinds >= {"Role", "RolePolicy", "UserPolicy", "Policy", "Key", "BucketPolicy", "VpcEndpoint", "TopicPolicy"}


def test_parliament_finds_no_mistake(standing: Standing) -> None:
    wrong = {
        (finding.issue, str(finding.detail))
        for document in {text for _kind, _name, text in _documents(standing)}
        for finding in judged_by_parliament(document)
        if not _accepted(document, finding)
    }
    assert wrong == set()


def _accepted(document: str, finding: Any) -> bool:
    if finding.issue == "RESOURCE_STAR":
        # In the policy of a key or an endpoint, the star is that key, or what the endpoint leads to.
        return "Principal" in document or all(act in STARS or _looks(act) for act in finding.detail)
    if finding.issue == "RESOURCE_MISMATCH":
        others = (each for each in finding.detail if each["action"] != NARROWED)
        return all(_elsewhere(document, each["action"], each["required_format"]) for each in others)
    return any(finding.issue == issue and word in str(finding.detail) for issue, word in ACCEPTED)


def _elsewhere(document: str, action: str, wanted: str) -> bool:
    """Whether another statement allows the act on the other kind of thing that it concerns too."""
    kind = wanted.rpartition(":")[2].partition("/")[0]
    statements = [s for s in json.loads(document)["Statement"] if action in s["Action"] and s["Effect"] == "Allow"]
    return any(f":{kind}/" in resource for s in statements for resource in s["Resource"])


def _looks(act: str) -> bool:
    """Acts that only show."""
    return act.partition(":")[2].startswith(("Describe", "List", "Get"))


def test_parliament_would_find_some() -> None:
    statement = {"Effect": "Allow", "Action": ["s3:GetObjekt"], "Resource": ["arn:aws:s3:::b/*"]}
    wrong = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    assert [finding.issue for finding in judged_by_parliament(wrong)] == ["UNKNOWN_ACTION"]


def test_every_document_is_well_formed_and_short_enough(standing: Standing) -> None:
    for kind, name, text in _documents(standing):
        assert document_mistake(text) == "", name
        assert too_long(kind, text) == "", name
