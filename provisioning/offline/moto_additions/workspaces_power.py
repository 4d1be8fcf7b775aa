"""Stopping desktops, which ends the sessions on them."""

from __future__ import annotations

import json
from typing import Any

from moto.workspaces.responses import WorkSpacesResponse

SERVICE = WorkSpacesResponse


def stop_workspaces(self: Any) -> str:
    desktops = self.workspaces_backend.workspaces
    failed = []
    for asked in json.loads(self.body)["StopWorkspaceRequests"]:
        desktop = desktops.get(asked["WorkspaceId"])
        if desktop is None or desktop.state != "AVAILABLE":
            failed.append({**asked, "ErrorCode": "InvalidResourceState", "ErrorMessage": "It is not available"})
        else:
            desktop.state = "STOPPED"
    return json.dumps({"FailedRequests": failed})


CALLS = (stop_workspaces,)
