"""That everything is logged, and who may reach desktops from where: rules like those of `rules.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provisioning.approvals import names
from provisioning.assurance.claims import N_, Claim
from provisioning.assurance.rules import Rule
from provisioning.assurance.stand import Stand


def watch_rules(stand: Stand) -> tuple[Rule, ...]:
    """The rules, with the places of this account."""
    bucket = f"arn:aws:s3:::{names.trail_bucket(stand.account)}"

    def to_our_bucket(shown: Any, _keys: Mapping[str, str]) -> bool:
        return bucket in shown

    return (
        Rule(
            Claim("L1", N_("All traffic of the networks is logged"), ("2.5.03", "2.2.09")),
            ("vpc",),
            "traffic logged to",
            to_our_bucket,
        ),
        Rule(
            Claim("L2", N_("All names that are asked are logged"), ("2.5.03", "2.2.09")),
            ("vpc",),
            "names logged to",
            to_our_bucket,
        ),
        Rule(
            Claim("L3", N_("Calls on AWS are logged in every region"), ("2.5.03",)),
            ("trail",),
            "every region",
            _is_true,
        ),
        Rule(Claim("L4", N_("The log of calls is being written"), ("2.5.03",)), ("trail",), "logging", _is_true),
        Rule(
            Claim("L5", N_("Log files of calls can be proved unchanged"), ("2.5.03",)),
            ("trail",),
            "validated",
            _is_true,
        ),
        Rule(
            Claim("L6", N_("The log of calls is encrypted with the platform's key"), ("2.8.01", "2.8.05")),
            ("trail",),
            "key",
            _own_key,
        ),
        Rule(
            Claim("L7", N_("Every call on data sets, results and audit entries is logged"), ("2.5.03", "2.2.14")),
            ("trail",),
            "objects",
            _objects(stand.account),
        ),
        Rule(
            Claim("P1", N_("Desktops take the Windows client alone"), ("3.1.12", "3.2.06")),
            ("desktop directory",),
            "devices",
            _windows_alone,
        ),
        Rule(
            Claim("P3", N_("Logging in to a desktop needs a one-time code"), ("3.2.04", "1.5.05")),
            ("desktop directory",),
            "second factor",
            _completed,
        ),
    )


def _is_true(shown: Any, _keys: Mapping[str, str]) -> bool:
    return shown is True


def _own_key(shown: Any, keys: Mapping[str, str]) -> bool:
    return bool(shown) and shown == keys.get("own")


def _completed(shown: Any, _keys: Mapping[str, str]) -> bool:
    return bool(shown == "Completed")


def _objects(account: str) -> Any:
    wanted = (
        f"arn:aws:s3:::{names.share_bucket(account)}/",
        f"arn:aws:s3:::{names.audit_bucket(account)}/",
        "arn:aws:s3:::hic-work-",
    )

    def logged(shown: Any, _keys: Mapping[str, str]) -> bool:
        return all("*" in shown or any(each.startswith(begin) for begin in shown) for each in wanted)

    return logged


def _windows_alone(shown: Any, _keys: Mapping[str, str]) -> bool:
    allowed = {name for name, value in shown.items() if name.startswith("DeviceType") and value != "DENY"}
    # A suspended environment takes none at all.
    return "DeviceTypeWindows" in shown and allowed <= {"DeviceTypeWindows"}
