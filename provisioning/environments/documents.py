"""Official documents of an environment, Japanese first: the destruction certificate.

The notice of credentials is made with them: `credentials/notice.py`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Any

from provisioning.approvals.model import Approval
from provisioning.environments.credentials.paper import REHEARSAL

STYLE = (
    "body{font-family:'Noto Sans JP','Hiragino Sans','Yu Gothic',sans-serif;max-width:44rem;margin:3rem auto;"
    "padding:0 1rem;line-height:1.7;color:#1a1a1a}h1{font-size:1.4rem;border-bottom:2px solid #1a1a1a;"
    "padding-bottom:.5rem}table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border:1px solid #888;"
    "padding:.4rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#f1f3f5;width:14rem;"
    "font-weight:600}p.rehearsal{border:1px solid #b35900;color:#7a3d00;padding:.4rem .8rem}"
    "p.small{font-size:.85rem;color:#555}@media print{body{margin:0;max-width:none}}"
)


def write_certificate(
    folder: Path, approval: Approval, counts: Mapping[str, int], entry_hash: str, at: datetime, *, rehearsal: bool
) -> Path:
    """Write the certificate of destruction (HIC-22); its path. `counts` are numbers by Japanese label."""
    body = [
        f"<p>{escape(approval.applicant.organisation)} 御中</p>",
        f"<p>承諾番号 {escape(approval.id)}「{escape(approval.title)}」の解析環境は、利用終了に伴い、"
        "中間生成物を含むすべてのデータとともに破棄されたことを証明します。</p>",
        _table([("破棄完了日時", f"{_day(at)} {at:%H時%M分}"), *((k, f"{v:,}") for k, v in counts.items())]),
        "<p>この承諾専用の暗号鍵は削除の手続きに入り、これをもって暗号化されたデータは復元できなくなります。</p>",
        f'<p class="small">監査記録のハッシュ値 {escape(entry_hash)}</p>',
    ]
    return _write(folder / "destruction-certificate.html", _page("解析環境破棄証明書", body, rehearsal))


def _table(rows: Sequence[tuple[str, Any]]) -> str:
    lines = "".join(f"<tr><th>{escape(name)}</th><td>{escape(str(value)) or '—'}</td></tr>" for name, value in rows)
    return f"<table>{lines}</table>"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _page(title: str, body: Sequence[str], rehearsal: bool) -> str:
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    notice = f'<p class="rehearsal">{REHEARSAL}</p>' if rehearsal else ""
    content = f"{notice}<h1>{escape(title)}</h1>{''.join(body)}"
    return f'<!doctype html><html lang="ja"><head>{head}</head><body>{content}</body></html>\n'


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    unfinished.replace(path)
    return path
