"""Host keys: read from what the instance printed on its console, or given by hand; never learnt on first use."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence

import paramiko

from provisioning.approvals.names import approval_key
from provisioning.aws.records import Put, RecordStore
from provisioning.aws.sessions import Aws, aws_errors
from provisioning.errors import BadInput, DependencyFailed, Refused
from provisioning.messages import _

HOST_KEYS = "HOST-KEYS"
BEGIN, END = "-----BEGIN SSH HOST KEY KEYS-----", "-----END SSH HOST KEY KEYS-----"
TYPES = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")
HostKey = str  # "ssh-ed25519 AAAA...", as in known_hosts


def read_key(text: str) -> HostKey:
    """A key as typed, without its comment. Raises BadInput when it is none."""
    kind, body = (*text.split(), "", "")[:2]
    try:
        TYPES.index(kind)
        paramiko.PKey.from_type_string(kind, base64.b64decode(body, validate=True))
    except (ValueError, binascii.Error, paramiko.SSHException) as error:
        raise BadInput(
            _("'{text}' is no public host key.").format(text=text[:60]),
            fix=_("Give the line of a .pub file, such as: ssh-ed25519 AAAA..."),
        ) from error
    return f"{kind} {body}"


def parse_keys(keys: Sequence[HostKey]) -> list[paramiko.PKey]:
    """The keys as paramiko has them."""
    return [paramiko.PKey.from_type_string(kind, base64.b64decode(body)) for kind, body in (k.split() for k in keys)]


def fingerprint(key: paramiko.PKey) -> str:
    """As OpenSSH shows it: SHA256:..."""
    digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")
    return f"{key.get_name()} SHA256:{digest}"


def console_keys(output: str) -> tuple[HostKey, ...]:
    """The host keys that cloud-init printed, the last time it did; empty when there are none."""
    block = output.rpartition(BEGIN)[2].partition(END)[0] if BEGIN in output else ""
    lines = (line.strip() for line in block.splitlines())
    return tuple(read_key(line) for line in lines if line.split(" ", 1)[0] in TYPES)


def pinned_keys(records: RecordStore, aws: Aws, approval_id: str, instance: str) -> tuple[HostKey, ...]:
    """The keys of this instance: as recorded, else from its console, which only AWS writes.

    What the console shows is recorded at once. Raises Refused when it shows other keys than the record of the same
    instance, DependencyFailed when it shows none yet.
    """
    known = records.get(approval_key(approval_id), HOST_KEYS)
    same = known is not None and known.data["instance"] == instance
    with aws_errors(_("reading the console of {instance}").format(instance=instance)):
        answer = aws.client("ec2").get_console_output(InstanceId=instance)
    shown = console_keys(str(answer.get("Output", "")))
    if known is not None and same:
        recorded = tuple(known.data["keys"])
        if shown and known.data["from"] == "console" and set(shown) != set(recorded):
            raise Refused(
                _("The console of {instance} shows other host keys than were recorded.").format(instance=instance),
                fix=_("Look why the server made new ones, then pin them: hic env bootstrap APPROVAL --host-key KEY"),
            )
        return recorded
    if not shown:
        raise DependencyFailed(
            _("The console of {instance} does not show its host keys.").format(instance=instance),
            fix=_(
                "A new server prints them within minutes: repeat the command. Else read them on its own console, and "
                "give them: hic env bootstrap APPROVAL --host-key KEY"
            ),
        )
    _record(records, approval_id, instance, shown, "console")
    return shown


def pin_keys(records: RecordStore, approval_id: str, instance: str, keys: Sequence[HostKey]) -> tuple[HostKey, ...]:
    """Record keys that an operator read on the server itself. Raises BadInput for a text that is no key."""
    checked = tuple(read_key(key) for key in keys)
    _record(records, approval_id, instance, checked, "operator")
    return checked


def _record(records: RecordStore, approval_id: str, instance: str, keys: Sequence[HostKey], origin: str) -> None:
    known = records.get(approval_key(approval_id), HOST_KEYS)
    data = {"instance": instance, "keys": list(keys), "from": origin}
    if known is None or known.data != data:
        records.write([Put(approval_key(approval_id), HOST_KEYS, data, known.version if known else 0)])
