"""The services that the commands of one run share, made from its session."""

from __future__ import annotations

from pathlib import Path

from provisioning.approvals.change_service import Changes
from provisioning.approvals.service import Approvals
from provisioning.cli.session import Session
from provisioning.environments.engine import Engine
from provisioning.environments.lifecycle import Lifecycle
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


def changes(session: Session) -> Changes:
    """Changes of approvals."""
    return Changes(approvals(session), session.audit, session.clock)


def lifecycle(session: Session) -> Lifecycle:
    """The life of environments after they were built. Parts that keep ways in of their own add their doors here."""
    return Lifecycle(
        environments(session),
        approvals(session),
        changes(session),
        session.audit,
        session.aws,
        session.clock,
        engine(session),
        doors=(),
    )


def documents(session: Session, approval_id: str) -> Path:
    """The folder of an approval's documents."""
    return session.settings.home / "documents" / approval_id


def platform(session: Session) -> Platform:
    """The platform."""
    return Platform(session.records, session.audit, session.aws, engine(session))
