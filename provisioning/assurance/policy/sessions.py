"""What a session on a server may be: SSH, by the role that sets servers up, and nothing beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from provisioning.assurance.identities import Principal
from provisioning.assurance.policy import acts
from provisioning.assurance.policy.bench import Bench, Cell
from provisioning.assurance.policy.contexts import ANYHOW
from provisioning.assurance.policy.things import Thing
from provisioning.assurance.stand import PLATFORM

START = "ssm:StartSession"


def beyond_ssh(bench: Bench, principal: Principal) -> Iterator[Cell]:
    """Sessions that name no document or another one than SSH's, servers of nobody, and secrets but databases'."""
    account, region = bench.stand.account, bench.stand.region
    way = ANYHOW
    for thing in bench.own:
        if thing.kind == "server":
            yield bench.cell(principal, START, replace(thing, kind="unnamed"), way)
    for name in acts.SHELLS:
        document = Thing("document", f"arn:aws:ssm:{region}:{account}:document/{name}", account, None, "")
        yield bench.cell(principal, START, document, way)
    for whose in ("", PLATFORM):
        machine = Thing("server", f"arn:aws:ec2:{region}:{account}:instance/i-other", account, None, whose)
        yield from (bench.cell(principal, action, machine, way) for action in acts.REACH_SERVER)
    for name in ("radius", "ca", f"{bench.approval}/mfa/a", f"{bench.approval}/group"):
        secret = Thing(
            "secret", f"arn:aws:secretsmanager:{region}:{account}:secret:hic/{name}-AbCdEf", account, None, ""
        )
        yield bench.cell(principal, "secretsmanager:GetSecretValue", secret, way)
