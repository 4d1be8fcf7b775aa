"""Where the credentials of an approval stand: what each handler holds, what is due, what waits to be handed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from provisioning.approvals.model import Approval
from provisioning.environments.credentials import rules
from provisioning.environments.credentials.desk import Desk, Ledger, read_ledger
from provisioning.environments.credentials.handing_over import expired
from provisioning.environments.credentials.model import Holding, Item, PackageState


@dataclass(frozen=True)
class Line:
    """One handler. `waits` are numbers of packages not received yet, `lapsed` those of them whose link has ended."""

    handler: str
    name: str
    holding: Holding
    due: tuple[Item, ...]
    waits: tuple[int, ...]
    lapsed: tuple[int, ...]
    former: bool

    @property
    def serial(self) -> str:
        """The serial number of the certificate in force; empty when there is none."""
        held = self.holding.items.get(Item.CERTIFICATE)
        return held.mark.partition(" ")[0] if held else ""

    @property
    def calls_for_action(self) -> bool:
        """Whether the secretariat has something to do: make, withdraw, finish or hand over anew."""
        if self.former or self.holding.revoked:
            return not self.holding.is_taken
        return bool(self.due or self.lapsed or self.holding.making)


def credentials_status(desk: Desk, approval_id: str) -> tuple[Ledger, list[Line]]:
    """Every present handler, then former ones. Reads records alone; no secret is touched."""
    approval = desk.approvals.get(approval_id).approval
    root = desk.authority.root()
    ledger = read_ledger(desk.records, approval_id)
    return ledger, lines(approval, ledger, root.generation if root else 0, desk.clock.now())


def lines(approval: Approval, ledger: Ledger, root: int, now: datetime) -> list[Line]:
    """Pure: one line for each present handler, then for each former one."""
    found = []
    for handler in approval.handlers:
        holding = ledger.holding(handler.id)
        due = rules.due_items(holding, ledger.group, root, approval.period.last_day)
        found.append(_line(handler.id, handler.name, holding, due, now, former=False))
    present = {handler.id for handler in approval.handlers}
    for handler_id in sorted(set(ledger.holdings) - present):
        found.append(_line(handler_id, "", ledger.holding(handler_id), (), now, former=True))
    return found


def _line(handler_id: str, name: str, holding: Holding, due: tuple[Item, ...], now: datetime, *, former: bool) -> Line:
    waiting = [one for one in holding.packages if one.state in (PackageState.READY, PackageState.LINKED)]
    lapsed = tuple(one.number for one in waiting if expired(one, now))
    return Line(handler_id, name, holding, due, tuple(one.number for one in waiting), lapsed, former)
