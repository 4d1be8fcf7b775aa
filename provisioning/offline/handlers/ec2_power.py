"""Whether an instance runs."""

from __future__ import annotations

from typing import Any

from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, Values, handler


@handler
class InstanceState(Handler):
    """An instance that is held running or stopped. As with the provider, deleting this changes nothing."""

    type = "aws:ec2transitgateway/instanceState:InstanceState"
    replace = frozenset({"instanceId"})

    def create(self, calls: Calls, inputs: Values) -> str:
        return str(inputs["instanceId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if inputs["state"] == "stopped":
            calls.ec2.stop_instances(InstanceIds=[id], Force=bool(inputs.get("force", False)))
        else:
            calls.ec2.start_instances(InstanceIds=[id])

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        reservations = calls.ec2.describe_instances(InstanceIds=[id])["Reservations"]
        instance = reservations[0]["Instances"][0] if reservations else None
        if instance is None or instance["State"]["Name"] in ("terminated", "shutting-down"):
            return None
        return {"instanceId": id, "state": instance["State"]["Name"]}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        """Nothing: whoever wants the instance started starts it."""

    def find(self, calls: Calls, inputs: Values) -> str | None:
        return str(inputs["instanceId"])
