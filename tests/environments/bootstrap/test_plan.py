"""What is planned for a server, without one: settings, roles, the stream, the scripts' own agreement."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.approvals.model import Approval
from provisioning.approvals.reading import read_approval
from provisioning.environments.bootstrap.explain import (
    _explanations,
    check_titles,
    notes,
    step_failed,
    step_titles,
    told,
)
from provisioning.environments.bootstrap.folders import System, folders_of
from provisioning.environments.bootstrap.model import Facts, Plan, Value
from provisioning.environments.bootstrap.plan import CHECKS, SCRIPTS, STEPS, ServerSite, make_plan, stream
from provisioning.environments.bootstrap.roles import RoleSecrets, role_names, scram_verifier
from provisioning.environments.bootstrap.tuning import LEAST_MIB, MOST_CONNECTIONS, tune
from provisioning.errors import BadInput
from tests.approvals.test_fees import changed
from tests.conftest import EXAMPLES

TEXTS = {name: (SCRIPTS / name).read_text(encoding="utf-8") for name in ("ubuntu.sh", "windows.ps1")}
STEP_NAMES = [step.name for step in STEPS]
SECRETS = RoleSecrets({"postgres": "Group-1", "analyst-a": "First-1", "analyst-b": "Second-1"})


def site(system: System, **changes: Any) -> ServerSite:
    base = ServerSite(
        system, folders_of(system), "hic-server", "postgres", "vol-0123", 5432, "ap-northeast-1",
        ("hic-share-1", "hic-work-a-1"), ("hic-audit-1",),
    )  # fmt: skip
    return replace(base, **changes)


def plan(system: System = "ubuntu", **changes: Any) -> Plan:
    example = read_approval(EXAMPLES / "exploratory-windows.yaml")
    return make_plan(example, site(system, **changes), Facts(0, 16384, 4, "/usr/lib/postgresql/16/bin"), SECRETS)


def megabytes(value: str) -> int:
    assert value.endswith("MB")
    return int(value[:-2])


@given(st.integers(LEAST_MIB, 2_000_000), st.integers(1, 192))
def test_settings_fit_the_machine(memory: int, cpus: int) -> None:
    tuned = tune(memory, cpus)
    buffers, each = megabytes(tuned["shared_buffers"]), megabytes(tuned["work_mem"])
    assert buffers <= memory // 4
    # Half of the connections may sort at once, with an index being built, and leave a quarter for R and the system.
    assert buffers + each * MOST_CONNECTIONS // 2 + megabytes(tuned["maintenance_work_mem"]) <= memory * 3 // 4 + 128
    assert buffers < megabytes(tuned["effective_cache_size"]) <= memory
    assert 1 <= int(tuned["max_parallel_workers_per_gather"]) <= max(1, cpus)
    assert int(tuned["max_parallel_workers"]) <= int(tuned["max_worker_processes"])


@pytest.mark.parametrize(("memory", "cpus"), [(LEAST_MIB - 1, 4), (4096, 0)])
def test_a_machine_that_is_too_small_is_named(memory: int, cpus: int) -> None:
    with pytest.raises(BadInput, match="too small"):
        tune(memory, cpus)


def test_a_larger_machine_gets_more() -> None:
    small, large = tune(16 * 1024, 4), tune(64 * 1024, 16)
    assert (small["shared_buffers"], large["shared_buffers"]) == ("4096MB", "16384MB")
    assert (small["max_parallel_workers_per_gather"], large["max_parallel_workers_per_gather"]) == ("2", "4")


def test_the_verifier_is_that_of_the_standard() -> None:
    # RFC 7677's example exchange gives the keys for this salt; ours differs in the salt alone.
    verifier = scram_verifier("analyst-a", "pencil")
    assert re.fullmatch(r"SCRAM-SHA-256\$4096:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=", verifier)
    assert verifier == scram_verifier("analyst-a", "pencil")
    assert len({verifier, scram_verifier("analyst-b", "pencil"), scram_verifier("analyst-a", "Pencil")}) == 3


@pytest.mark.parametrize("name", ["public", "none", "postgres"])
def test_ids_that_postgresql_keeps_to_itself(approval: Approval, name: str) -> None:
    handlers = [{**handler.model_dump(), "id": name} for handler in approval.handlers[:1]]
    with pytest.raises(BadInput, match=f"'{name}' cannot have a database role"):
        role_names(changed(approval, handlers=handlers))


@pytest.mark.parametrize("word", ["", "パスワード", "with\nnewline"])
def test_passwords_that_cannot_be(word: str) -> None:
    with pytest.raises(BadInput, match="no usable password") as failure:
        RoleSecrets({"postgres": word}).of("postgres")
    assert not word or word not in str(failure.value)


def test_secrets_are_never_shown_and_only_sent_to_checks() -> None:
    made = plan()
    words = list(SECRETS.passwords.values())
    assert made.secrets["HIC_PASSWORDS"] == tuple(words)
    for text in (repr(SECRETS), repr(made), stream("ubuntu", made.without_secrets(), "step roles")):
        assert not [word for word in words if word in text]
    assert all(word in stream("ubuntu", made, "check logins") for word in words)
    assert told("said First-1 and SCRAM-SHA-256$4096:abc", made.secrets) == "said *** and ***"


HOSTILE = st.text(st.characters(blacklist_characters="\x00\r", blacklist_categories=["Cs"]), max_size=40)


@settings(max_examples=8, deadline=None)
@given(st.lists(HOSTILE, min_size=1, max_size=12))
def test_bash_gets_every_value_as_it_is(values: list[str]) -> None:
    made: dict[str, Value] = {"ONE": values[0], "MANY": tuple(values)}
    # The script itself is left out: only the assignments and a call count here.
    text = stream("ubuntu", Plan(made, {}), "facts").partition(TEXTS["ubuntu.sh"])[2].replace("hic_facts", "")
    shown = subprocess.run(
        ["bash", "-c", f'{text}\nprintf \'%s\\0\' "$ONE" "${{MANY[@]}}"'], capture_output=True, check=True
    )
    assert shown.stdout.decode().split("\0")[:-1] == [values[0], *values]


def test_powershell_gets_quotes_doubled() -> None:
    text = stream("windows", Plan({"ONE": "it's $HOME", "MANY": ("a", "b'c")}, {}), "step roles")
    assert text.endswith("$ONE = 'it''s $HOME'\n$MANY = @('a', 'b''c')\nInvoke-HicStep roles\n")


@pytest.mark.parametrize("name", TEXTS)
def test_both_scripts_have_all_steps_and_checks_and_no_others(name: str) -> None:
    text = TEXTS[name]
    ubuntu = name.endswith(".sh")
    listed = re.search(r"^HIC_STEPS=\((.*)\)$" if ubuntu else r"^\$HIC_STEPS = @\((.*)\)$", text, re.MULTILINE)
    assert listed
    assert re.findall(r"\w+", listed[1]) == STEP_NAMES
    tests, doers, checks = (
        (r"^is_(\w+)\(\)", r"^do_(\w+)\(\)", r"^check_(\w+)\(\)")
        if ubuntu
        else (r"^function Test-Hic-(\w+)", r"^function Set-Hic-(\w+)", r"^function Check-Hic-(\w+)")
    )
    assert sorted(re.findall(tests, text, re.MULTILINE)) == sorted(STEP_NAMES)
    assert sorted(re.findall(doers, text, re.MULTILINE)) == sorted(STEP_NAMES)
    groups = {group.name for group in CHECKS}
    assert set(re.findall(checks, text, re.MULTILINE)) - {"r"} == groups


@pytest.mark.parametrize("name", TEXTS)
def test_every_word_of_the_scripts_is_explained(name: str) -> None:
    ubuntu = name.endswith(".sh")
    text = re.sub(r"^#.*$", "", TEXTS[name], flags=re.MULTILINE)
    codes = set(re.findall(r"\bfail ([a-z-]+) " if ubuntu else r"Stop-Hic '([a-z-]+)'", text)) - {"unknown-step"}
    assert codes >= {"missing-packages", "disk-full", "no-volume", "volume-in-use", "no-start", "initdb", "not-settled"}
    assert codes <= set(_explanations("x"))
    told_codes = set(re.findall(r"HIC_TOLD=([a-z-]+)|unjudged ([a-z-]+)|Told = '([a-z-]+)'", TEXTS[name]))
    assert {code for found in told_codes for code in found if code} <= set(notes())
    assert list(step_titles()) == STEP_NAMES
    assert list(check_titles()) == [check for group in CHECKS for check in group.names]


def test_every_value_that_the_scripts_use_is_in_the_plan() -> None:
    for name, system in (("ubuntu.sh", "ubuntu"), ("windows.ps1", "windows")):
        text = re.sub(r"^\s*#.*$", "", TEXTS[name], flags=re.MULTILINE)
        own = set(re.findall(r"\b(HIC_\w+)=", text)) | set(re.findall(r"^\$(HIC_\w+) =", text, re.MULTILINE))
        used = set(re.findall(r"\bHIC_\w+", text)) - own
        made = plan(system)  # type: ignore[arg-type]
        assert used <= {*made.values, *made.secrets}, used - {*made.values, *made.secrets}


def test_a_full_disk_is_known_however_it_is_said() -> None:
    for said in ("initdb: could not write: No space left on device", "Disk quota exceeded", "File too large"):
        assert step_failed("cluster", "initdb", said).code == "disk-full"
    assert "環境拡張" in step_failed("volume", "disk-full", "x").fix


def test_the_service_of_a_real_server_never_starts_without_its_disk() -> None:
    unit = str(plan().values["HIC_UNIT_TEXT"])
    assert "RequiresMountsFor=/data\n" in unit
    assert "ExecStart=/usr/lib/postgresql/16/bin/postgres -D /data/postgresql\n" in unit
    assert "User=postgres\n" in unit


def is_shell(path: Path) -> bool:
    with path.open("rb") as file:
        first = file.readline(200)
    return first.startswith((b"#!", b"# shellcheck shell=")) and re.search(rb"\b(ba)?sh\b", first) is not None


def test_the_shell_scripts_are_clean() -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    root = SCRIPTS.parent.parent
    places = [path for folder in ("scripts", ".ci") for path in (root / folder).rglob("*")]
    found = sorted(str(path.relative_to(root)) for path in places if path.is_file() and is_shell(path))
    assert set(found) >= {"scripts/bootstrap/ubuntu.sh", "scripts/demo", "scripts/lib/environment.sh", "scripts/test"}
    done = subprocess.run(["shellcheck", *found], capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 0, done.stdout


def test_the_powershell_script_parses() -> None:
    if shutil.which("pwsh") is None:
        pytest.skip("pwsh is not installed: windows.ps1 is compared with ubuntu.sh, but not parsed")
    call = (
        "$e = $null; [Management.Automation.Language.Parser]::ParseFile($args[0], [ref]$null, [ref]$e) | Out-Null; $e"
    )
    done = subprocess.run(
        ["pwsh", "-NoProfile", "-Command", call, SCRIPTS / "windows.ps1"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "")
