"""The services that the commands of one run share, made from its session."""

from __future__ import annotations

from provisioning.approvals.names import PLATFORM_STACK
from provisioning.approvals.service import Approvals
from provisioning.aws.secrets import SecretStore
from provisioning.cli.session import Session
from provisioning.environments.credentials.authority import CertificateAuthority
from provisioning.environments.credentials.desk import Desk
from provisioning.environments.engine import Engine
from provisioning.environments.service import Environments, Platform


def approvals(session: Session) -> Approvals:
    """The register of approvals."""
    return Approvals(session.records, session.audit, session.clock)


def engine(session: Session) -> Engine:
    """The engine that the settings choose. Imported late: it brings the whole Pulumi SDK."""
    if session.settings.engine == "pulumi":
        from provisioning.environments.pulumi_engine import PulumiEngine  # noqa: PLC0415

        return PulumiEngine(session.aws)
    from provisioning.offline.engine import OfflineEngine  # noqa: PLC0415

    return OfflineEngine(session.aws, session.settings.home, session.clock)


def environments(session: Session) -> Environments:
    """Environments of approvals."""
    return Environments(approvals(session), session.records, session.audit, session.aws, session.clock, engine(session))


def platform(session: Session) -> Platform:
    """The platform."""
    return Platform(session.records, session.audit, session.aws, engine(session))


def authority(session: Session) -> CertificateAuthority:
    """HIC's own certificate authority."""
    return CertificateAuthority(session.records, session.audit, SecretStore(session.aws), session.clock)


def credentials(session: Session) -> Desk:
    """What makes, hands out and withdraws credentials."""
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
