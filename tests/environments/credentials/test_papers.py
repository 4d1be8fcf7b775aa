"""The notice and its login sheet: complete, without a secret where none belongs, and the same bytes each time."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pyotp
import pytest
import segno
from PIL import Image
from pypdf import PdfReader

from provisioning.approvals.model import Approval
from provisioning.environments.credentials import mfa
from provisioning.environments.credentials.model import Item
from provisioning.environments.credentials.notice import Facts, Files, Secrets, make_notice, make_sheet
from provisioning.environments.credentials.paper_pdf import MISSING, to_pdf
from provisioning.environments.credentials.paper_text import to_markdown, to_plain
from tests.approvals.test_fees import changed

FILES = Files("n.pdf", "n.md", "l.pdf", "l.txt", "q.png", "c.cer", "c.pfx", "cp.txt", "a.csv")
OUTPUTS = {
    "registrationCode": "SLtest+ABC123",
    "serverName": "hic-x-analysis",
    "serverInstanceId": "i-0a1b2c",
    "serverPrivateIp": "10.1.16.10",
}
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SECRETS = Secrets("Account-Word-1", mfa.enrolment(SEED, "analyst-a", "hic.internal"), "Group-Word-2", "Own-Word-3")


@pytest.fixture
def facts(approval: Approval) -> Facts:
    return Facts(
        approval=approval,
        handler=approval.handlers[0],
        number=1,
        items=tuple(Item),
        day=date(2026, 11, 2),
        outputs=OUTPUTS,
        domain="hic.internal",
        files=FILES,
        serial="0A1B2C",
        root_sha1="AB" * 20,
        database_group="postgres",
        backup_key="AKIATESTKEY0",
    )


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_notice_names_every_item_of_the_table(facts: Facts) -> None:
    """Domain section 6, under the title of CRED-3 and with the section that the manual points to."""
    notice = make_notice(facts)
    text, pdf = to_markdown(notice), to_pdf(notice)
    for expected in (
        *("解析環境利用に関する通知書（探索的利用）", "2.4.1 ログイン情報", "2026年11月2日"),
        *(
            "SLtest+ABC123",
            "analyst-a",
            "hic-x-analysis",
            "i-0a1b2c",
            "10.1.16.10",
            "postgres",
            "AKIATESTKEY0",
            "0A1B2C",
        ),
        *(
            "取扱者 A 様",
            "例示大学",
            "グループで共通",
            "利用者ごと",
            "c.cer",
            "c.pfx",
            "cp.txt",
            "a.csv",
            "l.pdf",
            "q.png",
        ),
    ):
        assert expected in text.replace("\\", ""), expected
        assert expected.replace(" ", "") in text_of(pdf).replace(" ", "").replace("\n", ""), expected


def test_the_same_notice_is_the_same_bytes_and_another_is_not(facts: Facts) -> None:
    assert to_pdf(make_notice(facts)) == to_pdf(make_notice(facts))
    other = replace(facts, day=date(2026, 11, 3))
    assert to_pdf(make_notice(other)) != to_pdf(make_notice(facts))


def test_secrets_are_on_the_sheet_and_nowhere_else(facts: Facts) -> None:
    sheet = make_sheet(facts, SECRETS)
    assert sheet is not None
    pdf = text_of(to_pdf(sheet))
    for word in ("Account-Word-1", "Group-Word-2", "Own-Word-3"):
        assert word in pdf
        assert word in to_plain(sheet)
        assert word not in to_markdown(make_notice(facts))
        assert word not in repr(SECRETS)
    assert SEED not in text_of(to_pdf(make_notice(facts)))


def test_commands_of_psql_are_in_a_latin_font(facts: Facts) -> None:
    """The Japanese fonts set a backslash apart, or as a yen sign."""
    fonts: dict[str, str] = {}

    def note(text: str, _cm: object, _tm: object, font: dict[str, str] | None, _size: object) -> None:
        fonts[text.strip()] = str((font or {}).get("/BaseFont", ""))

    for page in PdfReader(io.BytesIO(to_pdf(make_sheet(facts, SECRETS)))).pages:
        page.extract_text(visitor_text=note)
    assert fonts["\\password"] == "/Courier-Bold"


def test_pages_are_numbered_and_marked(facts: Facts) -> None:
    pages = PdfReader(io.BytesIO(to_pdf(make_notice(facts)))).pages
    assert len(pages) == 2
    assert [f"{n} / 2" in page.extract_text() for n, page in enumerate(pages, 1)] == [True, True]
    assert "模擬環境" not in text_of(to_pdf(make_notice(facts)))
    assert "模擬環境" in text_of(to_pdf(make_notice(replace(facts, rehearsal=True))))


def test_a_later_package_says_what_stays(facts: Facts) -> None:
    later = replace(facts, number=2, items=(Item.CERTIFICATE,))
    text = to_markdown(make_notice(later))
    assert "一部を新しくしました" in text
    assert text.count("これまでのものをお使いください") == 5
    assert "l.pdf" not in text
    assert make_sheet(later, Secrets(None, None, None, None)) is None


def test_characters_that_the_fonts_lack_are_marked(approval: Approval, facts: Facts) -> None:
    def with_name(name: str) -> str:
        handler = approval.handlers[0].model_copy(update={"name": name})
        return text_of(to_pdf(make_notice(replace(facts, handler=handler))))

    shown = with_name("髙﨑 一郎")
    assert "髙﨑" in shown
    assert "〓" not in shown
    lacking = with_name("𠮷田 한")
    assert "〓田 〓" in lacking.replace("\n", "")
    assert MISSING[:10] in lacking.replace("\n", "")


def test_nothing_breaks_out_of_markdown_or_markup(approval: Approval, facts: Facts) -> None:
    hostile = changed(approval, title="<b>x</b> | # [y](z) `w`\n# top", applicant__organisation="A & B <i>")
    notice = make_notice(replace(facts, approval=hostile))
    text = to_markdown(notice)
    assert "<b>" not in text
    assert "\n# top" not in text
    assert "[y](z)" not in text
    assert "<b>x</b>" in text_of(to_pdf(notice)).replace("\n", "")


def test_the_qr_image_is_the_code_of_the_enrolment() -> None:
    """No reader of QR codes is at hand; so the picture's modules are compared with the code that was asked for."""
    address = mfa.enrolment(SEED, "analyst-a", "hic.internal")
    parsed = pyotp.parse_uri(address)
    assert isinstance(parsed, pyotp.TOTP)
    assert (parsed.secret, parsed.issuer, parsed.name) == (SEED, mfa.ISSUER, "analyst-a@hic.internal")
    image = Image.open(io.BytesIO(mfa.qr_image(address))).convert("1")
    wanted = [list(line) for line in segno.make_qr(address, error="q").matrix]
    size = len(wanted) + 8
    assert image.size == (size * mfa.PIXELS, size * mfa.PIXELS)
    seen = [
        [int(image.getpixel(((x + 4) * mfa.PIXELS + 3, (y + 4) * mfa.PIXELS + 3)) == 0) for x in range(len(wanted))]
        for y in range(len(wanted))
    ]
    assert seen == wanted


def test_tokens_for_the_radius_server() -> None:
    lines = mfa.radius_tokens({"b": SEED, "a": SEED}).splitlines()
    assert [line.split(",")[0] for line in lines] == ["HIC-a", "HIC-b"]
    serial, seed, kind, digits, seconds = lines[0].split(",")
    assert bytes.fromhex(seed) == pyotp.TOTP(SEED).byte_secret()
    assert (serial, kind, digits, seconds) == ("HIC-a", "TOTP", "6", "30")
    assert len(pyotp.TOTP(mfa.make_seed()).byte_secret()) * 8 >= 128
