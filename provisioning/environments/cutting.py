"""Cut everybody off at once: sessions, keys, server, desktops (HIC-18, LIFE-5). Nothing is deleted.

These are AWS calls of their own, since a run of the program takes minutes. The program, run afterwards,
keeps it so. Every act may be repeated, and one that fails does not keep the others from being done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import ClientError

from provisioning.approvals import names
from provisioning.approvals.service import Registered
from provisioning.assurance.reading import APPROVAL_TAG
from provisioning.aws.sessions import Aws, aws_errors, error_code
from provisioning.errors import DependencyFailed, HicError, Problem
from provisioning.messages import _

EMERGENCY = "hic-suspended"  # the policy that holds until the program's own does
NOTHING_ALLOWED = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
)
RUNNING = ("AVAILABLE", "IMPAIRED", "UNHEALTHY", "REBOOTING", "STARTING", "RESUMING")
NO_CLIENT = dict.fromkeys(
    ("Windows", "Osx", "Web", "Ios", "Android", "ChromeOs", "ZeroClient", "Linux"),
    "DENY",
)


@dataclass(frozen=True)
class Cut:
    """One way in that was shut or opened."""

    kind: str
    id: str


class Door(Protocol):
    """Another way in, kept by another part, which is shut and opened with the environment.

    Both are idempotent, and raise a HicError when the way could not be shut or opened.
    """

    def shut(self, standing: Registered) -> Sequence[Cut]:
        """Let nobody of this approval in any more; keep what may be evidence."""
        ...

    def open(self, standing: Registered) -> Sequence[Cut]:
        """Let them in again."""
        ...


def cut_off(aws: Aws, standing: Registered, directories: Sequence[str], doors: Sequence[Door] = ()) -> tuple[Cut, ...]:
    """Shut every way in; `directories` are those of its desktops.

    Raises DependencyFailed, after all have been tried, when one could not be shut.
    """
    approval_id = standing.approval.id
    acts: list[tuple[str, Callable[[], Sequence[Cut]]]] = [
        (_("the sessions of the analysis server"), lambda: list(_forbid(aws, approval_id))),
        (_("the keys of the group"), lambda: list(_set_keys(aws, approval_id, "Inactive"))),
        (_("the analysis server"), lambda: list(_stop_servers(aws, approval_id))),
        (_("the desktops"), lambda: [cut for one in directories for cut in _close_desktops(aws, one)]),
        *((type(door).__name__, lambda door=door: door.shut(standing)) for door in doors),
    ]
    return _all_done(acts, _("Not everything could be cut off; what could be was:"))


def let_in(aws: Aws, standing: Registered, doors: Sequence[Door] = ()) -> tuple[Cut, ...]:
    """Open what `cut_off` shut and the program does not open by itself. May be repeated."""
    approval_id = standing.approval.id
    acts: list[tuple[str, Callable[[], Sequence[Cut]]]] = [
        (_("the sessions of the analysis server"), lambda: list(lift_emergency(aws, approval_id))),
        (_("the keys of the group"), lambda: list(_set_keys(aws, approval_id, "Active"))),
        (_("the analysis server"), lambda: list(_start_servers(aws, approval_id))),
        *((type(door).__name__, lambda door=door: door.open(standing)) for door in doors),
    ]
    return _all_done(acts, _("Not everything could be opened again; what could be was:"))


def _all_done(acts: Sequence[tuple[str, Callable[[], Sequence[Cut]]]], failed: str) -> tuple[Cut, ...]:
    done: list[Cut] = []
    problems: list[Problem] = []
    for what, act in acts:
        try:
            done += act()
        except HicError as error:
            problems.append(Problem(what, error.message, error.fix))
    if problems:
        raise DependencyFailed(failed, problems=problems, fix=_("Mend the cause, and repeat the command."))
    return tuple(done)


def _forbid(aws: Aws, approval_id: str) -> Iterator[Cut]:
    """Deny everything to the server's role: it counts for sessions that are running, too."""
    role = names.analysis_role(approval_id)
    with aws_errors(_("cutting the sessions of {role}").format(role=role)):
        if _known(lambda: aws.client("iam").get_role(RoleName=role)):
            aws.client("iam").put_role_policy(RoleName=role, PolicyName=EMERGENCY, PolicyDocument=NOTHING_ALLOWED)
            yield Cut("sessions", role)


def lift_emergency(aws: Aws, approval_id: str) -> Iterator[Cut]:
    """Take the emergency policy away, once the program's own policy says what holds, or the role is to go."""
    role = names.analysis_role(approval_id)
    with aws_errors(_("opening the sessions of {role}").format(role=role)):
        if _known(lambda: aws.client("iam").delete_role_policy(RoleName=role, PolicyName=EMERGENCY)):
            yield Cut("sessions", role)


def _set_keys(aws: Aws, approval_id: str, status: str) -> Iterator[Cut]:
    """The access keys with which a group starts and backs up its server (HIC-15)."""
    user, client = names.backup_user(approval_id), aws.client("iam")
    with aws_errors(_("looking at the keys of {user}").format(user=user)):
        answer = _known(lambda: client.list_access_keys(UserName=user))
        for key in answer["AccessKeyMetadata"] if answer else ():
            client.update_access_key(UserName=user, AccessKeyId=key["AccessKeyId"], Status=status)
            yield Cut("access key", key["AccessKeyId"])


def _servers(aws: Aws, approval_id: str, *states: str) -> list[str]:
    filters = [
        {"Name": f"tag:{APPROVAL_TAG}", "Values": [approval_id]},
        {"Name": "instance-state-name", "Values": list(states)},
    ]
    found = aws.client("ec2").describe_instances(Filters=filters)["Reservations"]
    return [server["InstanceId"] for reservation in found for server in reservation["Instances"]]


def _stop_servers(aws: Aws, approval_id: str) -> Iterator[Cut]:
    with aws_errors(_("stopping the analysis server")):
        if running := _servers(aws, approval_id, "pending", "running"):
            aws.client("ec2").stop_instances(InstanceIds=running)
        yield from (Cut("server", server) for server in running)


def _start_servers(aws: Aws, approval_id: str) -> Iterator[Cut]:
    with aws_errors(_("starting the analysis server")):
        if stopped := _servers(aws, approval_id, "stopping", "stopped"):
            aws.client("ec2").start_instances(InstanceIds=stopped)
        yield from (Cut("server", server) for server in stopped)


def _close_desktops(aws: Aws, directory: str) -> Iterator[Cut]:
    """Let no client log in, and end the sessions by stopping the desktops; their disks stay."""
    client = aws.client("workspaces")
    with aws_errors(_("closing the desktops of {directory}").format(directory=directory)):
        properties = {f"DeviceType{name}": value for name, value in NO_CLIENT.items()}
        client.modify_workspace_access_properties(ResourceId=directory, WorkspaceAccessProperties=properties)
        yield Cut("login", directory)
        pages = client.get_paginator("describe_workspaces").paginate(DirectoryId=directory)
        found = [desktop for page in pages for desktop in page["Workspaces"] if desktop["State"] in RUNNING]
        desktops = [desktop["WorkspaceId"] for desktop in found]
        for start in range(0, len(desktops), 25):  # so many at a time, AWS says
            some = [{"WorkspaceId": desktop} for desktop in desktops[start : start + 25]]
            failed = client.stop_workspaces(StopWorkspaceRequests=some)["FailedRequests"]
            if failed:
                reason = failed[0].get("ErrorMessage") or failed[0].get("ErrorCode", "")
                raise DependencyFailed(
                    _("The desktop {id} was not stopped: {reason}").format(id=failed[0]["WorkspaceId"], reason=reason)
                )
        yield from (Cut("desktop", desktop) for desktop in desktops)


def _known(call: Callable[[], Any]) -> Any:
    """What the call answers, or None when the thing it names does not exist."""
    try:
        return call()
    except ClientError as error:
        if error_code(error) == "NoSuchEntity":
            return None
        raise
