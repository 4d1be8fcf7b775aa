"""The destruction of an environment, asset by asset: what stood, how it went, and when (HIC-22)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError

from provisioning.assurance.copies import Whereabouts
from provisioning.aws.sessions import Aws, aws_errors, error_code
from provisioning.environments.engine import StandingResource
from provisioning.messages import _

KEY, VPC = "aws:kms/key:Key", "aws:ec2/vpc:Vpc"
SERVER, VOLUME = "aws:ec2/instance:Instance", "aws:ebs/volume:Volume"
OBJECTS = "aws:s3/object:Object"


class Method(StrEnum):
    """How an asset went."""

    DELETED = "deleted"
    LOCKED = "locked"  # a user of the directory, which keeps it
    REVOKED = "revoked"
    KEY_SCHEDULED = "key scheduled for deletion"  # useless from that moment, gone after the waiting time
    RECORDED = "recorded only"  # it never stood: the stand-in for AWS has no such thing


@dataclass(frozen=True)
class Asset:
    """One thing that stood, or `count` alike. `at`: when it went; `before`: by when it had gone, if no run told more.

    `note` is the day on which a scheduled key is gone for good.
    """

    type: str
    name: str
    id: str
    urn: str
    method: Method
    at: str = ""
    before: str = ""
    note: str = ""
    count: int = 1


@dataclass(frozen=True)
class Destruction:
    """The whole of it. `objects` are versions and marks in the work bucket; times as ISO 8601."""

    begun_at: str
    assets: tuple[Asset, ...]
    objects: int = 0
    ended_at: str = ""

    @property
    def digest(self) -> str:
        """The hash of everything the certificate says, which the audit entry carries."""
        content = json.dumps(content_of(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(content.encode("utf-8")).hexdigest()

    def counts(self) -> Counter[Method]:
        """How many assets went how."""
        return Counter(asset.method for asset in self.assets)


def inventory(resources: Iterable[StandingResource]) -> list[Asset]:
    """Everything of a stack that stands, in the order it was made."""
    return [Asset(one.type, one.name, one.id, one.urn, _method(one)) for one in resources if one.id]


def joined(destruction: Destruction, found: Iterable[Asset]) -> Destruction:
    """With what has been found since, and every count at its highest: a run that was cut off had begun to delete."""
    assets = {asset.urn: asset for asset in destruction.assets}
    for asset in found:
        known = assets.get(asset.urn, asset)
        assets[asset.urn] = replace(known, count=max(known.count, asset.count))
    objects = sum(asset.count for asset in assets.values() if asset.type == OBJECTS)
    return replace(destruction, assets=tuple(assets.values()), objects=objects)


def whereabouts(assets: Iterable[Asset]) -> Whereabouts:
    """Where the environment's things were, and what copies of them were made of."""
    by_type: dict[str, set[str]] = {}
    for asset in assets:
        by_type.setdefault(asset.type, set()).add(asset.id)
    return Whereabouts(*(frozenset(by_type.get(one, ())) for one in (VPC, SERVER, VOLUME)))


def settled(destruction: Destruction, times: Mapping[str, str], last_seen: frozenset[str], now: str) -> Destruction:
    """With the time of every asset that went. What an earlier run took away had gone when this one began, `now`.

    `times` are by URN; `last_seen` are the URNs that stood when this run began.
    """
    assets = []
    for asset in destruction.assets:
        if asset.urn in times:
            assets.append(replace(asset, at=times[asset.urn]))
        elif asset.urn not in last_seen and not asset.at and not asset.before:
            assets.append(replace(asset, before=now))
        else:
            assets.append(asset)
    return replace(destruction, assets=tuple(assets))


def key_dates(aws: Aws, destruction: Destruction) -> Destruction:
    """With the day on which each scheduled key is gone, as AWS tells it."""
    assets = []
    for asset in destruction.assets:
        note = asset.note
        if asset.type == KEY:
            try:
                with aws_errors(_("looking at the key {key}").format(key=asset.id), passing=("NotFoundException",)):
                    told = aws.client("kms").describe_key(KeyId=asset.id)["KeyMetadata"]
                note = told["DeletionDate"].date().isoformat() if "DeletionDate" in told else ""
            except ClientError as error:
                note = error_code(error)
        assets.append(replace(asset, note=note))
    return replace(destruction, assets=tuple(assets))


def content_of(destruction: Destruction) -> dict[str, Any]:
    """A destruction as it is stored."""
    return asdict(destruction)


def read_destruction(stored: Mapping[str, Any]) -> Destruction:
    """A destruction as it was stored."""
    assets = (Asset(**{**one, "method": Method(one["method"])}) for one in stored["assets"])
    return Destruction(**{**stored, "assets": tuple(assets)})


def _method(resource: StandingResource) -> Method:
    if resource.recorded:
        return Method.RECORDED
    return Method.KEY_SCHEDULED if resource.type == KEY else Method.DELETED
