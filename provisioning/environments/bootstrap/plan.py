"""The plan of one server: its steps, its checks, and every value that the script takes. Pure."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from provisioning.approvals.model import Approval
from provisioning.clock import JST
from provisioning.environments.bootstrap.folders import Folders, System
from provisioning.environments.bootstrap.model import CheckGroup, Facts, Plan, Step, Value
from provisioning.environments.bootstrap.readme import README_NAMES, desktop_readme
from provisioning.environments.bootstrap.roles import (
    GROUP_ROLE,
    RoleSecrets,
    password_state_sql,
    role_names,
    roles_sql,
    roles_state_sql,
    roles_wanted,
)
from provisioning.environments.bootstrap.tuning import tune

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts" / "bootstrap"
STEPS = (
    Step("packages", 60),
    Step("volume", 300),
    Step("cluster", 180),
    Step("server", 180),
    Step("roles", 60),
    Step("manual", 30),
    Step("analysis", 60),
    Step("hic", 60),
    Step("desktop", 30),
)
CHECKS = (
    CheckGroup("versions", 60, ("versions",)),
    CheckGroup("tls", 30, ("tls",)),
    CheckGroup("logins", 180, ("logins",)),
    CheckGroup("database", 120, ("database", "r")),
    CheckGroup("storage", 120, ("storage", "others")),
    CheckGroup("internet", 60, ("internet", "names")),
)
COMMANDS: dict[System, tuple[str, ...]] = {
    "ubuntu": ("openssl", "flock", "timeout", "Rscript", "awk", "cmp"),
    "windows": ("openssl", "Rscript"),
}
CALLS: dict[System, dict[str, str]] = {
    "ubuntu": {"facts": "hic_facts", "step": "hic_step", "check": "hic_check"},
    "windows": {"facts": "Get-HicFacts", "step": "Invoke-HicStep", "check": "Invoke-HicCheck"},
}
LEAST_MB = 300  # what a new cluster takes with its first WAL
# Well-known servers that answer anybody who reaches the internet.
OUTSIDE = ("1.1.1.1", "8.8.8.8", "9.9.9.9")
OUTSIDE_NAME = "example.com"
STAND_IN_MIB = 1024  # a stand-in shares its machine
# PowerShell takes typographic quotes for the plain one: any of them would end a text, and what follows would be run.
_POWERSHELL_QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")


@dataclass(frozen=True)
class ServerSite:
    """What is known of one server before it is asked: where things go, its disk and port, its buckets.

    `services` is the description of local services that hic on a stand-in is given; empty on a real server.
    """

    system: System
    folders: Folders
    name: str
    account: str  # who comes in as the database's administrator; on Ubuntu PostgreSQL runs as it too
    volume: str
    port: int
    region: str
    own_buckets: tuple[str, ...]
    other_buckets: tuple[str, ...]
    stand_in: bool = False
    services: Mapping[str, object] | None = None


def make_plan(approval: Approval, site: ServerSite, facts: Facts, secrets: RoleSecrets) -> Plan:
    """Every value of the script. Raises BadInput for names or passwords that cannot be, or a machine too small."""
    if not site.folders.binaries:
        site = replace(site, folders=replace(site.folders, binaries=facts.binaries))
    roles = role_names(approval)
    until = end_of_day(approval.period.end)
    memory = min(facts.memory_mib, STAND_IN_MIB) if site.stand_in else facts.memory_mib
    values: dict[str, Value] = {
        "HIC_COMMANDS": COMMANDS[site.system],
        "HIC_STAND_IN": "yes" if site.stand_in else "no",
        "HIC_SERVER_NAME": site.name,
        "HIC_DATABASE_ACCOUNT": site.account,
        "HIC_LEAST_MB": str(LEAST_MB),
        "HIC_OWN_BUCKETS": site.own_buckets,
        "HIC_OTHER_BUCKETS": site.other_buckets,
        "HIC_OUTSIDE": OUTSIDE,
        "HIC_OUTSIDE_NAME": OUTSIDE_NAME,
        **_places(site),
        **_database(site, tune(memory, facts.cpus)),
        **_environments(approval, site),
        "HIC_GROUP_ROLE": GROUP_ROLE,
        "HIC_ROLES": roles,
        "HIC_ROLES_SQL": roles_sql(secrets, roles, until),
        "HIC_ROLES_STATE": roles_state_sql(roles),
        "HIC_ROLES_WANTED": roles_wanted(secrets, roles, until),
        "HIC_PASSWORD_STATES": tuple(password_state_sql(secrets, role) for role in roles),
        "HIC_README_NAME": README_NAMES[site.system],
        "HIC_README": desktop_readme(approval, site.system, *site.own_buckets),
    }
    return Plan(values, {"HIC_PASSWORDS": tuple(secrets.of(role) for role in roles)}, site.stand_in)


def end_of_day(day: date) -> datetime:
    """The first moment after the last day of use, in Japan: no role may log in from then on (HIC-23)."""
    return datetime.combine(day + timedelta(days=1), time(), JST)


def script_of(system: System) -> str:
    """The text that is sent to servers of that system."""
    return (SCRIPTS / ("ubuntu.sh" if system == "ubuntu" else "windows.ps1")).read_text(encoding="utf-8")


def stream(system: System, plan: Plan | None, call: str) -> str:
    """What a server reads on its standard input: the script, the values, and the call, such as `step roles`."""
    values = {**plan.values, **plan.secrets} if plan else {}
    write = _bash if system == "ubuntu" else _powershell
    lines = [write(name, value) for name, value in values.items()]
    kind, _space, name = call.partition(" ")
    return "\n".join([script_of(system), *lines, f"{CALLS[system][kind]} {name}".strip(), ""])


def _bash(name: str, value: Value) -> str:
    if isinstance(value, str):
        return f"{name}={shlex.quote(value)}"
    return f"{name}=({' '.join(shlex.quote(item) for item in value)})"


def _powershell(name: str, value: Value) -> str:
    def quoted(text: str) -> str:
        return "'" + _POWERSHELL_QUOTES.sub(r"\g<0>\g<0>", text) + "'"

    if isinstance(value, str):
        return f"${name} = {quoted(value)}"
    return f"${name} = @({', '.join(quoted(item) for item in value)})"


def _places(site: ServerSite) -> dict[str, Value]:
    folders = site.folders
    slash = "/" if site.system == "ubuntu" else ""
    return {
        "HIC_DATA": folders.data,
        "HIC_VOLUME": site.volume,
        "HIC_CLUSTER": f"{folders.data}{slash}postgresql",
        "HIC_LOGS": folders.logs,
        "HIC_RUN": folders.run,
        "HIC_CONFIG": folders.config,
        "HIC_PROFILE": folders.profile,
        "HIC_RENVIRON": folders.renviron,
        "HIC_RSTUDIO": folders.rstudio,
        "HIC_DESKTOPS": folders.desktops,
        "HIC_BINARIES": folders.binaries,
        "HIC_PYTHON": folders.python,
        "HIC_UNIT": folders.unit,
        "HIC_UNIT_TEXT": _unit(site),
        "HIC_PORT": str(site.port),
    }


def _database(site: ServerSite, tuned: Mapping[str, str]) -> dict[str, Value]:
    settings = {
        "listen_addresses": "localhost",
        "port": str(site.port),
        "password_encryption": "scram-sha-256",
        "ssl": "on",
        "ssl_min_protocol_version": "TLSv1.2",
        "timezone": "Asia/Tokyo",
        "logging_collector": "on",
        "log_directory": site.folders.logs,
        "log_filename": "postgresql-%Y-%m-%d.log",
        "log_file_mode": "0600",
        "log_timezone": "Asia/Tokyo",
        "log_line_prefix": "%m [%p] %u@%d %r ",
        "log_connections": "on",
        "log_disconnections": "on",
        # Rows stand in what is said beside an error, and in values given apart: health data does not go into logs.
        # COPY says the value itself in the error (invalid input syntax ...: "..."); statements count as more than that.
        "log_min_messages": "log",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        **tuned,
    }
    if site.system == "ubuntu":
        settings["unix_socket_directories"] = site.folders.run
        local = "local all hic_admin peer map=hic\n"
    else:
        # No sockets with the account's name there: the administrator comes in by SSPI, from this machine alone.
        local = "host all hic_admin 127.0.0.1/32 sspi include_realm=0 map=hic\n"
    text = "".join(f"{name} = {_quoted(value)}\n" for name, value in settings.items())
    addresses = ("127.0.0.1/32", "::1/128")
    rest = "host all hic_admin all reject\n" + "".join(f"hostssl all all {one} scram-sha-256\n" for one in addresses)
    return {
        "HIC_SETTINGS": text,
        "HIC_HBA": local + rest,
        "HIC_IDENT": f'hic "{site.account}" hic_admin\n',
    }


def _quoted(value: str) -> str:
    """A text of postgresql.conf, where a backslash gives the next letter another meaning."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _environments(approval: Approval, site: ServerSite) -> dict[str, Value]:
    """What R, psql and hic find set. No password among it."""
    folders = site.folders
    slash = "/" if site.system == "ubuntu" else "\\"
    manual = {
        "PGHOST": "localhost",
        "PGPORT": str(site.port),
        "PGCLIENTENCODING": "UTF8",
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": f"{folders.config}{slash}postgresql.crt",
    }
    share, work = site.own_buckets
    hic = {
        "HIC_ENGINE": "offline" if site.stand_in else "pulumi",
        "HIC_LANG": "ja",
        # Whatever the code page of the session: Japanese goes whole through pipes and into files (ENV-13).
        "PYTHONUTF8": "1",
        "HIC_APPROVAL": approval.id,
        "HIC_SHARE_BUCKET": share,
        "HIC_WORK_BUCKET": work,
        "AWS_REGION": site.region,
        "AWS_DEFAULT_REGION": site.region,
        **({"HIC_HOME": folders.hic_home} if folders.hic_home else {}),
    }
    sourced = [f"{folders.config}/{name}.environment" for name in ("postgresql", "hic")]
    if site.system == "ubuntu":
        lines = [
            "# Set for everybody who logs in.",
            "set -a",
            *(f". {shlex.quote(file)}" for file in sourced),
            "set +a",
        ]
    else:
        lines = [
            "# Set for everybody who logs in: UTF-8 in the console (as chcp 65001 does) and between programs (ENV-13).",
            "$OutputEncoding = [Text.UTF8Encoding]::new()",
            "if ($Host.Name -eq 'ConsoleHost') {",
            "    [Console]::InputEncoding = $OutputEncoding",
            "    [Console]::OutputEncoding = $OutputEncoding",
            "}",
        ]
    return {
        "HIC_MANUAL_ENVIRONMENT": _assignments(manual, site.system),
        "HIC_ENVIRONMENT": _assignments(hic, site.system),
        "HIC_PROFILE_TEXT": "".join(f"{line}\n" for line in lines),
        "HIC_RENVIRON_TEXT": "".join(f"{name}='{value}'\n" for name, value in manual.items()),
        "HIC_HOME_FOLDER": folders.hic_home,
        "HIC_SERVICES": json.dumps(site.services, indent=2) + "\n" if site.services else "",
    }


def _assignments(values: Mapping[str, str], system: System) -> str:
    quote = shlex.quote if system == "ubuntu" else str
    return "".join(f"{name}={quote(value)}\n" for name, value in values.items())


def _unit(site: ServerSite) -> str:
    """The service of a real Ubuntu server: it starts with the machine, and never without the data disk."""
    folders = site.folders
    if not folders.unit or site.system != "ubuntu":
        return ""
    lines: Sequence[str] = (
        "[Unit]",
        "Description=PostgreSQL of the analysis environment",
        "After=network.target",
        f"RequiresMountsFor={folders.data}",
        "",
        "[Service]",
        "Type=notify",
        f"User={site.account}",
        f"RuntimeDirectory={Path(folders.run).name}",
        f"ExecStart={folders.binaries}/postgres -D {folders.data}/postgresql",
        "ExecReload=/bin/kill -HUP $MAINPID",
        "KillMode=mixed",
        "KillSignal=SIGINT",
        "TimeoutStartSec=120",
        "TimeoutStopSec=300",
        "",
        "[Install]",
        "WantedBy=multi-user.target",
    )
    return "".join(f"{line}\n" for line in lines)
