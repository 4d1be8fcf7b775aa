"""What the notice (通知書) and its login sheet (別紙) say (HIC-24, CRED-3). Pure.

The field's own notice holds passwords. Here it does not: it is kept by the secretariat, copied and shown around, while
a secret is for one person. So the notice names every item and the file in the package where its secret is, and
the secrets stand on a sheet of their own, under the same numbers (2.4.1 is where the manual looks for the database
password). The QR code on the notice tells the notice and the certificate apart, for the window that takes reports of
lost terminals; the one that enrols the phone is a secret, and stands on the sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from provisioning.approvals.model import Approval, Handler
from provisioning.approvals.specs import Kind
from provisioning.environments.credentials.model import Item
from provisioning.environments.credentials.paper import Paper, Row, Section, day_text

KINDS = {Kind.EXPLORATORY: "探索的利用", Kind.SPECIAL: "特別抽出"}
SENDER = "医療・介護データ等解析基盤（HIC）事務局"
GROUP, PERSON = "グループで共通", "利用者ごと"


@dataclass(frozen=True)
class Files:
    """Names of the files in a package; all ASCII, so that every tool unpacks them."""

    notice_pdf: str
    notice_text: str
    login_pdf: str
    login_text: str
    mfa_image: str
    certificate: str
    chain: str
    chain_password: str
    aws: str


@dataclass(frozen=True)
class Facts:
    """What a notice tells. Nothing here is secret.

    `number` counts the packages of the handler; `items` are in this one; `shared` says that the person has an account
    from another approval; `outputs` are those of the environment.
    """

    approval: Approval
    handler: Handler
    number: int
    items: tuple[Item, ...]
    day: date
    outputs: Mapping[str, Any]
    domain: str
    files: Files
    serial: str = ""
    root_sha1: str = ""
    database_group: str = ""
    backup_key: str = ""
    shared: bool = False
    rehearsal: bool = False

    @property
    def title(self) -> str:
        return f"解析環境利用に関する通知書（{KINDS[self.approval.environment.kind]}）"

    @property
    def has_sheet(self) -> bool:
        """Whether the package holds a login sheet."""
        own = {Item.ACCOUNT, Item.MFA} if not self.shared else set()
        return not own.union({Item.DATABASE}).isdisjoint(self.items)

    @property
    def reference(self) -> str:
        """The notice's own number."""
        return f"{self.approval.id}/{self.handler.id}/{self.number:02d}"


@dataclass(frozen=True)
class Secrets:
    """What the login sheet tells, in clear. Never kept, never printed."""

    account: str | None
    enrolment: str | None
    database_group: str | None
    database_own: str | None

    def __repr__(self) -> str:
        return "Secrets(...)"


def make_notice(facts: Facts) -> Paper:
    """The notice of one package."""
    approval = facts.approval
    first = facts.number == 1
    lead = (
        f"承諾番号 {approval.id}「{approval.title}」について、解析環境の準備が整いましたので、"
        "ご利用に必要な情報を下記のとおり通知します。"
        if first
        else f"承諾番号 {approval.id}「{approval.title}」について、ログインに必要な情報の一部を新しくしましたので、"
        "下記のとおり通知します。この通知書に同封のないものは、これまでのものをそのままお使いください。"
    )
    mark = f"HIC-NOTICE {facts.reference}"
    if facts.serial:
        mark += f" CERT {facts.serial}"
    return Paper(
        title=facts.title,
        number=f"通知番号 {facts.reference}",
        day=facts.day,
        organisation=approval.applicant.organisation,
        person=facts.handler.name,
        sender=SENDER,
        lead=[lead, "パスワード等の秘密の情報は、この通知書には記載していません。同封の別ファイルをご覧ください。"],
        sections=[_approval(facts), *_environment(facts), _enclosed(facts), _duties()],
        mark=mark,
        mark_caption="照合用（秘密を含みません）",
        rehearsal=facts.rehearsal,
    )


def make_sheet(facts: Facts, secrets: Secrets) -> Paper | None:
    """The login sheet; None when the package holds nothing for it."""
    sections = [*_account_secrets(facts, secrets), *_database_secrets(secrets)]
    if not sections:
        return None
    return Paper(
        title="ログイン情報（別紙）",
        number=f"通知番号 {facts.reference} 別紙",
        day=facts.day,
        organisation=facts.approval.applicant.organisation,
        person=facts.handler.name,
        sender=SENDER,
        lead=[
            "本人だけがご覧ください。譲渡・貸与・共有はできません。登録とパスワードの変更を終えたら、この別紙は破棄してください。"
        ],
        sections=sections,
        secret=True,
        rehearsal=facts.rehearsal,
    )


def _approval(facts: Facts) -> Section:
    approval = facts.approval
    place = next(place for place in approval.places if place.id == facts.handler.place)
    rows = [
        Row("承諾番号", approval.id, code=True),
        Row("研究課題名", approval.title),
        Row("利用期間", f"{day_text(approval.period.start)} から {day_text(approval.period.last_day)} まで"),
        Row("利用場所", f"{place.name}（{place.address}）"),
        Row("取扱者", facts.handler.name),
    ]
    return Section("1", "承諾の内容", rows)


def _environment(facts: Facts) -> list[Section]:
    sheet = f"{facts.files.login_pdf} をご覧ください"
    outputs = facts.outputs
    account = "お持ちのパスワードをそのままお使いください" if facts.shared else _told(facts, Item.ACCOUNT, sheet)
    enrol = "登録済みのものをそのままお使いください" if facts.shared else _told(facts, Item.MFA, sheet)
    return [
        Section("2", "ログインに必要な情報"),
        Section(
            "2.1",
            "Amazon WorkSpaces",
            [
                Row("登録コード", str(outputs.get("registrationCode", "")), GROUP, code=True),
                Row("ユーザー名", facts.handler.id, PERSON, code=True),
                Row("初期パスワード", account, PERSON),
                Row("MFA初期設定用QRコード", enrol, PERSON),
            ],
            ["初期パスワードは、最初のログインのときに変更してください。"] if _in(facts, Item.ACCOUNT) else (),
        ),
        _certificate(facts),
        Section(
            "2.3",
            "解析サーバ（EC2）",
            [
                Row("EC2名", str(outputs.get("serverName", "")), GROUP, code=True),
                Row("インスタンスID", str(outputs.get("serverInstanceId", "")), GROUP, code=True),
                Row("IPアドレス", str(outputs.get("serverPrivateIp", "")), GROUP, code=True),
                Row("ユーザー名", f"{facts.handler.id}@{facts.domain}", PERSON, code=True),
                Row("パスワード", "WorkSpaces と同じです", PERSON),
            ],
        ),
        Section("2.4", "PostgreSQL"),
        Section(
            "2.4.1",
            "ログイン情報",
            [
                Row("ユーザー名（共通）", facts.database_group, GROUP, code=True),
                Row("パスワード（共通）", _told(facts, Item.DATABASE, sheet), GROUP),
                Row("ユーザー名（個人）", facts.handler.id, PERSON, code=True),
                Row("パスワード（個人）", _told(facts, Item.DATABASE, sheet), PERSON),
            ],
        ),
        _backup(facts),
    ]


def _certificate(facts: Facts) -> Section:
    rows = [
        Row(
            "証明書ファイル",
            _told(facts, Item.CERTIFICATE, facts.files.certificate),
            PERSON,
            code=_in(facts, Item.CERTIFICATE),
        ),
        Row(
            "証明書チェーンファイル",
            _told(facts, Item.CERTIFICATE, facts.files.chain),
            PERSON,
            code=_in(facts, Item.CERTIFICATE),
        ),
    ]
    if _in(facts, Item.CERTIFICATE):
        rows += [
            Row("インストール時パスワード", f"{facts.files.chain_password} に記載", PERSON),
            Row("シリアル番号", facts.serial, PERSON, code=True),
            Row("発行者の拇印（SHA-1）", _spaced(facts.root_sha1), GROUP, code=True),
        ]
    return Section(
        "2.2",
        "クライアント証明書（端末認証）",
        rows,
        [
            ".cer は「ローカルコンピューター」に、.pfx は「現在のユーザー」にインストールしてください。"
            "一つの端末を複数の利用者で使う場合は、それぞれの利用者がインストールしてください。",
            "セキュリティ警告に表示される拇印が上の「発行者の拇印」と同じことを確かめてから「はい」を押してください。",
        ]
        if _in(facts, Item.CERTIFICATE)
        else (),
    )


def _backup(facts: Facts) -> Section:
    if facts.backup_key:
        rows = [
            Row(
                "AWSクレデンシャル情報", _told(facts, Item.BACKUP, facts.files.aws), GROUP, code=_in(facts, Item.BACKUP)
            ),
            Row("アクセスキーID", facts.backup_key, GROUP, code=True),
        ]
        return Section("2.5", "解析サーバの起動・バックアップ", rows)
    return Section(
        "2.5", "解析サーバの起動・バックアップ", (), ["AWSクレデンシャル情報は、準備ができ次第、別にお渡しします。"]
    )


def _enclosed(facts: Facts) -> Section:
    files = facts.files
    rows = [Row(files.notice_pdf, "この通知書", PERSON), Row(files.notice_text, "この通知書（テキスト）", PERSON)]
    if facts.has_sheet:
        rows.append(Row(files.login_pdf, "ログイン情報（別紙）", PERSON))
        rows.append(Row(files.login_text, "ログイン情報（コピー用テキスト）", PERSON))
    if _in(facts, Item.MFA) and not facts.shared:
        rows.append(Row(files.mfa_image, "MFA初期設定用QRコード", PERSON))
    if _in(facts, Item.CERTIFICATE):
        rows.append(Row(files.certificate, "クライアント証明書", PERSON))
        rows.append(Row(files.chain, "証明書チェーンファイル", PERSON))
        rows.append(Row(files.chain_password, "同インストール時パスワード", PERSON))
    if _in(facts, Item.BACKUP):
        rows.append(Row(files.aws, "AWSクレデンシャル情報", GROUP))
    return Section("3", "同封のファイル", rows, headings=("ファイル", "内容", "単位"))


def _duties() -> Section:
    return Section(
        "4",
        "お願い",
        (),
        [
            "アカウントと証明書は本人だけのものです。他人への譲渡・貸与はできません。",
            "クライアント証明書をインストールした端末を紛失したときは、ただちに二次利用ポータルのメッセージ機能で"
            "事務局へご連絡ください。この通知書の照合用QRコードの内容をお知らせいただくと、失効が早まります。",
            "承諾された利用場所以外では利用できません。公衆無線LANは使わないでください。",
            "解析環境からファイルを直接持ち出すことはできません。公表前確認を経たものだけをお渡しします。",
        ],
    )


def _account_secrets(facts: Facts, secrets: Secrets) -> list[Section]:
    found = []
    if secrets.account:
        rows = [Row("ユーザー名", facts.handler.id, code=True), Row("初期パスワード", secrets.account, code=True)]
        sentence = "最初のログインのときに、ご自身で決めたパスワードに変更してください。"
        found.append(Section("2.1", "Amazon WorkSpaces・解析サーバ（EC2）", rows, [sentence]))
    if secrets.enrolment:
        found.append(
            Section(
                "2.1.1",
                "MFA初期設定",
                (),
                [
                    "認証アプリ（Google Authenticator）を開き、右下の「＋」から「QRコードをスキャン」を選んで"
                    "読み取ってください。",
                    "二次利用ポータルのMFAとは別の登録です。読み取れないときは、同封の画像ファイルを表示してください。",
                ],
                code=secrets.enrolment,
                caption="WorkSpaces 用 MFA 登録",
            )
        )
    return found


def _database_secrets(secrets: Secrets) -> list[Section]:
    if not secrets.database_group or not secrets.database_own:
        return []
    rows = [
        Row("パスワード（共通）", secrets.database_group, code=True),
        Row("パスワード（個人）", secrets.database_own, code=True),
    ]
    sentence = "個人のパスワードは、psql の \\password で変更できます。"
    return [Section("2.4.1", "PostgreSQL ログイン情報", rows, [sentence])]


def _in(facts: Facts, item: Item) -> bool:
    return item in facts.items


def _told(facts: Facts, item: Item, text: str) -> str:
    """Where it stands, or that an earlier package held it."""
    return text if _in(facts, item) else "これまでのものをお使いください"


def _spaced(digits: str) -> str:
    """Hex digits in groups of four, so that they can be compared by eye."""
    return " ".join(digits[n : n + 4] for n in range(0, len(digits), 4))
