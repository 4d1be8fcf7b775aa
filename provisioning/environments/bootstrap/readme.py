"""The page that a researcher finds on the desktop: the first steps, in Japanese. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from provisioning.approvals.model import Approval
from provisioning.environments.bootstrap.first_loads import SCHEMA, FirstLoad, extracted, first_loads
from provisioning.environments.bootstrap.folders import System
from provisioning.environments.bootstrap.roles import GROUP_ROLE

# Notepad opens .txt by a double click; what is inside reads as plain text.
README_NAMES: dict[System, str] = {"ubuntu": "はじめに.md", "windows": "はじめに.txt"}
ASSIGN: dict[System, str] = {"ubuntu": "export PGUSER={}", "windows": "$env:PGUSER = '{}'"}
DATABASE = "sampledb"  # the manual's, and that of hic load
# A schema and table of what is there, where no name can be told beforehand.
ALL_TABLES = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"


def desktop_readme(approval: Approval, system: System, share: str, work: str) -> str:
    """The page for one approval, with commands that can be typed as they stand."""
    loads, own = first_loads(approval), extracted(approval)
    lines = [
        *_head(approval),
        *_user(approval.handlers[0].id, system),
        *_data(loads, own, share, work),
        *_loading(loads, own),
        *_reading(loads),
        *_results(approval.id, work),
        "困ったときは、通知書に記載の窓口に連絡してください。",
        "",
    ]
    return ("\n" if system == "ubuntu" else "\r\n").join(lines)


def _head(approval: Approval) -> Sequence[str]:
    return (
        f"# 解析サーバのはじめに（承諾番号 {approval.id}）",
        "",
        f"研究課題: {approval.title}",
        f"利用期間: {approval.period.end:%Y年%m月%d日}まで",
        "",
        "このサーバはインターネットにつながっていません。ファイルを直接持ち出すことはできません。",
        "持ち出せるのは、公表前確認を経た成果物だけです。",
        "",
    )


def _user(example: str, system: System) -> Sequence[str]:
    return (
        "## 1. データベースのユーザー",
        "",
        "自分のユーザー名で接続します（パスワードは通知書とは別にお渡ししたものです）。例:",
        "",
        f"    {ASSIGN[system].format(example)}",
        "    psql -d postgres",
        "",
        "最初に psql の中で次の2行を入力し、自分だけが知るパスワードに変えてください（記録には残りません）。",
        "",
        "    SET ROLE NONE;",
        f"    \\password {example}",
        "",
        f"作った表はグループ共通の {GROUP_ROLE} のものになり、グループの全員が使えます。",
        f"マニュアルどおりグループ共通のユーザー {GROUP_ROLE} で接続することもできます。",
        "",
    )


def _data(loads: Sequence[FirstLoad], own: Sequence[str], share: str, work: str) -> Iterable[str]:
    yield from ("## 2. データを見る・取得する", "")
    if loads:
        yield "    hic data ls"
        yield from _once(f"    aws s3 ls s3://{share}/{load.folder}" for load in loads)
        yield ""
    if own:
        yield f"特別抽出データ（{'、'.join(own)}）は、この承諾だけのバケットに置かれます。"
        yield "提供の連絡を受けてから、次のコマンドで取得してください。"
        yield from ("", f"    aws s3 ls s3://{work}/import/ --recursive")
        yield from (f"    aws s3 cp s3://{work}/import/ import --recursive", "")


def _loading(loads: Sequence[FirstLoad], own: Sequence[str]) -> Iterable[str]:
    yield from ("## 3. PostgreSQL に取り込む", "")
    if loads:
        yield from _once(f"    {load.command}" for load in loads)
        yield from _once(f"    psql -d {DATABASE} -c '\\dt {load.schema}.*'" for load in loads)
        yield from ("", "hic は取り込みのたびに、行数とハッシュ値を公開元の一覧と照合します。")
        yield "マニュアルの手順（psql -f X.sql -v SC_NAME=sample、COPY ... FROM 'ファイル' with csv）も使えます。"
    if own:
        yield "特別抽出データの表の形は申出ごとに違います。"
        yield "データに添えられた説明のとおりに表を作り、COPY で取り込みます。"
    if own and not loads:
        yield "取り込み先は、次のコマンドで作れます。"
        yield from ("", f"    psql -d postgres -c 'CREATE DATABASE {DATABASE}'")
        yield from (f"    psql -d {DATABASE} -c 'CREATE SCHEMA {SCHEMA}'", "")
    yield from ("文字コードは UTF-8 に設定済みです（PGCLIENTENCODING=UTF8）。", "")


def _reading(loads: Sequence[FirstLoad]) -> Sequence[str]:
    known = next((load for load in loads if load.table), None)
    query = f"SELECT count(*) FROM {known.schema}.{known.table}" if known else ALL_TABLES  # noqa: S608 - shown, not run
    return (
        "## 4. R で読む",
        "",
        "    library(DBI)",
        f'    con <- dbConnect(RPostgres::Postgres(), dbname = "{DATABASE}", user = "自分のユーザー名",',
        '                     password = rstudioapi::askForPassword("パスワード"))',
        f'    dbGetQuery(con, "{query}")',
        "",
        '（RPostgres がない場合は RPostgreSQL::PostgreSQL() に host = "localhost" を付けて使います。）',
        "",
    )


def _results(approval_id: str, work: str) -> Sequence[str]:
    return (
        "## 5. 結果を確認し、公表前確認に出す",
        "",
        "    hic egress check 表.csv",
        f"    hic egress submit {approval_id} 表.csv --purpose 学会抄録 --venue 学会発表 --declare-self-checked",
        "",
        "check は 10 未満の集計値などを指摘し、直し方を示します。",
        f"提出したファイルは s3://{work}/egress/ に固定され、審査の後に取得できます。",
        "",
    )


def _once(lines: Iterable[str]) -> Iterable[str]:
    """Each line where it comes first."""
    return dict.fromkeys(lines)
