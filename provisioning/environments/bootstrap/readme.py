"""The page that a researcher finds on the desktop: the first steps, in Japanese. Pure."""

from __future__ import annotations

from provisioning.approvals.data_sets import FOLDERS, approved_tables
from provisioning.approvals.model import Approval
from provisioning.environments.bootstrap.folders import System
from provisioning.environments.bootstrap.roles import GROUP_ROLE

# Notepad opens .txt by a double click; what is inside reads as plain text.
README_NAMES: dict[System, str] = {"ubuntu": "はじめに.md", "windows": "はじめに.txt"}
ASSIGN: dict[System, str] = {"ubuntu": "export PGUSER={}", "windows": "$env:PGUSER = '{}'"}


def _first_steps(approval: Approval, share: str, work: str) -> tuple[list[str], list[str]]:
    """Commands that list data and load some: of the approved ones, since the server reads no others (LIFE-4)."""
    editions = sorted(approved_tables(approval.datasets), key=lambda one: (one[0] != "trial", one[1]))
    for dataset, edition in editions[:1]:
        year, _slash, kind = edition.partition("/")
        which = f"panel --year {year} --kind {kind}" if dataset == "panel" else f"trial --month {edition}"
        listing = f"    aws s3 ls s3://{share}/{FOLDERS[dataset]}/{edition}/"
        told = "承諾された範囲のデータだけを取得できます。範囲を広げるには変更の申出が必要です。"
        return ["    hic data ls", listing, "", told], [f"    hic load {which} --schema sample"]
    return (
        [
            "このグループのために抽出されたデータは、持ち込みのフォルダに入ります。",
            "",
            f"    aws s3 ls s3://{work}/import/",
        ],
        ["    hic load file データ.csv --ddl データ.sql --schema sample"],
    )


def desktop_readme(approval: Approval, system: System, share: str, work: str) -> str:
    """The page for one approval, with commands that can be typed as they stand."""
    example = approval.handlers[0].id
    fetching, loading = _first_steps(approval, share, work)
    lines = [
        f"# 解析サーバのはじめに（承諾番号 {approval.id}）",
        "",
        f"研究課題: {approval.title}",
        f"利用期間: {approval.period.end:%Y年%m月%d日}まで",
        "",
        "このサーバはインターネットにつながっていません。ファイルを直接持ち出すことはできません。",
        "持ち出せるのは、公表前確認を経た成果物だけです。",
        "",
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
        "## 2. データを見る・取得する",
        "",
        *fetching,
        "",
        "## 3. PostgreSQL に取り込む",
        "",
        *loading,
        "    psql -d sampledb -c '\\dt sample.*'",
        "",
        "hic は取り込みのたびに、行数とハッシュ値を公開元の一覧と照合します。",
        "マニュアルの手順（psql -f X.sql -v SC_NAME=sample、COPY ... FROM 'ファイル' with csv）も使えます。",
        "文字コードは UTF-8 に設定済みです（PGCLIENTENCODING=UTF8）。",
        "",
        "## 4. R で読む",
        "",
        "    library(DBI)",
        '    con <- dbConnect(RPostgres::Postgres(), dbname = "sampledb", user = "自分のユーザー名",',
        '                     password = rstudioapi::askForPassword("パスワード"))',
        '    dbGetQuery(con, "SELECT count(*) FROM sample.trial_dpc_re")',
        "",
        '（RPostgres がない場合は RPostgreSQL::PostgreSQL() に host = "localhost" を付けて使います。）',
        "",
        "## 5. 結果を確認し、公表前確認に出す",
        "",
        "    hic egress check 表.csv",
        f"    hic egress submit {approval.id} 表.csv --purpose 学会抄録 --venue 学会発表 --declare-self-checked",
        "",
        "check は 10 未満の集計値などを指摘し、直し方を示します。",
        f"提出したファイルは s3://{work}/egress/ に固定され、審査の後に取得できます。",
        "",
        "困ったときは、通知書に記載の窓口に連絡してください。",
        "",
    ]
    return ("\n" if system == "ubuntu" else "\r\n").join(lines)
