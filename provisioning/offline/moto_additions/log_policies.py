"""Policies by which all logs of an account are passed on."""

from __future__ import annotations

import json
from typing import Any

from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.responses import LogsResponse

SERVICE = LogsResponse


def _policies(self: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """Policies hang on moto's backend, so that its reset forgets them too."""
    kept: dict[tuple[str, str], dict[str, Any]] = self.logs_backend.__dict__.setdefault("hic_account_policies", {})
    return kept


def put_account_policy(self: Any) -> str:
    kind, name = self._get_param("policyType"), self._get_param("policyName")
    made = {"policyName": name, "policyType": kind, "policyDocument": self._get_param("policyDocument")}
    _policies(self)[kind, name] = {**made, "scope": "ALL", "accountId": self.current_account}
    return json.dumps({"accountPolicy": _policies(self)[kind, name]})


def describe_account_policies(self: Any) -> str:
    kind = self._get_param("policyType")
    found = [policy for (one, _name), policy in _policies(self).items() if one == kind]
    return json.dumps({"accountPolicies": found})


def delete_account_policy(self: Any) -> str:
    known = self._get_param("policyType"), self._get_param("policyName")
    if _policies(self).pop(known, None) is None:
        raise ResourceNotFoundException(f"There is no policy {known[1]}")
    return ""


CALLS = (put_account_policy, describe_account_policies, delete_account_policy)
