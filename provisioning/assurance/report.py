"""The proof as one HTML file that needs nothing else, with the network drawn."""

from __future__ import annotations

from datetime import datetime
from html import escape
from pathlib import Path

from provisioning.assurance.drawing import draw
from provisioning.assurance.stand import Stand
from provisioning.assurance.verify import Proof
from provisioning.messages import _

STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK JP",sans-serif;margin:2rem auto;max-width:68rem;
  padding:0 1rem;color:#1b2733}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}
.verdict{padding:.6rem 1rem;border-radius:6px;margin:1rem 0;font-weight:600}
.good{background:#e3f4e8;color:#14532d}.bad{background:#fde8e8;color:#8b1a1a}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #dbe2e8;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}td.w{white-space:nowrap}.no td{background:#fff5f5}
ul{margin:.3rem 0;padding-left:1.2rem;font-family:ui-monospace,monospace;font-size:.8rem;overflow-wrap:anywhere}
.note{color:#52616f;font-size:.9rem}svg{max-width:100%;height:auto}
"""


def write_report(path: Path, stand: Stand, proof: Proof, at: datetime, *, rehearsal: bool) -> None:
    """Write the report. `rehearsal` says on its face that no real AWS was looked at."""
    path.write_text(_page(stand, proof, at, rehearsal=rehearsal), encoding="utf-8")


def _page(stand: Stand, proof: Proof, at: datetime, *, rehearsal: bool) -> str:
    title = _("Proof of isolation: {approval}").format(approval=proof.approval)
    passed = len(proof.verdicts) - len(proof.failed)
    text = _(
        "{passed} of {count} claims hold, {evidence} facts and decisions looked at, {others} other approvals stand."
    )
    told = text.format(passed=passed, count=len(proof.verdicts), evidence=proof.evidence, others=proof.others)
    source = _("The stand-in for AWS was looked at, not AWS.") if rehearsal else _("AWS was looked at.")
    network, claims, limits = _("The network as it stands"), _("Claims"), _("What this does not show")
    head = (_("claim"), _("what must hold"), _("verdict"), _("looked at"), "SATRE")
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style></head>'
        f'<body><h1>{escape(title)}</h1><p class="note">{at.isoformat(timespec="minutes")} · {escape(stand.region)} · '
        f"{escape(stand.account)} · {escape(source)}</p>"
        f'<p class="verdict {"bad" if proof.failed else "good"}">{escape(told)}</p>'
        f"<h2>{escape(network)}</h2>{draw(stand.network, proof.approval)}"
        f"<h2>{escape(claims)}</h2><table><thead><tr>{''.join(f'<th>{escape(h)}</th>' for h in head)}</tr></thead>"
        f"<tbody>{_rows(proof)}</tbody></table>"
        f'<h2>{escape(limits)}</h2><p class="note">{escape(_limits())}</p></body></html>\n'
    )


def _rows(proof: Proof) -> str:
    rows = []
    for verdict in proof.verdicts:
        claim = verdict.claim
        against = "".join(f"<li>{escape(text)}</li>" for text in verdict.counterexamples)
        fix = escape(verdict.fix(proof.approval))
        more = (f"<ul>{against}</ul>" if against else "") + (f'<p class="note">{fix}</p>' if fix else "")
        word = escape(_("passed") if verdict.passed else _("FAILED"))
        rows.append(
            f'<tr class="{"yes" if verdict.passed else "no"}"><td>{claim.id}</td><td>{escape(_(claim.says))}'
            f'{more}</td><td class="w">{word}</td>'
            f'<td class="n">{verdict.evidence}</td><td>{" ".join(claim.satre)}</td></tr>'
        )
    return "".join(rows)


def _limits() -> str:
    return _(
        "That AWS sets the condition keys as assumed and enforces what it shows; what its services do by roles of "
        "their own; the certificates of terminals, and what group policy closes on desktops, which AWS does not show."
    )
