"""Trails. moto never writes a log file."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from provisioning.offline.calls import Calls, is_gone
from provisioning.offline.handlers.base import Handler, Values, handler, present, tag_dict, tag_list, unless_gone

_SETTINGS = {
    "s3BucketName": "S3BucketName",
    "kmsKeyId": "KmsKeyId",
    "isMultiRegionTrail": "IsMultiRegionTrail",
    "isOrganizationTrail": "IsOrganizationTrail",
    "includeGlobalServiceEvents": "IncludeGlobalServiceEvents",
    "enableLogFileValidation": "EnableLogFileValidation",
}
_FIELDS = {
    "equals": "Equals",
    "startsWiths": "StartsWith",
    "endsWiths": "EndsWith",
    "notEquals": "NotEquals",
    "notStartsWiths": "NotStartsWith",
    "notEndsWiths": "NotEndsWith",
}


@handler
class Trail(Handler):
    """A trail, what it logs, and whether it is logging."""

    type = "aws:cloudtrail/trail:Trail"
    replace = frozenset({"name"})
    named_by = "name"

    def create(self, calls: Calls, inputs: Values) -> str:
        wanted = {name: inputs[key] for key, name in _SETTINGS.items() if key in inputs}
        made = calls.cloudtrail.create_trail(Name=inputs["name"], TagsList=tag_list(inputs.get("tags")), **wanted)
        return str(made["TrailARN"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        trails = calls.cloudtrail
        if old is not None:
            wanted = {name: inputs[key] for key, name in _SETTINGS.items() if key in inputs}
            trails.update_trail(Name=inputs["name"], **wanted)
            if gone := sorted(set(old.get("tags") or {}) - set(inputs.get("tags") or {})):
                trails.remove_tags(ResourceId=id, TagsList=[{"Key": key} for key in gone])
            trails.add_tags(ResourceId=id, TagsList=tag_list(inputs.get("tags")))
        if selectors := inputs.get("advancedEventSelectors"):
            trails.put_event_selectors(TrailName=id, AdvancedEventSelectors=[_selector(each) for each in selectors])
        if inputs.get("enableLogging", True):
            trails.start_logging(Name=id)
        else:
            trails.stop_logging(Name=id)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        try:
            trail = calls.cloudtrail.get_trail(Name=id)["Trail"]
        except ClientError as error:
            if is_gone(error):
                return None
            raise
        shown = {key: trail.get(_ANSWERS.get(name, name)) for key, name in _SETTINGS.items()}
        selectors = calls.cloudtrail.get_event_selectors(TrailName=id).get("AdvancedEventSelectors") or []
        listed = calls.cloudtrail.list_tags(ResourceIdList=[id])["ResourceTagList"]
        tags = tag_dict(listed[0]["TagsList"])
        return {
            "arn": id,
            "name": trail["Name"],
            "homeRegion": trail.get("HomeRegion", calls.region),
            **{key: value for key, value in shown.items() if value is not None},
            "enableLogging": calls.cloudtrail.get_trail_status(Name=id)["IsLogging"],
            "advancedEventSelectors": [_told(each) for each in selectors],
            "tags": tags,
            "tagsAll": tags,
        }

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.cloudtrail.delete_trail(Name=inputs["name"])

    def find(self, calls: Calls, inputs: Values) -> str | None:
        trails = calls.cloudtrail.describe_trails(includeShadowTrails=False)["trailList"]
        return next((str(t["TrailARN"]) for t in trails if t["Name"] == inputs["name"]), None)


_ANSWERS = {"EnableLogFileValidation": "LogFileValidationEnabled"}  # where the answer's name is another


def _selector(wanted: Values) -> dict[str, Any]:
    fields = [
        {"Field": field["field"], **{name: field[key] for key, name in _FIELDS.items() if field.get(key)}}
        for field in wanted["fieldSelectors"]
    ]
    return {**present(Name=wanted.get("name")), "FieldSelectors": fields}


def _told(shown: Values) -> dict[str, Any]:
    fields = [
        {"field": field["Field"], **{key: field[name] for key, name in _FIELDS.items() if field.get(name)}}
        for field in shown["FieldSelectors"]
    ]
    return {**present(name=shown.get("Name")), "fieldSelectors": fields}
