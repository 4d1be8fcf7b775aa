"""The tags that everything of a stack carries, so that cost and leftovers can be found by approval."""

from __future__ import annotations

import unicodedata

from provisioning.approvals.model import Approval

Tags = dict[str, str]
APPROVAL_TAG = "hic:approval"
MOST_CHARACTERS = 256
_SIGNS = frozenset("_.:/=+-@")


def environment_tags(approval: Approval) -> Tags:
    """Approval, last day of use, and who bears the cost."""
    return {
        APPROVAL_TAG: approval.id,
        "hic:period-end": approval.period.last_day.isoformat(),
        "hic:cost-owner": tag_value(approval.applicant.organisation),
    }


def platform_tags(throw_away: bool = False) -> Tags:
    """The ministry's own part. One that may be destroyed with its data says so, for the proof to tell."""
    tags = {APPROVAL_TAG: "platform", "hic:cost-owner": "platform"}
    return {**tags, "hic:purpose": "throw-away"} if throw_away else tags


def named(tags: Tags, name: str) -> Tags:
    """The tags with a name."""
    return {**tags, "Name": name}


def tag_value(text: str) -> str:
    """The text with every character that AWS does not take in a tag written as `_`."""
    allowed = (
        c if c in _SIGNS or unicodedata.category(c)[0] in "LN" or unicodedata.category(c) == "Zs" else "_" for c in text
    )
    return "".join(allowed)[:MOST_CHARACTERS]
