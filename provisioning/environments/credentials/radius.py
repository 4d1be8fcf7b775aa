"""Second factors for the directory's RADIUS server, which checks the codes (HIC-8)."""

from __future__ import annotations

from pathlib import Path

from provisioning.actors import Actor, check_role
from provisioning.aws.secrets import SecretStore
from provisioning.environments.credentials import accounts, mfa
from provisioning.environments.credentials.desk import Desk, read_ledger
from provisioning.environments.credentials.model import Item
from provisioning.environments.credentials.packing import write_private
from provisioning.errors import Refused
from provisioning.messages import _


def export_tokens(desk: Desk, actor: Actor, approval_id: str, path: Path) -> tuple[str, ...]:
    """Write the seeds of all handlers who hold one, for import; whose they are. That it was done is recorded.

    Raises Refused when nobody holds one.
    """
    check_role(actor, "operator")
    store = SecretStore(desk.aws)
    seeds = {}
    for handler_id, holding in sorted(read_ledger(desk.records, approval_id).holdings.items()):
        record = desk.records.get(accounts.PK, handler_id)
        if Item.MFA in holding.items and record:
            seed = store.read(accounts.seed_name(handler_id, record.data["mfa"]))
            if seed:
                seeds[handler_id] = seed
    if not seeds:
        raise Refused(
            _("Nobody of {approval} has a second factor.").format(approval=approval_id),
            fix=_("Make them: hic env credentials issue {approval}").format(approval=approval_id),
        )
    desk.audit.commit(actor, "credentials.radius", approval_id, {"users": sorted(seeds)})
    write_private(path, mfa.radius_tokens(seeds).encode("ascii"))
    return tuple(sorted(seeds))
