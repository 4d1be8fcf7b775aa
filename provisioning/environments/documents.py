"""Official documents of an environment, Japanese first: the destruction certificate.

The notice of credentials is made with them: `credentials/notice.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Any

from provisioning.approvals.model import Approval
from provisioning.audit.chain import Entry
from provisioning.environments.credentials.paper import REHEARSAL
from provisioning.environments.destruction import OBJECTS, Asset, Destruction, Method

METHODS = {
    Method.DELETED: "削除",
    Method.LOCKED: "利用者の無効化",
    Method.REVOKED: "失効",
    Method.KEY_SCHEDULED: "鍵の無効化と削除予約",
    Method.RECORDED: "記録のみ（模擬環境には実体なし）",
}
STYLE = (
    "body{font-family:'Noto Sans JP','Hiragino Sans','Yu Gothic',sans-serif;max-width:44rem;margin:3rem auto;"
    "padding:0 1rem;line-height:1.7;color:#1a1a1a}h1{font-size:1.4rem;border-bottom:2px solid #1a1a1a;"
    "padding-bottom:.5rem}table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border:1px solid #888;"
    "padding:.4rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#f1f3f5;width:14rem;"
    "font-weight:600}p.rehearsal{border:1px solid #b35900;color:#7a3d00;padding:.4rem .8rem}"
    "table.assets{font-size:.8rem}table.assets th{width:auto}h2{font-size:1.1rem;margin-top:2rem}"
    "p.small{font-size:.85rem;color:#555}@media print{body{margin:0;max-width:none}}"
)


def write_certificate(
    folder: Path, approval: Approval, destruction: Destruction, entry: Entry, *, rehearsal: bool
) -> Path:
    """Write the certificate of destruction (HIC-22) with every asset; its path. `entry` is the act that seals it."""
    at, counts = datetime.fromisoformat(destruction.ended_at), destruction.counts()
    body = [
        f"<p>{escape(approval.applicant.organisation)} 御中</p>",
        f"<p>承諾番号 {escape(approval.id)}「{escape(approval.title)}」の解析環境は、利用終了に伴い、"
        "中間生成物を含むすべてのデータとともに破棄されたことを証明します。</p>",
        _table(
            [
                ("破棄開始日時", _moment(destruction.begun_at)),
                ("破棄完了日時", _moment(destruction.ended_at)),
                ("破棄した資産の数", f"{len(destruction.assets):,}"),
                *((METHODS[method], f"{counts[method]:,}") for method in Method if counts[method]),
                ("破棄した保存オブジェクトの数（全世代）", f"{destruction.objects:,}"),
                ("残存する資産の数", "0"),
            ]
        ),
        "<p>この承諾専用の暗号鍵は削除の手続きに入り、その時点から使用できません。"
        "これをもって暗号化されたデータは復元できなくなります。</p>",
        "<h2>資産の一覧</h2>",
        _rows(
            ("種別", "名称", "ID", "方法", "日時"),
            [(one.type, one.name, one.id, _how(one), _when(one.at, one.before)) for one in destruction.assets],
        ),
        "<h2>監査記録による封印</h2>",
        _table(
            [
                ("監査記録の番号", f"{entry.number:,}"),
                ("監査記録のハッシュ値", entry.hash),
                ("この証明の内容のハッシュ値（SHA-256）", destruction.digest),
            ]
        ),
        '<p class="small">内容のハッシュ値は監査記録の中にあり、監査記録は前の記録のハッシュ値とつながっています。'
        "証明の内容を変えると、両者は一致しなくなります。</p>",
        f'<p class="small">発行日 {_day(at)}</p>',
    ]
    return _write(folder / "destruction-certificate.html", _page("解析環境破棄証明書", body, rehearsal))


def _how(one: Asset) -> str:
    if one.type == OBJECTS:
        return f"{METHODS[one.method]}（全世代 {one.count:,} 件）"
    return f"{METHODS[one.method]}（消滅日 {one.note}）" if one.note else METHODS[one.method]


def _when(at: str, before: str) -> str:
    return _moment(at) if at else f"{_moment(before)} 以前" if before else "—"


def _moment(stamped: str) -> str:
    at = datetime.fromisoformat(stamped)
    return f"{_day(at)} {at:%H時%M分%S秒}"


def _rows(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in headings)
    lines = "".join("<tr>" + "".join(f"<td>{escape(text) or '—'}</td>" for text in row) + "</tr>" for row in rows)
    return f'<table class="assets"><tr>{head}</tr>{lines}</table>'


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
