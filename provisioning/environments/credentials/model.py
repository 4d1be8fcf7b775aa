"""What is known of credentials: who holds which, in which package. Nothing here is secret."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Item(StrEnum):
    """One kind of credential (HIC-24)."""

    CERTIFICATE = "certificate"  # device authentication of WorkSpaces: .cer, .pfx and its password
    ACCOUNT = "account"  # user name and initial password of the directory
    MFA = "mfa"  # the one-time codes of the second factor
    DATABASE = "database"  # PostgreSQL: the group's role and one's own
    BACKUP = "backup"  # the group's AWS credential for start and backup of the server


class PackageState(StrEnum):
    """Where a package is."""

    READY = "ready"
    LINKED = "linked"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"


class Part(BaseModel):
    """The base of every part: frozen, and unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Held(Part):
    """What a handler was given of one kind. `mark` tells it from an earlier one: a serial number, key id or version."""

    mark: str
    package: int
    at: str


class Link(Part):
    """A download link that was made, and until when it works."""

    by: str
    at: str
    expires: str
    key: str
    version: str


class Receipt(Part):
    """Who said that the package arrived, and how the person was verified (HIC-4)."""

    by: str
    at: str
    how: str


class Package(Part):
    """One encrypted file for one handler, by its number."""

    number: int
    items: tuple[Item, ...]
    file: str
    sha256: str
    by: str
    at: str
    state: PackageState = PackageState.READY
    links: tuple[Link, ...] = ()
    receipt: Receipt | None = None


class Making(Part):
    """A package that was begun: its certificate is on record before anything can be handed out."""

    number: int
    items: tuple[Item, ...]
    serial: str | None
    at: str


class Revocation(Part):
    """Why and when everything of a handler was withdrawn; `carried_out` once the person is locked out everywhere."""

    by: str
    at: str
    reason: str
    carried_out: bool = False


class Holding(Part):
    """All that one handler holds."""

    handler: str
    items: dict[Item, Held] = {}
    packages: tuple[Package, ...] = ()
    making: Making | None = None
    revoked: Revocation | None = None
    database: int = 1  # version of the own PostgreSQL password

    @property
    def is_taken(self) -> bool:
        """Whether everything was withdrawn, and all of it carried out."""
        return self.revoked is not None and self.revoked.carried_out

    def package(self, number: int | None = None) -> Package | None:
        """The package of that number, or the newest."""
        if number is None:
            return self.packages[-1] if self.packages else None
        return next((one for one in self.packages if one.number == number), None)


class Account(Part):
    """A user of the directory. One person may be a handler of several approvals, and has one account for all."""

    email: str
    approvals: tuple[str, ...]
    mfa: int = 1  # version of the shared secret of the second factor


class Group(Part):
    """What a group shares."""

    database: int = 1  # version of the shared PostgreSQL password
    backup_key: str | None = None  # id of the AWS access key in use
    backup_absent: bool = True  # the IAM user does not stand
