"""Which sizes of server AWS has: the names in the model of EC2 that comes with botocore.

The model is read as the file it is, so that rules stay without clients, and only that one list of it is parsed.
"""

from __future__ import annotations

import gzip
import importlib.resources
import json
import re
from difflib import get_close_matches
from functools import cache
from typing import Any

_LIST = re.compile(r'"InstanceType":\s*(?=\{\s*"type":\s*"string")')
_NEAREST = 8


@cache
def instance_types() -> tuple[str, ...]:
    """Every name, in AWS's own order."""
    versions = importlib.resources.files("botocore").joinpath("data", "ec2").iterdir()
    newest = max((version for version in versions if version.name[:1].isdigit()), key=lambda version: version.name)
    model = gzip.decompress(newest.joinpath("service-2.json.gz").read_bytes()).decode("utf-8")
    found = _LIST.search(model)
    if found is None:
        raise LookupError("botocore's model of EC2 lists no instance types")
    shape: dict[str, Any] = json.JSONDecoder().raw_decode(model, found.end())[0]
    return tuple(shape["enum"])


def near(given: str) -> list[str]:
    """The names most like one that AWS does not have: those of its family, or else by their letters."""
    family = given.partition(".")[0] + "."
    alike = [name for name in instance_types() if name.startswith(family)]
    return (alike or get_close_matches(given, instance_types(), n=_NEAREST, cutoff=0.5) or ["m6i.xlarge"])[:_NEAREST]
