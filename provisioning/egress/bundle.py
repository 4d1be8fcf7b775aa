"""`bundle.json`: what an approval signs, in one file that whoever holds the results can check."""

from __future__ import annotations

import json
from typing import Any

from provisioning.aws.objects import ObjectStore
from provisioning.egress.desk import FOLDERS
from provisioning.egress.freezing import digest, freeze, thaw
from provisioning.egress.model import Choice, FrozenObject, Request, Vote, canonical
from provisioning.egress.opinions import needed
from provisioning.errors import Refused
from provisioning.messages import _


def bundle_document(request: Request, votes: tuple[Vote, ...], decided_at: str) -> dict[str, Any]:
    """The subject of the decision, its sha256, and who decided what, when, and on which grounds."""
    return {
        **request.subject,
        "bundle": request.bundle,
        "decision": Choice.APPROVE,
        "decided_at": decided_at,
        "opinions_needed": needed(request),
        "reviewers": [vote.model_dump(mode="json") for vote in votes],
        "relieved": [relieved.model_dump(mode="json") for relieved in request.relieved],
        "deviations": [vote.deviation for vote in votes if vote.deviation],
        "mitigations": [
            *(group.controls for group in request.groups if group.controls),
            *(vote.mitigation for vote in votes if vote.mitigation),
        ],
    }


def freeze_bundle(bucket: ObjectStore, request: Request, votes: tuple[Vote, ...], decided_at: str) -> FrozenObject:
    """Store the bundle under a key of its own content, so that two who decide at once never write over each other."""
    content = canonical(bundle_document(request, votes, decided_at))
    return freeze(bucket, f"{FOLDERS[request.direction].decisions}{request.id}-{digest(content)[:16]}.json", content)


def check_bound(bucket: ObjectStore, request: Request) -> None:
    """Raise Refused unless bundle and every opinion are about the very bytes that the record names now."""
    signed = json.loads(thaw(bucket, request.approved)) if request.approved else {}
    about_others = any(vote.bundle != request.bundle for vote in request.votes)
    reviewers = [vote.model_dump(mode="json") for vote in request.votes]
    if signed.get("bundle") != request.bundle or signed.get("reviewers") != reviewers or about_others:
        raise Refused(
            _("Request {request} is not what was approved.").format(request=request.id),
            fix=_("Verify the record (hic audit verify), and have the files submitted anew."),
        )
