"""The story: every step is a command that a person could type."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioning.demo.results import write_results
from provisioning.demo.runner import Runner
from provisioning.demo.stage import STATES
from provisioning.offline.analysis_server import missing_for_server

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "exploratory-windows.yaml"
APPROVAL = "HIC-DEMO-001"
MONTH = "202204"
TABLES = ("DPC_BU", "DPC_RE", "MED_INI_SI", "MED_INI_SY")
OPERATOR, RESEARCHER = "operator:operator-1", "researcher:analyst-a"
REVIEWERS = ("reviewer:reviewer-1", "reviewer:reviewer-2")


@dataclass(frozen=True)
class Summary:
    """The figures of the last table."""

    platform: dict[str, Any]
    environment: dict[str, Any]
    proof: dict[str, Any]
    load: dict[str, Any]
    first_check: dict[str, Any]
    final_check: dict[str, Any]
    decision: str
    audit: dict[str, Any]
    ending: dict[str, Any] | None
    files: dict[str, str]


def tell_story(runner: Runner, receipts: int, keep: bool) -> Summary:
    """From approval to destruction. With `keep` the environment is left standing."""
    home = runner.home
    runner.title("A stand-in for AWS, a PostgreSQL and an analysis server, on this machine's loopback address")
    if lacking := missing_for_server():
        runner.say(f"No stand-in for the analysis server: this machine lacks {', '.join(lacking)}.")
    runner.hic("local", "start", *(() if lacking else ("--server",)), tell=_services)
    runner.title("What the ministry has once: directory, data bucket, record table, audit bucket")
    platform = runner.hic("platform", "up", actor=OPERATOR, tell=_outcome)

    _approve(runner, home)
    environment, proof = _build(runner, home)
    load = _load(runner, home, receipts)
    first, final, request = _review(runner, home)

    runner.title("Everything that happened stands in the hash-chained record")
    audit = runner.hic("audit", "verify", actor="auditor:auditor-1", tell=_chain)
    ending = None if keep else _end(runner)
    if ending:
        audit = runner.hic("audit", "verify", actor="auditor:auditor-1", tell=_chain)
    documents = home / "documents" / APPROVAL
    files = {
        "approval": str(home / "approval.yaml"),
        "state": str(home / ("state" if keep else STATES)),
        "notice": str(documents / f"notice-{APPROVAL}-analyst-a-01.pdf"),
        "proof": str(home / "proof.html"),
        "findings": str(home / "findings.json"),
        "released": str(home / "released"),
    }
    if ending:
        files["certificate"] = str(ending["certificate"])
    return Summary(platform, environment, proof, load, first, final, request["state"], audit, ending, files)


def _approve(runner: Runner, home: Path) -> None:
    runner.title("An approval is registered, its fee quoted and paid")
    file = home / "approval.yaml"
    runner.hic("approval", "draft", file, "--like", EXAMPLE, "--id", APPROVAL, tell=lambda d: f"wrote {d['file']}")
    runner.hic("approval", "validate", file, tell=lambda _d: "no mistake found")
    runner.hic("approval", "register", file, actor=OPERATOR, tell=lambda d: f"registered: {d['approval']}")
    runner.hic("env", "up", APPROVAL, actor=OPERATOR, exit_code=1)
    quote = runner.hic("fee", "quote", APPROVAL, actor=OPERATOR, tell=_quote)
    wrong = quote["total"] - 1000
    runner.hic("fee", "pay", APPROVAL, "--amount", wrong, "--receipt", "R-001", actor=OPERATOR, exit_code=1)
    runner.hic(
        "fee", "pay", APPROVAL, "--amount", quote["total"], "--receipt", "R-001", actor=OPERATOR,
        tell=lambda d: f"¥{d['yen']:,} recorded, receipt {d['receipt']}",
    )  # fmt: skip


def _build(runner: Runner, home: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    runner.title("The environment is built by the Pulumi program of infra/, applied to moto")
    runner.hic("env", "plan", APPROVAL, actor=OPERATOR, tell=lambda d: f"{d['counts']['create']} resources to create")
    environment = runner.hic("env", "up", APPROVAL, actor=OPERATOR, tell=_built)
    runner.hic("env", "up", APPROVAL, actor=OPERATOR, tell=_unchanged)
    runner.hic("env", "status", APPROVAL, "--refresh", tell=lambda d: f"{d['state']}, nothing drifted")
    proof = runner.hic("env", "verify", APPROVAL, "--html", home / "proof.html", actor=OPERATOR, tell=_proof)
    return environment, proof


def _load(runner: Runner, home: Path, receipts: int) -> dict[str, Any]:
    runner.title("A trial month of synthetic claims is published, and loaded into PostgreSQL with its DDL")
    data = home / "trial" / MONTH
    options = [part for table in TABLES for part in ("--tables", table)]
    runner.hic(
        "data", "synth", "--month", MONTH, "--receipts", receipts, "--seed", 7, *options, data,
        tell=lambda d: f"{d['rows']:,} rows in {len(d['tables'])} tables",
    )  # fmt: skip
    runner.hic("data", "publish", data, "--month", MONTH, actor=OPERATOR, tell=lambda _d: "published with its manifest")
    load = runner.hic("load", "trial", "--month", MONTH, "--schema", "sample", actor=RESEARCHER, tell=_loaded)
    runner.hic("load", "trial", "--month", MONTH, "--schema", "sample", actor=RESEARCHER, tell=_loaded)
    return load


def _review(runner: Runner, home: Path) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    runner.title("A result is checked, mended, filed, reviewed by two, and released")
    server = json.loads((home / "services.json").read_text(encoding="utf-8"))["postgres"]
    first, final = write_results(server, "sampledb", "sample", home / "results")
    findings = runner.hic("egress", "check", first, actor=RESEARCHER, exit_code=1, tell=_findings)
    (home / "findings.json").write_text(json.dumps(findings, ensure_ascii=False, indent=2), encoding="utf-8")
    runner.say("The researcher joins the small classes and checks again.")
    clean = runner.hic("egress", "check", final, actor=RESEARCHER, tell=_findings)
    filed = runner.hic(
        "egress", "submit", APPROVAL, final, "--purpose", "学会抄録", "--venue", "学会発表", "--declare-self-checked",
        actor=RESEARCHER, tell=lambda d: f"filed as {d['request']}, frozen by version and sha256",
    )  # fmt: skip
    request = filed["request"]
    runner.hic("egress", "decide", request, "--approve", "--reason", "mine", actor=RESEARCHER, exit_code=1)
    for reviewer in REVIEWERS:
        runner.hic(
            "egress", "decide", request, "--approve", "--reason", "公表基準を満たす", actor=reviewer,
            tell=lambda d: f"{d['state']}",
        )  # fmt: skip
    released = runner.hic("egress", "release", request, actor=REVIEWERS[0], tell=lambda d: f"{d['state']}")
    runner.hic(
        "egress", "get", request, home / "released", actor=RESEARCHER,
        tell=lambda _d: "fetched; its bytes are the reviewed bytes",
    )  # fmt: skip
    return findings, clean, released


def _end(runner: Runner) -> dict[str, Any]:
    runner.title("The environment ends: destroyed in order, and nothing left")
    return runner.hic(
        "env", "end", APPROVAL, "--now", "--yes", actor=OPERATOR,
        tell=lambda d: f"{d['destroyed']} resources, {d['objects_destroyed']} objects destroyed; "
        f"leftovers {len(d['leftovers'])}",
    )  # fmt: skip


def _services(data: dict[str, Any]) -> str:
    server = f", sshd of {data['server']['user']} on port {data['server']['port']}" if data["server"] else ""
    return f"AWS stand-in at {data['aws']['endpoint']}, PostgreSQL {data['postgres']['version']} running{server}"


def _outcome(data: dict[str, Any]) -> str:
    text = f"{data['applied']} applied, {data['recorded_not_applied']} recorded, not applied ({data['seconds']:.1f} s)"
    recorded = sorted({step["type"] for step in data["steps"] if step["recorded"]})
    return "\n".join([text, *(f"  not applied, moto lacks it: {name}" for name in recorded)])


def _built(data: dict[str, Any]) -> str:
    lines = [_outcome(data)]
    made = data["bootstrap"]
    if "skipped" in made:
        return "\n".join([*lines, f"the server is recorded, not bootstrapped: {made['skipped']}"])
    lines.append(f"the server is set up over SSH: {len(made['steps'])} steps ({made['seconds']:.1f} s)")
    lines += [f"  {one['verdict']}: {one['name']}: {one['detail']}" for one in data["check"]["checks"]]
    return "\n".join(lines)


def _unchanged(data: dict[str, Any]) -> str:
    steps = data["bootstrap"].get("steps", [])
    server = f", {len(steps) - data['bootstrap']['changed']} of {len(steps)} steps on the server" if steps else ""
    return f"again: {data['counts']['same']} resources unchanged{server}"


def _proof(data: dict[str, Any]) -> str:
    held, count = sum(claim["passed"] for claim in data["claims"]), len(data["claims"])
    return f"proved closed: {held} of {count} claims hold, {data['evidence']:,} facts and decisions looked at"


def _quote(data: dict[str, Any]) -> str:
    lines = [f"{line['rule']} {line['item']}: ¥{line['yen']:,}" for line in data["lines"]]
    return "\n".join([*lines, f"to be paid: ¥{data['total']:,}"])


def _loaded(data: dict[str, Any]) -> str:
    tables = [f"{t['table']}: {t['rows']:,} rows {t['status']}" for t in data["tables"]]
    return "\n".join(tables)


def _findings(data: dict[str, Any]) -> str:
    shown = [f for f in data["findings"] if f["verdict"] == "fail"][:4]
    lines = [f"{f['rule']} {f['verdict']} at {f['cell']}: {f['reason']}" for f in shown]
    more = data["fail"] - len(shown)
    return "\n".join(
        [*lines, *([f"... and {more} more"] if more > 0 else []), f"{data['fail']} fail, {data['review']} to review"]
    )


def _chain(data: dict[str, Any]) -> str:
    return f"{data['entries']} entries, " + ("the chain is intact" if data["intact"] else "THE CHAIN IS BROKEN")
