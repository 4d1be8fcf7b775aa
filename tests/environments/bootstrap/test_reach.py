"""The way to a server on AWS: keys on consoles and in records, the proxy, the key for one run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from provisioning.approvals.model import Approval
from provisioning.aws.records import RecordStore
from provisioning.aws.sessions import Aws
from provisioning.environments.bootstrap.hostkeys import (
    BEGIN,
    END,
    HOST_KEYS,
    console_keys,
    fingerprint,
    parse_keys,
    pin_keys,
    pinned_keys,
    read_key,
)
from provisioning.environments.bootstrap.reach import make_key, reach_on_aws
from provisioning.errors import BadInput, DependencyFailed, Refused
from tests.environments.bootstrap.conftest import OUTPUTS

INSTANCE = OUTPUTS["serverInstanceId"]


def public() -> str:
    key = make_key()
    return f"{key.get_name()} {key.get_base64()}"


def console(*keys: str) -> str:
    lines = "\n".join(f"{key} root@ip-10-1-16-10" for key in keys)
    return f"Linux version 6.8\r\n[   12.1] cloud-init\n{BEGIN}\n{lines}\n{END}\nlogin: "


class Consoles:
    """EC2's console of one instance, as AWS would show it; moto shows the same text for every instance."""

    def __init__(self, output: str) -> None:
        self.output = output

    def get_console_output(self, InstanceId: str) -> dict[str, Any]:  # noqa: N803 - AWS's name
        assert InstanceId == INSTANCE
        return {"InstanceId": InstanceId, "Output": self.output}


@pytest.fixture
def shown(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Consoles:
    consoles = Consoles("")
    monkeypatch.setitem(aws._clients, "ec2", consoles)
    return consoles


def pinned(records: RecordStore, aws: Aws, instance: str = INSTANCE) -> tuple[str, ...]:
    return pinned_keys(records, aws, "HIC-1", instance)


def test_keys_are_read_from_the_last_block_of_the_console() -> None:
    first, second, third = public(), public(), public()
    assert console_keys(console(first) + console(second, third)) == (second, third)
    assert console_keys("no block") == console_keys(f"{BEGIN}\n{END}") == ()


def test_what_the_console_shows_is_recorded_and_outlives_it(records: RecordStore, aws: Aws, shown: Consoles) -> None:
    key = public()
    shown.output = console(key)
    assert pinned(records, aws) == (key,)
    shown.output = ""  # a console holds the last 64 KB only
    assert pinned(records, aws) == (key,)


def test_a_console_that_changes_its_mind_is_not_believed(records: RecordStore, aws: Aws, shown: Consoles) -> None:
    shown.output = console(public())
    pinned(records, aws)
    shown.output = console(public())
    with pytest.raises(Refused, match="other host keys than were recorded"):
        pinned(records, aws)
    key = public()
    pin_keys(records, "HIC-1", INSTANCE, [f"{key} comment"])
    assert pinned(records, aws) == (key,)


def test_a_rebuilt_instance_is_pinned_anew_never_by_the_old_key(
    records: RecordStore, aws: Aws, shown: Consoles
) -> None:
    pin_keys(records, "HIC-1", "i-before", [public()])
    with pytest.raises(DependencyFailed, match="does not show its host keys") as failure:
        pinned(records, aws)
    assert "--host-key" in failure.value.fix
    key = public()
    shown.output = console(key)
    assert pinned(records, aws) == (key,)
    found = records.get("APPROVAL#HIC-1", HOST_KEYS)
    assert found
    assert found.data == {"instance": INSTANCE, "keys": [key], "from": "console"}


def test_motos_console_has_no_key(aws: Aws, records: RecordStore) -> None:
    image = aws.client("ec2").describe_images()["Images"][0]["ImageId"]
    made = aws.client("ec2").run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    with pytest.raises(DependencyFailed, match="does not show"):
        pinned(records, aws, made)


@pytest.mark.parametrize("text", ["", "ssh-ed25519", "ssh-ed25519 !!", "ssh-ed25519 AAAA", "ssh-dss AAAA", "secret"])
def test_what_is_no_host_key_is_refused(records: RecordStore, text: str) -> None:
    with pytest.raises(BadInput, match="is no public host key"):
        read_key(text)
    with pytest.raises(BadInput, match="is no public host key"):
        pin_keys(records, "HIC-1", INSTANCE, [text])
    assert records.get("APPROVAL#HIC-1", HOST_KEYS) is None


def test_fingerprints_are_those_of_openssh() -> None:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    text = fingerprint(parse_keys([key])[0])
    assert text.startswith("ssh-ed25519 SHA256:")
    assert len(text) == len("ssh-ed25519 SHA256:") + 43


def offered(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is sent to EC2 Instance Connect."""
    sent: list[dict[str, Any]] = []
    client = aws.client("ec2-instance-connect")
    original = client.send_ssh_public_key

    def send(**values: Any) -> Any:
        sent.append(values)
        return original(**values)

    monkeypatch.setattr(client, "send_ssh_public_key", send)
    return sent


def test_through_session_manager_with_a_key_for_one_run(
    aws: Aws, approval: Approval, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = offered(aws, monkeypatch)
    ubuntu = approval.model_copy(update={"environment": approval.environment.model_copy(update={"os": "ubuntu"})})
    reach = reach_on_aws(aws, {}, ubuntu, OUTPUTS, ["hic-audit-1"])
    assert reach.route.proxy == (
        f"aws ssm start-session --target {INSTANCE} --region ap-northeast-1 "
        "--document-name AWS-StartSSHSession --parameters portNumber=22"
    )
    assert (reach.route.user, reach.sudo, reach.host_keys) == ("ubuntu", True, None)
    (one,) = sent
    assert one["SSHPublicKey"] == f"{reach.key.get_name()} {reach.key.get_base64()}"
    assert (one["InstanceId"], one["InstanceOSUser"]) == (INSTANCE, "ubuntu")
    assert "PRIVATE" not in one["SSHPublicKey"]
    assert (reach.site.volume, reach.site.port, reach.site.stand_in) == (OUTPUTS["dataVolumeId"], 5432, False)


def test_through_a_bastion_with_a_key_of_ones_own(aws: Aws, approval: Approval, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(private_key(), encoding="ascii")
    environment = {"HIC_SSH_PROXY": "ssh -W {host}:{port} bastion", "HIC_SSH_KEY": str(file), "HIC_SSH_USER": "root"}
    reach = reach_on_aws(aws, environment, approval, OUTPUTS, [])
    assert reach.route.proxy == "ssh -W 10.1.16.10:22 bastion"
    assert (reach.route.user, reach.sudo) == ("root", False)
    with pytest.raises(BadInput, match="cannot be filled in"):
        reach_on_aws(aws, {**environment, "HIC_SSH_PROXY": "ssh {somewhere}"}, approval, OUTPUTS, [])


def private_key() -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode("ascii")
