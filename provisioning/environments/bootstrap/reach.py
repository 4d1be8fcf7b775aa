"""How an operator gets to a server: through AWS's Session Manager, or a command of the own network; or to a stand-in.

On AWS a server has no open door: SSH goes through Session Manager (or through `HIC_SSH_PROXY`, such as a bastion),
with the key in `HIC_SSH_KEY`; without one a key is made for this run alone, and offered to the server for a minute
by EC2 Instance Connect, which knows Linux alone.
"""

from __future__ import annotations

import io
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from paramiko.pkey import UnknownKeyType

from provisioning.approvals import names
from provisioning.approvals.model import Approval
from provisioning.aws.sessions import Aws, aws_errors
from provisioning.environments.bootstrap.client import Route
from provisioning.environments.bootstrap.folders import folders_of, stand_in_folders
from provisioning.environments.bootstrap.hostkeys import HostKey
from provisioning.environments.bootstrap.plan import ServerSite
from provisioning.errors import BadInput
from provisioning.messages import _

SESSION_MANAGER = (
    "aws ssm start-session --target {instance} --region {region} "
    "--document-name AWS-StartSSHSession --parameters portNumber={port}"
)
USERS = {"ubuntu": "ubuntu", "windows": "Administrator"}
DATABASE_ACCOUNT = "postgres"  # of Ubuntu's packages
PORT = 5432


@dataclass(frozen=True)
class Reach:
    """Everything that leads to one server. `host_keys` None: they are to be looked up; `sudo`: to become root."""

    instance: str
    route: Route
    key: paramiko.PKey
    site: ServerSite
    sudo: bool
    host_keys: tuple[HostKey, ...] | None = None


def reach_on_aws(
    aws: Aws, environment: Mapping[str, str], approval: Approval, outputs: Mapping[str, Any], others: Sequence[str]
) -> Reach:
    """The way to the instance that the outputs of the environment's stack name."""
    system = approval.environment.os
    instance, user = str(outputs["serverInstanceId"]), environment.get("HIC_SSH_USER") or USERS[system]
    template = environment.get("HIC_SSH_PROXY") or SESSION_MANAGER
    host = str(outputs["serverPrivateIp"])
    try:
        proxy = template.format(instance=instance, host=host, port=22, region=aws.region, user=user)
    except (KeyError, IndexError, ValueError) as error:
        raise BadInput(
            _("HIC_SSH_PROXY is '{template}', which cannot be filled in.").format(template=template),
            fix=_("Use {instance}, {host}, {port}, {region} and {user} in it, and no other names."),
        ) from error
    if file := environment.get("HIC_SSH_KEY"):
        key = read_private_key(Path(file))
    elif system == "windows":
        raise BadInput(
            _("A Windows server needs a key of your own: EC2 Instance Connect offers keys to Linux alone."),
            fix=_("Name in HIC_SSH_KEY the private key whose public one the golden image lets in."),
        )
    else:
        key = make_key()
        offer_key(aws, instance, user, key)
    site = ServerSite(
        system=system,
        folders=folders_of(system),
        name=str(outputs["serverName"]),
        # On Windows the administrator of the database is who is logged in, without the domain.
        account=DATABASE_ACCOUNT if system == "ubuntu" else user.rpartition("\\")[2],
        volume=str(outputs["dataVolumeId"]),
        port=PORT,
        region=aws.region,
        own_buckets=_own_buckets(aws, approval),
        other_buckets=tuple(others),
    )
    return Reach(instance, Route(host, 22, user, proxy), key, site, system == "ubuntu" and user != "root")


def reach_stand_in(
    aws: Aws,
    card: Mapping[str, Any],
    approval: Approval,
    outputs: Mapping[str, Any],
    others: Sequence[str],
    port: int | None,
) -> Reach:
    """The way to the stand-in that `hic local start --server` described. `port` is the database's of the last time."""
    place, name = str(card["base"]), approval.id.lower()
    site = ServerSite(
        system="ubuntu",
        folders=stand_in_folders(place, name, str(card["binaries"]), str(card["python"])),
        name=str(outputs["serverName"]),
        account=str(card["user"]),
        volume="",
        port=port or _free_port(),
        region=aws.region,
        own_buckets=_own_buckets(aws, approval),
        other_buckets=tuple(others),
        stand_in=True,
        services={"aws": {"endpoint": aws.endpoint}},
    )
    route = Route(str(card["host"]), int(card["port"]), str(card["user"]))
    key = read_private_key(Path(card["key"]))
    return Reach(str(outputs["serverInstanceId"]), route, key, site, sudo=False, host_keys=(str(card["host_key"]),))


def read_private_key(path: Path) -> paramiko.PKey:
    """A private key without a passphrase. Raises BadInput when it is none."""
    try:
        return paramiko.PKey.from_path(path.expanduser())
    except paramiko.PasswordRequiredException as error:
        raise BadInput(
            _("The key {path} has a passphrase.").format(path=path),
            fix=_(
                "Name a key without one in HIC_SSH_KEY; for a server of Ubuntu leave it unset, and EC2 Instance "
                "Connect offers one for each run."
            ),
        ) from error
    # What is no key fails in many ways inside of paramiko and cryptography.
    except (OSError, ValueError, TypeError, IndexError, paramiko.SSHException, UnknownKeyType) as error:
        raise BadInput(
            _("{path} is no private key: {error}").format(path=path, error=type(error).__name__),
            fix=_("Name the file of a private key in HIC_SSH_KEY, or unset it."),
        ) from error


def make_key() -> paramiko.PKey:
    """A key for one run; it is kept in memory only."""
    text = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    return paramiko.Ed25519Key.from_private_key(io.StringIO(text.decode("ascii")))


def offer_key(aws: Aws, instance: str, user: str, key: paramiko.PKey) -> None:
    """Let the server accept this key for the next minute (EC2 Instance Connect). Raises DependencyFailed."""
    with aws_errors(_("offering a key to {instance}").format(instance=instance)):
        aws.client("ec2-instance-connect").send_ssh_public_key(
            InstanceId=instance, InstanceOSUser=user, SSHPublicKey=f"{key.get_name()} {key.get_base64()}"
        )


def _own_buckets(aws: Aws, approval: Approval) -> tuple[str, str]:
    return names.share_bucket(aws.account), names.work_bucket(approval.id, aws.account)


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
