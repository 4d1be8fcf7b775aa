"""Acts that give power over the data without touching it: identities, secrets, the directory, backups, the trail. Pure.

They are asked on a sample of every pattern that a statement names, as far as the pattern reaches what the act is about.
Taking on a role is not among them: whom the roles of this system let in is judged by the form of their trust.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from provisioning.assurance.identities import Principal
from provisioning.assurance.policy import acts
from provisioning.assurance.policy.bench import Bench, Cell, Clear
from provisioning.assurance.policy.contexts import ANYHOW
from provisioning.assurance.policy.documents import Statement
from provisioning.assurance.policy.samples import witness
from provisioning.assurance.policy.things import Thing

_VARIABLE = re.compile(r"\$\{[^}]*\}")
_NAME = "${aws:username}"


def taken(bench: Bench, principal: Principal) -> Iterator[Cell]:
    """Every act of `acts.POWER_OVER` that a statement may speak of; over one's own credentials anybody has power."""
    own = f"/{principal.name}" if principal.kind == "user" else "/"
    reached = _reached(bench, principal, acts.POWER_OVER)
    beyond = [(act, arn) for act, arn in reached if act not in acts.OWN_CREDENTIALS or not arn.endswith(own)]
    yield from _asked(bench, principal, beyond, acts.POWER_OVER)


def blinding(bench: Bench, principal: Principal) -> Iterator[Cell]:
    """Every act by which a trail stops, or leaves something out."""
    yield from _asked(bench, principal, _reached(bench, principal, acts.BLIND_TRAIL), acts.BLIND_TRAIL)


def _asked(bench: Bench, principal: Principal, pairs: list[tuple[str, str]], table: acts.Reach) -> Iterator[Cell]:
    """The acts that some statement speaks of; the others of the table are refused for that."""
    for action, arn in pairs:
        yield bench.cell(principal, action, Thing("power", arn, bench.stand.account, None, ""), ANYHOW)
    spoken_of = {action for action, _arn in pairs}
    yield Clear(sum(action not in spoken_of for actions, _template in table for action in actions))


def _reached(bench: Bench, principal: Principal, table: acts.Reach) -> list[tuple[str, str]]:
    """Acts with a sample of what each is on, each once."""
    places = {"account": bench.stand.account, "region": bench.stand.region}
    listed = (one for document in principal.identity for one in document.statements if one.allows)
    return list(
        dict.fromkeys(
            (action, arn)
            for statement in listed
            for actions, template in table
            for action in actions
            if action in statement.among(actions)
            for pattern in _patterns(statement, principal)
            if (arn := witness(pattern, template.format(**places))) is not None
        )
    )


def _patterns(statement: Statement, principal: Principal) -> list[str]:
    """What it is about. A user's own name is known; other policy variables may stand for anything."""
    if statement.not_resources or statement.resources is None:
        return ["*"]
    name = principal.name if principal.kind == "user" else "*"
    return [_VARIABLE.sub("*", pattern.replace(_NAME, name)) for pattern in statement.resources]
