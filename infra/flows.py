"""THE table of allowed network flows. Security groups, network ACLs and the proof are made from it.

Nothing of this leads to the internet: there is no gateway to it, and no rule names 0.0.0.0/0.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Place(StrEnum):
    """Ends of a flow: three groups of an environment, its connector, and what they may reach outside it."""

    DESKTOPS = "desktops"
    ANALYSIS = "analysis"
    ENDPOINTS = "endpoints"
    DIRECTORY = "directory"
    CONNECTOR = "connector"
    S3 = "s3"
    DYNAMODB = "dynamodb"


# The services with an interface endpoint.
INTERFACES = ("ssm", "ssmmessages", "ec2messages", "kms", "logs", "sts")
GROUPS = (Place.DESKTOPS, Place.ANALYSIS, Place.ENDPOINTS)
_BOTH: tuple[Literal["tcp", "udp"], ...] = ("tcp", "udp")


@dataclass(frozen=True)
class Flow:
    """Traffic that may be started from `source` to `target` on the ports `first`..`last`."""

    name: str
    source: Place
    target: Place
    protocol: Literal["tcp", "udp"]
    first: int
    last: int
    reason: str


def _directory(source: Place) -> tuple[Flow, ...]:
    """What a member of a Windows domain needs from the directory, by AWS's own list of ports."""
    ports: tuple[tuple[str, Literal["tcp", "udp"], int, int], ...] = (
        ("dns", "tcp", 53, 53),
        ("dns", "udp", 53, 53),
        ("kerberos", "tcp", 88, 88),
        ("kerberos", "udp", 88, 88),
        ("time", "udp", 123, 123),
        ("rpc", "tcp", 135, 135),
        ("ldap", "tcp", 389, 389),
        ("ldap", "udp", 389, 389),
        ("smb", "tcp", 445, 445),
        ("kpasswd", "tcp", 464, 464),
        ("kpasswd", "udp", 464, 464),
        ("ldaps", "tcp", 636, 636),
        ("catalog", "tcp", 3268, 3269),
        ("rpc-dynamic", "tcp", 49152, 65535),
    )
    return tuple(
        Flow(f"{source}-{name}-{protocol}", source, Place.DIRECTORY, protocol, first, last, f"Directory {name}")
        for name, protocol, first, last in ports
    )


FLOWS: tuple[Flow, ...] = (
    # ENV-1: the researcher works on the analysis server through the desktop.
    Flow("rdp", Place.DESKTOPS, Place.ANALYSIS, "tcp", 3389, 3389, "Remote Desktop to the analysis server"),
    Flow("ssh", Place.DESKTOPS, Place.ANALYSIS, "tcp", 22, 22, "SSH to the analysis server"),
    Flow("aws", Place.ANALYSIS, Place.ENDPOINTS, "tcp", 443, 443, "AWS services through interface endpoints"),
    Flow("s3", Place.ANALYSIS, Place.S3, "tcp", 443, 443, "Data sets and results"),
    Flow("records", Place.ANALYSIS, Place.DYNAMODB, "tcp", 443, 443, "Records of the own approval"),
    *_directory(Place.DESKTOPS),
    *_directory(Place.ANALYSIS),
)

# The connector that AWS runs in the subnets of the desktops asks the directory for people, and RADIUS for their
# one-time codes. AWS makes its security group, so these lines are for the ACLs and for the directory's side.
RADIUS_PORT = 1812
CONNECTOR_FLOWS: tuple[Flow, ...] = (
    *(
        Flow(
            f"connector-{name}-{protocol}", Place.CONNECTOR, Place.DIRECTORY, protocol, port, port, f"Connector {name}"
        )
        for name, port in (("dns", 53), ("kerberos", 88), ("ldap", 389))
        for protocol in _BOTH
    ),
    Flow("radius", Place.CONNECTOR, Place.DIRECTORY, "udp", RADIUS_PORT, RADIUS_PORT, "One-time codes (HIC-8)"),
)


def flows_between(source: Place | None = None, target: Place | None = None) -> tuple[Flow, ...]:
    """The flows from and to the given places; None stands for any."""
    return tuple(f for f in FLOWS if source in (None, f.source) and target in (None, f.target))
