"""Tags of EC2 resources: the same three calls for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Values, tag_dict, tag_list


def specification(kind: str, inputs: Values) -> dict[str, Any]:
    """Tags for the call that makes the resource."""
    tags = tag_list(inputs.get("tags"))
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]} if tags else {}


def settle_tags(calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
    """Bring the tags of a standing resource to what is wanted; nothing to do right after it was made."""
    if old is None:
        return
    wanted, had = inputs.get("tags") or {}, old.get("tags") or {}
    if gone := [{"Key": key} for key in sorted(set(had) - set(wanted))]:
        calls.ec2.delete_tags(Resources=[id], Tags=gone)
    if wanted:
        calls.ec2.create_tags(Resources=[id], Tags=tag_list(wanted))


def shown_tags(item: Mapping[str, Any]) -> dict[str, Any]:
    """`tags` and `tagsAll` of a described resource."""
    tags = tag_dict(item.get("Tags"))
    return {"tags": tags, "tagsAll": tags}


def arn(calls: Calls, kind: str, id: str) -> str:
    """The ARN of an EC2 resource of this account."""
    return f"arn:aws:ec2:{calls.region}:{calls.account}:{kind}/{id}"


def find_by_tags(answer: list[Mapping[str, Any]], id_key: str, inputs: Values) -> str | None:
    """The one described resource that carries exactly the wanted tags."""
    wanted = inputs.get("tags") or {}
    fitting = [str(item[id_key]) for item in answer if wanted and tag_dict(item.get("Tags")) == wanted]
    return fitting[0] if len(fitting) == 1 else None


def tag_filters(inputs: Values, **more: str) -> list[dict[str, Any]]:
    """Filters of a describe call for the wanted tags and properties."""
    filters = [{"Name": f"tag:{key}", "Values": [value]} for key, value in (inputs.get("tags") or {}).items()]
    return filters + [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in more.items()]
