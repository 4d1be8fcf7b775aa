"""A new approval file from an older one: same shape and comments, new id and dates."""

from __future__ import annotations

import re
from datetime import date, timedelta

from provisioning.approvals.periods import add_months

DECIDED_BEFORE = timedelta(days=7)


def draft_approval(text: str, approval_id: str, start: date, months: int = 6) -> str:
    """The YAML text with its id, decision date and period moved to begin at `start`."""
    decided = start - DECIDED_BEFORE
    end = add_months(start, months) - timedelta(days=1)
    replacements = (
        (r"^id:.*$", f"id: {approval_id}"),
        (r"^  date:.*$", f"  date: {decided}"),
        (r"^  chair_confirmed:.*$", f"  chair_confirmed: {decided}"),
        (r"^period:.*$", f"period: {{start: {start}, end: {end}}}"),
    )
    for pattern, line in replacements:
        text = re.sub(pattern, line, text, flags=re.MULTILINE)
    return text
