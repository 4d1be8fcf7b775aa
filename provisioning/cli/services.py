"""The services that the commands of one run share, made from its session."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from provisioning.approvals.change_service import Changes
from provisioning.approvals.names import PLATFORM_STACK
from provisioning.approvals.service import Approvals
from provisioning.aws.secrets import SecretStore
from provisioning.cli.session import Session
from provisioning.environments.engine import Engine
from provisioning.environments.lifecycle import Lifecycle
from provisioning.environments.platform_end import PlatformEnd
from provisioning.environments.service import Environments, Platform

if TYPE_CHECKING:
    from provisioning.environments.credentials.authority import CertificateAuthority
    from provisioning.environments.credentials.desk import Desk


def approvals(session: Session) -> Approvals:
    """The register of approvals."""
    return Approvals(session.records, session.audit, session.clock)


def engine(session: Session) -> Engine:
    """The engine that the settings choose, with the operator's own of HIC_PROGRAM. Raises BadInput for mistakes."""
    from provisioning.environments.program_settings import ConfiguredEngine, read_program_settings  # noqa: PLC0415

    config = read_program_settings(os.environ)
    return ConfiguredEngine(_engine(session), config) if config else _engine(session)


def dollars() -> dict[str, int]:
    """The operator's own yen for a dollar, if HIC_PROGRAM names any."""
    from provisioning.environments.program_settings import read_program_settings  # noqa: PLC0415

    own = read_program_settings(os.environ).get("yenPerDollar")
    return {"yen_per_dollar": int(own)} if own else {}


def _engine(session: Session) -> Engine:
    """Imported late: it brings the whole Pulumi SDK."""
    if session.settings.engine == "pulumi":
        from provisioning.environments.pulumi_engine import PulumiEngine  # noqa: PLC0415

        return PulumiEngine(session.aws)
    from provisioning.offline.engine import OfflineEngine  # noqa: PLC0415

    return OfflineEngine(session.aws, session.settings.home, session.clock)


def environments(session: Session) -> Environments:
    """Environments of approvals, with their handlers' credentials."""
    from provisioning.environments.credentials.people import Handlers  # noqa: PLC0415 - brings certificates and PDF

    return Environments(
        approvals(session),
        session.records,
        session.audit,
        session.aws,
        session.clock,
        engine(session),
        Handlers(credentials(session)),
    )


def changes(session: Session) -> Changes:
    """Changes of approvals."""
    return Changes(approvals(session), session.audit, session.clock)


def lifecycle(session: Session) -> Lifecycle:
    """The life of environments after they were built. Parts that keep ways in of their own add their doors here."""
    from provisioning.environments.credentials.suspension import DirectoryUsers  # noqa: PLC0415 - brings certificates

    return Lifecycle(
        environments(session),
        approvals(session),
        changes(session),
        session.audit,
        session.aws,
        session.clock,
        engine(session),
        doors=(DirectoryUsers(credentials(session), session.actor),),
    )


def documents(session: Session, approval_id: str) -> Path:
    """The folder of an approval's documents."""
    return session.settings.home / "documents" / approval_id


def platform(session: Session) -> Platform:
    """The platform."""
    return Platform(session.records, session.audit, session.aws, engine(session))


def authority(session: Session) -> CertificateAuthority:
    """HIC's own certificate authority."""
    from provisioning.environments.credentials.authority import CertificateAuthority  # noqa: PLC0415

    return CertificateAuthority(session.records, session.audit, SecretStore(session.aws), session.clock)


def credentials(session: Session) -> Desk:
    """What makes, hands out and withdraws credentials. Imported late: it brings certificates."""
    from provisioning.environments.credentials.desk import Desk  # noqa: PLC0415

    return Desk(
        approvals=approvals(session),
        records=session.records,
        audit=session.audit,
        aws=session.aws,
        clock=session.clock,
        folder=session.settings.home / "credentials",
        platform=lambda: engine(session).outputs(PLATFORM_STACK) or {},
        rehearsal=session.settings.engine == "offline",
    )


def platform_end(session: Session) -> PlatformEnd:
    """The end of the platform."""
    return PlatformEnd(session.records, session.audit, session.aws, session.clock, engine(session))
