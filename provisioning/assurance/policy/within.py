"""All that the researchers' role may say at all: each statement that allows lies in a table. Pure.

Asking act by act finds what is asked about. This finds the rest: acts that nobody thought of.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from provisioning.approvals import names
from provisioning.assurance.identities import Principal
from provisioning.assurance.policy import acts
from provisioning.assurance.policy.bench import Bench, Cell
from provisioning.assurance.policy.documents import Document, Statement
from provisioning.assurance.policy.samples import covers, overlap
from provisioning.assurance.stand import PLATFORM

Row = tuple[tuple[str, ...], tuple[str, ...]]


def said_beyond(bench: Bench, principal: Principal) -> Iterator[Cell]:
    """Whatever the role's statements allow beside the table, and its bounds do not take away."""
    rows = _rows(bench)
    for document in principal.identity:
        for statement in document.statements if rows else ():
            for action, resource in _pairs(statement) if statement.allows else ():
                said = f"{principal.name}: {action} {resource}"
                yield said, partial(_against, rows, principal.boundary, statement, action, resource)


def _rows(bench: Bench) -> list[Row]:
    stand, account = bench.stand, bench.stand.account
    found = {
        "table": stand.one("record table", PLATFORM),
        "key": stand.one("key", bench.approval),
        "platform_key": stand.one("key", PLATFORM),
    }
    filled = {
        "share": f"arn:aws:s3:::{names.share_bucket(account)}",
        "work": f"arn:aws:s3:::{names.work_bucket(bench.approval, account)}",
        "logs": f"arn:aws:logs:{stand.region}:{account}:log-group:/hic/{bench.approval}/*:*",
        **{name: item.id if item else "-" for name, item in found.items()},
    }
    return [
        (tuple(action.lower() for action in actions), tuple(resource.format(**filled) for resource in resources))
        for actions, resources in acts.RESEARCHER_SAYS
    ]


def _pairs(statement: Statement) -> list[tuple[str, str]]:
    """Its acts and what on; what all but some are is taken as all."""
    actions = ("*",) if statement.not_actions else statement.actions
    resources = ("*",) if statement.not_resources else statement.resources or ("*",)
    return [(action, resource) for action in actions for resource in resources]


def _against(rows: list[Row], bounds: Document | None, statement: Statement, action: str, resource: str) -> str | None:
    if any(covers(actions, action) and covers(resources, resource) for actions, resources in rows):
        return None
    if bounds is None:
        return statement.label
    left = (pair for one in bounds.statements if one.allows for pair in _pairs(one))
    return statement.label if any(overlap(a, action) and overlap(r, resource) for a, r in left) else None
