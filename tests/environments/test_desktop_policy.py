"""Group policy for the desktops, as a script."""

from __future__ import annotations

import re
from pathlib import Path

from infra.settings import DIRECTORY_DOMAIN, desktops_ou
from provisioning.environments.desktop_policy import BY_HAND, VALUES, policy_script
from tests.cli.conftest import Hic, hic, hic_home

__all__ = ["hic", "hic_home"]
STRING = re.compile(r"'(?:[^']|'')*'")


def test_clipboard_and_printing_are_off_for_everybody_under_the_unit_of_the_desktops() -> None:
    script = policy_script()
    for name in ("pcoip.server_clipboard_state", "pcoip.remote_printing_enabled"):
        key = r"HKLM\SOFTWARE\Policies\Teradici\PCoIP\pcoip_admin"
        assert f"-Key '{key}' -ValueName '{name}' -Type DWord -Value 0" in script
    assert "$target = 'OU=Computers,OU=HIC,DC=hic,DC=internal'" in script
    assert "New-GPLink -Name $policy -Target $target -Enforced Yes" in script
    assert {value.satre for value in VALUES} == {"2.1.01", "3.1.12"}


def test_every_value_and_every_setting_by_hand_is_told() -> None:
    told = [line for line in policy_script().split("\r\n") if line.startswith("Write-Output")]
    for value in VALUES:
        assert any(value.name in line for line in told)
    for each in BY_HAND:
        assert any(f"{each.name}: {each.state}" in line for line in told)


def test_texts_are_literals_and_close() -> None:
    for line in policy_script("a'b.internal").split("\r\n"):
        bare = STRING.sub("", line.partition("#")[0] if line.startswith("#") else line)
        assert "'" not in bare
        assert '"' not in bare
    assert policy_script("a'b.internal").count("'OU=Computers,OU=A''B,DC=a''b,DC=internal'") == 1


def test_the_unit_is_the_one_that_aws_makes_in_the_directory() -> None:
    assert desktops_ou("corp.example.com") == "OU=Computers,OU=CORP,DC=corp,DC=example,DC=com"


def test_the_command_writes_it_for_windows(hic: Hic, tmp_path: Path) -> None:
    path = tmp_path / "desktop-policy.ps1"
    ran = hic("--json", "platform", "desktop-policy", path)
    assert ran.code == 0, ran.err
    assert ran.data["by_hand"] == [each.name for each in BY_HAND]
    assert path.read_bytes() == b"\xef\xbb\xbf" + policy_script(DIRECTORY_DOMAIN).encode()
    said = hic("platform", "desktop-policy", path)
    assert "It sets 2 values." in said.out


def test_a_file_that_cannot_be_written_is_named(hic: Hic, tmp_path: Path) -> None:
    ran = hic("platform", "desktop-policy", tmp_path / "none" / "policy.ps1")
    assert ran.code == 2
    assert "cannot be written" in ran.err
