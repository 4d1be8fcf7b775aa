"""Which earlier version of a file a request changes: of the request it replaces, else of the last of the approval."""

from __future__ import annotations

from collections.abc import Sequence

from provisioning.egress.model import FrozenFile, Request
from provisioning.egress.states import State


def earlier_versions(request: Request, others: Sequence[Request]) -> dict[str, tuple[str, FrozenFile]]:
    """For each file that was filed before under the same name: the request it was filed with, and that version.

    `others` are the requests of the approval. A draft was not filed.
    """
    before = [
        other
        for other in others
        if other.id != request.id and other.submitted_at and other.state is not State.DRAFT
        if other.id == request.replaces or other.submitted_at <= request.submitted_at
    ]
    before.sort(key=lambda other: (other.id == request.replaces, other.submitted_at, other.id))
    known = {file.name: (other.id, file) for other in before for file in other.files}
    return {file.name: known[file.name] for file in request.files if file.name in known}
