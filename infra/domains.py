"""Which names may be asked inside the networks. Pure.

A name that is asked is data that leaves: its first label can carry anything to whoever serves the
domain. So only domains that AWS or the directory serve may be asked.
"""

from __future__ import annotations

from infra.flows import INTERFACES, Place
from infra.settings import DIRECTORY_DOMAIN

EVERYTHING = ("*",)


def allowed_domains(region: str, account: str) -> tuple[str, ...]:
    """The directory's own names, those of the endpoints, and those of private addresses."""
    aws = f"{region}.amazonaws.com"
    return (
        DIRECTORY_DOMAIN,
        f"*.{DIRECTORY_DOMAIN}",
        f"{Place.S3}.{aws}",
        f"*.{Place.S3}.{aws}",  # buckets; AWS answers for all of them
        f"{Place.DYNAMODB}.{aws}",
        f"{account}.ddb.{aws}",  # newer SDKs put the account into the name
        *(f"{service}.{aws}" for service in INTERFACES),
        f"*.{region}.compute.internal",
        "*.10.in-addr.arpa",
    )
