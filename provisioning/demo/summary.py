"""The last screen: what was done, in figures, and where it is."""

from __future__ import annotations

import time
from typing import Any

from rich.console import Console
from rich.table import Table

from provisioning.demo.runner import Runner
from provisioning.demo.story import Summary


def show_summary(console: Console, runner: Runner, summary: Summary, keep: bool) -> None:
    """Print the figures and paths, and how to go on."""
    table = Table(title="The whole life", show_header=False, title_justify="left")
    for name, value in _figures(summary):
        table.add_row(name, value)
    table.add_row("time", f"{time.monotonic() - runner.started:.1f} s")
    console.print()
    console.print(table)
    console.print("This was moto and the offline engine: not AWS, and not Pulumi's own engine.", style="dim")
    for name, path in summary.files.items():
        console.print(f"  {name:12} {path}", markup=False)
    if keep:
        console.print("\nStill running. Go on with, for example:")
        console.print(f"  export HIC_HOME='{runner.home}'; . .venv/bin/activate", markup=False)
        console.print(
            "  hic approval list;  hic env status HIC-DEMO-001 --refresh;  hic audit log;  hic local stop --yes"
        )


def _checks(environment: dict[str, Any]) -> str:
    found = environment.get("check")
    if found is None:
        return "no stand-in here"
    failed = f"{found['failed']} failed, " if found["failed"] else ""
    return f"{found['passed']} passed, {failed}{found['unjudged']} not judged"


def _figures(summary: Summary) -> list[tuple[str, str]]:
    stacks = (summary.platform, summary.environment)
    applied = sum(stack["applied"] for stack in stacks)
    recorded = sum(stack["recorded_not_applied"] for stack in stacks)
    load, first, final = summary.load, summary.first_check, summary.final_check
    claims = summary.proof["claims"]
    rows = [
        ("resources applied", str(applied)),
        ("resources recorded, not applied", str(recorded)),
        ("checks on the server", _checks(summary.environment)),
        ("claims of isolation that hold", f"{sum(claim['passed'] for claim in claims)} of {len(claims)}"),
        ("rows loaded", f"{load['rows_loaded']:,}"),
        ("rows verified", f"{load['rows_verified']:,}"),
        ("findings, first table", f"{first['fail']} fail, {first['review']} review"),
        ("findings, filed table", f"{final['fail']} fail, {final['review']} review"),
        ("decision", summary.decision),
        ("audit entries", f"{summary.audit['entries']}, intact"),
    ]
    if summary.ending:
        rows.append(("leftovers", str(len(summary.ending["leftovers"]))))
    return rows
