"""The second factor: one-time codes that a phone makes and the directory's RADIUS server checks (HIC-8)."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Mapping

import pyotp
import segno

ISSUER = "HIC WorkSpaces"  # told apart from the portal's own registration, which is another one
PIXELS = 8  # of one module


def make_seed() -> str:
    """A new shared secret of 160 bits, in base32 (RFC 4226 asks for at least 128)."""
    return pyotp.random_base32()


def enrolment(seed: str, user: str, domain: str) -> str:
    """The address behind the QR code, as authenticator apps read it: six digits, every 30 seconds, SHA-1."""
    return pyotp.TOTP(seed).provisioning_uri(name=f"{user}@{domain}", issuer_name=ISSUER)


def qr_code(text: str) -> segno.QRCode:
    """The text as a QR code that stays readable when a quarter of it is spoilt."""
    return segno.make_qr(text, error="q")


def qr_image(text: str) -> bytes:
    """The QR code as PNG, black on white with the quiet zone that readers need."""
    image = io.BytesIO()
    qr_code(text).save(image, kind="png", scale=PIXELS, border=4)
    return image.getvalue()


def radius_tokens(seeds: Mapping[str, str]) -> str:
    """Seeds by user as the CSV that token servers import: serial, seed in hex, type, digits, seconds."""
    lines = io.StringIO()
    for user, seed in sorted(seeds.items()):
        padded = seed + "=" * (-len(seed) % 8)
        csv.writer(lines).writerow((f"HIC-{user}", base64.b32decode(padded).hex(), "TOTP", 6, 30))
    return lines.getvalue()
