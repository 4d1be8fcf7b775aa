"""That nothing is shared, passed on or opened beside networks and identities: rules like those of `rules.py`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from provisioning.approvals import names
from provisioning.assurance.claims import N_, Claim
from provisioning.assurance.rules import ANY_BUCKET, Rule, Test
from provisioning.assurance.stand import Stand


def door_rules(stand: Stand) -> tuple[Rule, ...]:
    """The rules, with the names of this account."""
    log_bucket = names.log_bucket(stand.account)
    return (
        Rule(
            Claim("R4", N_("Snapshots are shared with nobody"), ("3.1.12",), may_be_empty=True),
            ("snapshot", "snapshot of nobody"),
            "shared",
            _is([]),
        ),
        Rule(
            Claim("R40", N_("Calls on buckets are logged in the platform's bucket of logs"), ("2.5.03",)),
            ("work bucket", "share bucket", "audit bucket"),
            "logged",
            _is(log_bucket),
        ),
        Rule(
            Claim("R51", N_("Images are shared with nobody"), ("3.1.12",), may_be_empty=True),
            ("image",),
            "shared",
            _is([]),
        ),
        Rule(
            Claim("R52", N_("No policy of a vault lets anybody at the backups"), ("3.1.12",)),
            ("policy of a vault",),
            "policy",
            _only_refuses,
        ),
        Rule(
            Claim("R53", N_("No bucket has an access point, which is another door to it"), ("3.1.12",)),
            ANY_BUCKET,
            "access points",
            _is(()),
        ),
        Rule(Claim("R54", N_("Logs are passed on to nobody"), ("3.1.12",)), ("logs",), "passed on to", _is(())),
    )


def _is(wanted: object) -> Test:
    return lambda shown, _keys: shown == wanted


def _only_refuses(shown: Any, _keys: Mapping[str, str]) -> bool:
    return all(statement.get("Effect") == "Deny" for statement in _statements(shown))


def _statements(policy: str) -> list[Mapping[str, Any]]:
    """The statements of a policy; none of an empty text. One that cannot be read allows who knows what."""
    if not policy:
        return []
    try:
        found = json.loads(policy)["Statement"]
    except (ValueError, KeyError, TypeError):
        return [{}]
    return [found] if isinstance(found, Mapping) else list(found)
