"""The services that the commands of one run share, made from its session."""

from __future__ import annotations

from provisioning.approvals.service import Approvals
from provisioning.cli.session import Session
from provisioning.environments.engine import Engine
from provisioning.environments.platform_end import PlatformEnd
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


def platform_end(session: Session) -> PlatformEnd:
    """The end of the platform."""
    return PlatformEnd(session.records, session.audit, session.aws, session.clock, engine(session))
