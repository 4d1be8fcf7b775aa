"""All that policies may say at all: each statement that allows lies in a table, or in what is planned. Pure.

Asking act by act finds what is asked about. This finds the rest: acts and things that nobody thought of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from provisioning.approvals import names
from provisioning.assurance.identities import Principal
from provisioning.assurance.policy import acts
from provisioning.assurance.policy.bench import Bench, Cell, Clear
from provisioning.assurance.policy.documents import Document, Statement
from provisioning.assurance.policy.forms import conditions_of, left_by, pairs
from provisioning.assurance.policy.samples import covers
from provisioning.assurance.stand import PLATFORM
from provisioning.messages import _

Row = tuple[tuple[str, ...], tuple[str, ...]]


def said_beyond(bench: Bench, principal: Principal) -> Iterator[Cell]:
    """Whatever the role's statements allow beside the table, and its bounds do not take away."""
    rows = _rows(bench)
    for document in principal.identity:
        for statement in document.statements if rows else ():
            for action, resource in pairs(statement) if statement.allows else ():
                said = f"{principal.name}: {action} {resource}"
                yield said, partial(_against, rows, principal.boundary, statement, action, resource)


def said_beside(principal: Principal, planned: Sequence[Statement]) -> Iterator[Cell]:
    """Whatever the statements allow beside those that are planned, and the bounds do not take away."""
    yield from _compared(principal, principal.identity, planned, principal.boundary)


def bounds_beside(principal: Principal, planned: Sequence[Statement]) -> Iterator[Cell]:
    """The same of the principal's bounds: whatever they leave beside what is planned."""
    yield from _compared(principal, [principal.boundary] if principal.boundary else [], planned, None)


def _compared(
    principal: Principal, documents: Sequence[Document], planned: Sequence[Statement], bounds: Document | None
) -> Iterator[Cell]:
    known = {_form(row) for row in planned}
    standing = [statement for document in documents for statement in document.statements]
    for statement in (one for one in standing if one.allows):
        if _form(statement) in known:
            yield Clear(len(pairs(statement)))
            continue
        for action, resource in pairs(statement):
            said = f"{principal.name}: {action} {resource}"
            yield said, partial(_beside, planned, bounds, statement, action, resource)
    refused = {_form(statement) for statement in standing}
    for row in planned if documents else ():
        if not row.allows:
            lacking = "" if _form(row) in refused else _("what is planned to be refused is not")
            yield f"{principal.name}: {row.label.partition('#')[2]}", partial(str, lacking)


def _form(statement: Statement) -> tuple[object, ...]:
    negated = statement.not_actions, statement.not_resources
    return statement.allows, statement.actions, statement.resources, *negated, conditions_of(statement)


def _beside(
    planned: Sequence[Statement], bounds: Document | None, statement: Statement, action: str, resource: str
) -> str | None:
    said = conditions_of(statement)
    for row in planned:
        # More conditions allow less, so those that are planned must be among them.
        within = row.allows and covers(row.actions, action) and covers(row.resources or (), resource)
        if within and conditions_of(row) <= said:
            return None
    return statement.label if left_by(bounds, action, resource) else None


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


def _against(rows: list[Row], bounds: Document | None, statement: Statement, action: str, resource: str) -> str | None:
    if any(covers(actions, action) and covers(resources, resource) for actions, resources in rows):
        return None
    return statement.label if left_by(bounds, action, resource) else None
