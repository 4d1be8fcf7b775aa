"""What AWS has no call for: group policy that closes clipboard, printing and devices between terminal and desktop.

`hic platform desktop-policy` writes it as a script for a computer that is joined to the directory.
"""

from __future__ import annotations

from dataclasses import dataclass

from infra.settings import DIRECTORY_DOMAIN, desktops_ou

POLICY = "hic desktops"
PCOIP = r"HKLM\SOFTWARE\Policies\Teradici\PCoIP\pcoip_admin"  # what users cannot override


@dataclass(frozen=True)
class RegistryValue:
    """A number in the registry of every desktop; `satre` is the statement that it serves."""

    key: str
    name: str
    value: int
    effect: str
    satre: str


@dataclass(frozen=True)
class TemplateSetting:
    """A setting of AWS's own administrative template, which is made by hand; `state` is what to choose."""

    path: str
    name: str
    state: str
    satre: str


VALUES = (
    RegistryValue(PCOIP, "pcoip.server_clipboard_state", 0, "no clipboard, either way", "2.1.01"),
    RegistryValue(PCOIP, "pcoip.remote_printing_enabled", 0, "no printer of the terminal", "3.1.12"),
)
_DCV = r"Computer Configuration\Policies\Administrative Templates\Amazon\DCV"
_PCOIP = r"PCoIP Session Variables\Not Overridable Administrator Defaults"
BY_HAND = (
    TemplateSetting(_PCOIP, "Enable/disable USB in the PCOIP session", "Disabled", "3.1.12"),
    TemplateSetting(_DCV, "Configure clipboard redirection", "Disabled", "2.1.01"),
    TemplateSetting(_DCV, "Configure remote printing", "Disabled", "3.1.12"),
    TemplateSetting(_DCV, "Enable/disable video-in redirection", "Disabled", "3.1.12"),
    TemplateSetting(_DCV, "Enable/disable audio-in redirection", "Disabled", "3.1.12"),
)


def policy_script(domain: str = DIRECTORY_DOMAIN) -> str:
    """The PowerShell script. Running it again changes nothing that stands as it should."""
    target = desktops_ou(domain)
    lines = [
        "# Closes what WorkSpaces lets pass between terminal and desktop. Run it in Windows PowerShell, as a member of",
        "# AWS Delegated Administrators, on a computer joined to the directory with the Group Policy tools installed.",
        "# It may be run again. Desktops take it over at their next restart, or with: gpupdate /force",
        "$ErrorActionPreference = 'Stop'",
        "Import-Module GroupPolicy",
        f"$policy = {_quoted(POLICY)}",
        f"$target = {_quoted(target)}",
        "if (-not (Get-GPO -All | Where-Object DisplayName -eq $policy)) { New-GPO -Name $policy | Out-Null }",
    ]
    for value in VALUES:
        lines += [
            f"# SATRE {value.satre}: {value.effect}",
            f"Set-GPRegistryValue -Name $policy -Key {_quoted(value.key)} -ValueName {_quoted(value.name)}"
            f" -Type DWord -Value {value.value} | Out-Null",
        ]
    lines += [
        "if (-not ((Get-GPInheritance -Target $target).GpoLinks | Where-Object DisplayName -eq $policy)) {",
        "    New-GPLink -Name $policy -Target $target -Enforced Yes | Out-Null",
        "}",
        "Write-Output 'Set by this script:'",
        *(f"Write-Output {_quoted(f'  {value.name} = {value.value}  ({value.effect})')}" for value in VALUES),
        "Write-Output 'AWS publishes no registry values for these; set them with its administrative templates:'",
        *(f"Write-Output {_quoted(f'  {each.path} > {each.name}: {each.state}')}" for each in BY_HAND),
    ]
    return "\r\n".join(lines) + "\r\n"


def _quoted(text: str) -> str:
    """A literal of PowerShell, in which nothing is expanded."""
    return "'" + text.replace("'", "''") + "'"
