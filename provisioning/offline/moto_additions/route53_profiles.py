"""Route 53 Profiles: which are joined to which VPC. moto has no such service; what a profile holds is not kept."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

from moto import backend_index
from moto.backends import get_backend
from moto.core.responses import BaseResponse
from moto.moto_api._internal import mock_random
from moto.route53resolver import urls
from moto.route53resolver.exceptions import ResourceExistsException, ResourceNotFoundException

HOST = ("route53resolver", re.compile(r"https?://route53profiles\.(.+)\.amazonaws\.com"))
PATHS = ("{0}/profileassociations$", "{0}/profileassociation$", "{0}/profileassociation/(?P<joined>.+)$")


class Route53ProfilesResponse(BaseResponse):
    """The calls of a service of its own, at the backend of the resolver: its reset forgets them too."""

    def __init__(self) -> None:
        super().__init__(service_name="route53profiles")


SERVICE = Route53ProfilesResponse


def install_paths() -> None:
    """moto knows services by their hosts, and the calls of a service by their paths."""
    if HOST not in backend_index.backend_url_patterns:
        backend_index.backend_url_patterns.append(HOST)
    urls.url_paths.update(dict.fromkeys(PATHS, Route53ProfilesResponse.dispatch))


def _joined(self: Any) -> dict[tuple[str, str], dict[str, Any]]:
    backend = get_backend("route53resolver")[self.current_account][self.region]
    kept: dict[tuple[str, str], dict[str, Any]] = backend.__dict__.setdefault("hic_profiles", {})
    return kept


def associate_profile(self: Any) -> str:
    """A profile answers for a VPC from now on."""
    asked = json.loads(self.body)
    key = asked["ProfileId"], asked["ResourceId"]
    if key in _joined(self):
        raise ResourceExistsException(f"{key[1]} has {key[0]} already")
    known = f"rpassoc-{mock_random.get_random_hex(16)}"
    shown = {"Id": known, "Status": "COMPLETE", "OwnerId": self.current_account}
    _joined(self)[key] = {**shown, **{name: asked[name] for name in ("ProfileId", "ResourceId", "Name")}}
    return json.dumps({"ProfileAssociation": _joined(self)[key]})


def disassociate_profile(self: Any) -> str:
    """It answers no more."""
    words = unquote(self.path).split("/")
    gone = _joined(self).pop((words[-3], words[-1]), None)
    if gone is None:
        raise ResourceNotFoundException(f"{words[-1]} has no profile {words[-3]}")
    return json.dumps({"ProfileAssociation": {**gone, "Status": "DELETING"}})


def list_profile_associations(self: Any) -> str:
    """All of them; in one page."""
    return json.dumps({"ProfileAssociations": list(_joined(self).values())})


CALLS = (associate_profile, disassociate_profile, list_profile_associations)
