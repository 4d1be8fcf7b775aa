"""A platform and two environments that stand, to be read back and to be spoiled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from provisioning.approvals.model import Approval
from provisioning.approvals.names import audit_bucket, work_bucket
from provisioning.assurance.stand import Stand, read_stand
from provisioning.assurance.verify import Proof, prove
from provisioning.aws.sessions import Aws
from provisioning.clock import JST, FixedClock
from provisioning.environments.verification import agreed_of, plan_of_flows
from provisioning.offline.engine import OfflineEngine
from tests.assurance.remembering import Remembering
from tests.infra.conftest import APPROVALS, environment_request, platform_request


@dataclass(frozen=True)
class Site:
    """Two environments on a stand-in of their own. `one` is what is judged, `two` its neighbour."""

    aws: Aws
    reader: Remembering
    platform: dict[str, Any]
    one: dict[str, Any]
    two: dict[str, Any]

    def client(self, service: str) -> Any:
        """A client to change things with."""
        self.reader.changing.add(service)
        return self.aws.client(service)

    @property
    def approval(self) -> str:
        return str(self.one["approval"])

    @property
    def approved(self) -> Approval:
        return next(approval for approval in APPROVALS if approval.id == self.approval)

    @property
    def bucket(self) -> str:
        return work_bucket(self.approval, self.aws.account)

    @property
    def audit(self) -> str:
        return audit_bucket(self.aws.account)

    @property
    def role(self) -> str:
        return f"hic-{self.approval.lower()}-analysis"

    def read(self) -> Stand:
        return read_stand(self.aws)

    @cached_property
    def untouched(self) -> Stand:
        return read_stand(self.reader)

    def read_again(self) -> Stand:
        """What stands now: services that had no client since `untouched` are not asked again."""
        stand = read_stand(self.reader)
        self.reader.changing.clear()
        return stand

    def prove(self, stand: Stand | None = None) -> Proof:
        return prove(stand or self.read(), plan_of_flows(), self.approval, agreed_of(self.approved))

    def group(self, place: str, outputs: dict[str, Any] | None = None) -> str:
        """The security group of a place."""
        vpc = (outputs or self.one)["vpcId"]
        filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "tag:Name", "Values": [f"*-{place}"]}]
        (found,) = self.client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]
        return str(found["GroupId"])

    def table(self, tier: str, outputs: dict[str, Any] | None = None) -> str:
        """The route table of a tier."""
        subnet = (outputs or self.one)[f"{tier}SubnetIds"][0]
        filters = [{"Name": "association.subnet-id", "Values": [subnet]}]
        (found,) = self.client("ec2").describe_route_tables(Filters=filters)["RouteTables"]
        return str(found["RouteTableId"])

    def acl(self, tier: str, outputs: dict[str, Any] | None = None) -> dict[str, Any]:
        """The network ACL of a tier, as AWS shows it."""
        filters = [{"Name": "association.subnet-id", "Values": [(outputs or self.one)[f"{tier}SubnetIds"][0]]}]
        (found,) = self.client("ec2").describe_network_acls(Filters=filters)["NetworkAcls"]
        return dict(found)

    def endpoint(self, service: str) -> dict[str, Any]:
        filters = [{"Name": "vpc-id", "Values": [self.one["vpcId"]]}]
        found = self.client("ec2").describe_vpc_endpoints(Filters=filters)["VpcEndpoints"]
        # Those that are gone are shown for a while.
        return next(e for e in found if e["ServiceName"].endswith(f".{service}") and e["State"] == "available")


@pytest.fixture(scope="session")
def sites_before() -> list[Site]:
    """What `site` has built in this process, if anything."""
    return []


@pytest.fixture
def site(request: pytest.FixtureRequest, sites_before: list[Site], tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Built anew only when other tests have emptied AWS: each mutation undoes itself."""
    if not (sites_before and _still_stands(sites_before[-1])):
        sites_before.append(_build(request.getfixturevalue("aws"), tmp_path_factory.mktemp("home")))
    return sites_before[-1]


def _still_stands(site: Site) -> bool:
    filters = [{"Name": "vpc-id", "Values": [site.one["vpcId"]]}]
    return bool(site.client("ec2").describe_vpcs(Filters=filters)["Vpcs"])


def _build(aws: Aws, home: Path) -> Site:
    engine = OfflineEngine(aws, home, FixedClock(datetime(2026, 11, 2, 9, 0, tzinfo=JST)))
    platform = engine.up(platform_request())
    one, two = (engine.up(environment_request(a, n)) for n, a in enumerate(APPROVALS[:2], 1))
    reader = Remembering(aws.region, str(aws.endpoint))
    site = Site(aws, reader, dict(platform.outputs), dict(one.outputs), dict(two.outputs))
    assert site.untouched.approvals  # read before anything is spoiled
    return site
