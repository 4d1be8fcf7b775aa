"""Flow logs of VPCs. moto never writes any."""

from __future__ import annotations

from typing import Any

from provisioning.errors import Refused
from provisioning.messages import _
from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, Values, handler, present, unless_gone
from provisioning.offline.handlers.ec2_tags import arn, find_by_tags, settle_tags, shown_tags, specification


@handler
class FlowLog(Handler):
    """What passes through a VPC, written to a bucket."""

    type = "aws:ec2/flowLog:FlowLog"
    replace = frozenset({"vpcId", "trafficType", "logDestination", "logDestinationType", "maxAggregationInterval"})

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.ec2.create_flow_logs(
            ResourceIds=[inputs["vpcId"]],
            ResourceType="VPC",
            TrafficType=inputs["trafficType"],
            **present(
                LogDestinationType=inputs.get("logDestinationType"),
                LogDestination=inputs.get("logDestination"),
                MaxAggregationInterval=inputs.get("maxAggregationInterval"),
            ),
            **specification("vpc-flow-log", inputs),
        )
        if failed := made.get("Unsuccessful"):
            raise Refused(_("EC2 says: {reason}").format(reason=failed[0]["Error"]["Message"]))
        return str(made["FlowLogIds"][0])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        settle_tags(calls, id, inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        found = calls.ec2.describe_flow_logs(FlowLogIds=[id])["FlowLogs"]
        if not found:
            return None
        log = found[0]
        return {
            "arn": arn(calls, "vpc-flow-log", id),
            "vpcId": log["ResourceId"],
            "trafficType": log["TrafficType"],
            "logDestinationType": log["LogDestinationType"],
            "logDestination": log.get("LogDestination", ""),
            "maxAggregationInterval": log["MaxAggregationInterval"],
            **shown_tags(log),
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.ec2.delete_flow_logs(FlowLogIds=[id])

    def find(self, calls: Calls, inputs: Values) -> str | None:
        filters = [{"Name": "resource-id", "Values": [inputs["vpcId"]]}]
        return find_by_tags(calls.ec2.describe_flow_logs(Filters=filters)["FlowLogs"], "FlowLogId", inputs)
