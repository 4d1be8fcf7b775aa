"""The few data sources that the programs ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from provisioning.aws.sessions import aws_errors
from provisioning.errors import DependencyFailed, Refused
from provisioning.messages import _
from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import tag_dict

Answer = dict[str, Any]


def invoke(calls: Calls, token: str, arguments: Mapping[str, Any]) -> Answer:
    """Answer a data source. Raises Refused for an unknown one, DependencyFailed when AWS has no answer."""
    function = _INVOKES.get(token)
    if function is None:
        raise Refused(
            _("The offline engine does not know the data source '{token}'.").format(token=token),
            fix=_("Add it to provisioning/offline/invokes.py."),
        )
    with aws_errors(_("answering {token}").format(token=token)):
        return function(calls, arguments)


def _caller_identity(calls: Calls, _arguments: Mapping[str, Any]) -> Answer:
    who = calls.sts.get_caller_identity()
    return {"id": who["Account"], "accountId": who["Account"], "arn": who["Arn"], "userId": who["UserId"]}


def _region(calls: Calls, _arguments: Mapping[str, Any]) -> Answer:
    return {"id": calls.region, "name": calls.region, "region": calls.region, "description": calls.region}


def _ami(calls: Calls, arguments: Mapping[str, Any]) -> Answer:
    filters = [{"Name": f["name"], "Values": f["values"]} for f in arguments.get("filters", [])]
    images = calls.ec2.describe_images(Owners=arguments.get("owners", ["self"]), Filters=filters)["Images"]
    if not images:
        raise DependencyFailed(
            _("No machine image fits {filters}.").format(filters=filters),
            fix=_("Build the golden images, or name one with imageWindows or imageUbuntu."),
        )
    if len(images) > 1 and not arguments.get("mostRecent"):
        raise DependencyFailed(_("{count} machine images fit {filters}.").format(count=len(images), filters=filters))
    newest = max(images, key=lambda image: str(image["CreationDate"]))
    return {
        "id": newest["ImageId"],
        "imageId": newest["ImageId"],
        "name": newest["Name"],
        "architecture": newest.get("Architecture", ""),
        "creationDate": str(newest["CreationDate"]),
        "ownerId": newest.get("OwnerId", ""),
        "rootDeviceName": newest.get("RootDeviceName", ""),
    }


def _vpcs(calls: Calls, arguments: Mapping[str, Any]) -> Answer:
    filters = [{"Name": f["name"], "Values": f["values"]} for f in arguments.get("filters", [])]
    found = calls.ec2.describe_vpcs(Filters=filters)["Vpcs"]
    return {"id": calls.region, "region": calls.region, "ids": [vpc["VpcId"] for vpc in found]}


def _vpc(calls: Calls, arguments: Mapping[str, Any]) -> Answer:
    vpc = calls.ec2.describe_vpcs(VpcIds=[arguments["id"]])["Vpcs"][0]
    return {
        "id": vpc["VpcId"],
        "arn": f"arn:aws:ec2:{calls.region}:{calls.account}:vpc/{vpc['VpcId']}",
        "cidrBlock": vpc["CidrBlock"],
        "default": vpc["IsDefault"],
        "state": vpc["State"],
        "tags": tag_dict(vpc.get("Tags")),
    }


_INVOKES: dict[str, Callable[[Calls, Mapping[str, Any]], Answer]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getRegion:getRegion": _region,
    "aws:ec2/getAmi:getAmi": _ami,
    "aws:ec2/getVpcs:getVpcs": _vpcs,
    "aws:ec2/getVpc:getVpc": _vpc,
}
