"""Which network each environment has: a number of infra/network_plan.py, taken by a conditional write."""

from __future__ import annotations

from infra.network_plan import LAST_NETWORK
from provisioning.aws.records import Put, RecordStore
from provisioning.errors import Refused
from provisioning.messages import _

NETWORKS = "NETWORKS"


class Networks:
    """The numbers in use. A number belongs to one approval at most: a second taker's write does not hold."""

    def __init__(self, records: RecordStore, last: int = LAST_NETWORK) -> None:
        self._records = records
        self._last = last

    def of(self, approval_id: str) -> tuple[int, list[Put]]:
        """The approval's network number, and the write that takes it when it is new.

        Raises Refused when none is free.
        """
        taken = self._records.list(NETWORKS)
        for record in taken:
            if record.data["approval"] == approval_id:
                return int(record.sk), []
        by_number = {int(record.sk): record for record in taken}
        for number in range(1, self._last + 1):
            known = by_number.get(number)
            if known is None:
                return number, [Put(NETWORKS, f"{number:04d}", {"approval": approval_id})]
            if known.data["approval"] is None:
                return number, [Put.over(known, {"approval": approval_id})]
        raise Refused(
            _("All {count} networks are in use.").format(count=self._last), fix=_("End an environment first.")
        )

    def taken_by(self, approval_id: str) -> int | None:
        """The number that the approval has, or None."""
        return next((int(r.sk) for r in self._records.list(NETWORKS) if r.data["approval"] == approval_id), None)

    def freed(self, approval_id: str) -> list[Put]:
        """The writes that give the approval's network back."""
        owned = [record for record in self._records.list(NETWORKS) if record.data["approval"] == approval_id]
        return [Put.over(record, {"approval": None}) for record in owned]
