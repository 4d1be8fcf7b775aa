"""Certificates, key files and revocation lists of HIC's own authority (HIC-9). Pure but for the making of keys.

Keys are RSA with 2048 bits for handlers. Elliptic keys would be made faster, but the .pfx is opened by whatever
Windows, smart card middleware and browser a place has, and all of them take RSA; twenty keys cost two seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from provisioning.clock import JST

AUTHORITY_BITS, HANDLER_BITS = 3072, 2048
AUTHORITY_YEARS = 10
# Terminals whose clock is behind must not refuse a new certificate.
SKEW = timedelta(hours=1)
LIST_DAYS = 30


@dataclass(frozen=True)
class Authority:
    """The authority with its key, which signs."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey = field(repr=False)


@dataclass(frozen=True)
class Revoked:
    """A certificate that must not be accepted any more."""

    serial: int
    at: datetime
    reason: x509.ReasonFlags = x509.ReasonFlags.unspecified


@dataclass(frozen=True)
class ClientCertificate:
    """A handler's certificate and its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey = field(repr=False)

    @property
    def serial(self) -> str:
        """The serial number in hex, as records and notices write it."""
        return serial_text(self.certificate.serial_number)


def serial_text(serial: int) -> str:
    """A serial number as records and notices write it: hex digits in capitals, an even number of them."""
    text = f"{serial:X}"
    return text if len(text) % 2 == 0 else f"0{text}"


def make_key(bits: int) -> rsa.RSAPrivateKey:
    """A new key."""
    return rsa.generate_private_key(65537, bits)


def make_authority(name: str, now: datetime) -> Authority:
    """A new root, good for ten years and for nothing but signing handlers' certificates and lists."""
    key = make_key(AUTHORITY_BITS)
    subject = _name(name)
    certificate = (
        _builder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + timedelta(days=365 * AUTHORITY_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(certificate, key)


def issue(authority: Authority, handler_id: str, approval_id: str, days: tuple[date, date]) -> ClientCertificate:
    """A certificate for TLS client authentication, good on all `days` of the approval's period (first, last)."""
    key = make_key(HANDLER_BITS)
    first, last = (datetime.combine(day, time(), JST) for day in days)
    signer = authority.certificate
    identifier = signer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    certificate = (
        _builder(signer.subject, _name(handler_id, approval_id), key.public_key(), x509.random_serial_number())
        .not_valid_before(first - SKEW)
        .not_valid_after(last + timedelta(days=1) - timedelta(seconds=1))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return ClientCertificate(certificate, key)


def chain_file(client: ClientCertificate, authority: x509.Certificate, password: str) -> bytes:
    """The .pfx: key, certificate and root, encrypted by AES-256, which Windows 10 from 1709 on opens."""
    encryption = serialization.BestAvailableEncryption(password.encode())
    name = common_name(client.certificate).encode("ascii")
    return pkcs12.serialize_key_and_certificates(name, client.key, client.certificate, [authority], encryption)


def revocation_list(authority: Authority, revoked: Iterable[Revoked], now: datetime, number: int) -> bytes:
    """The list of revoked certificates, signed, as DER; a newer one is due within `LIST_DAYS` days."""
    signer = authority.certificate
    identifier = signer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(signer.subject)
        .last_update(now - SKEW)
        .next_update(now + timedelta(days=LIST_DAYS))
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
    )
    for one in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(one.serial).revocation_date(one.at)
        if one.reason is not x509.ReasonFlags.unspecified:
            entry = entry.add_extension(x509.CRLReason(one.reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def pem(certificate: x509.Certificate) -> str:
    """The certificate as text in lines of 64 characters, as WorkSpaces wants roots and Windows reads .cer files."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def common_name(certificate: x509.Certificate) -> str:
    """The common name of whom it certifies."""
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def fingerprints(certificate: x509.Certificate) -> dict[str, str]:
    """`sha1` (the thumbprint that Windows shows before it trusts a root) and `sha256`, in hex."""
    return {
        "sha1": certificate.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303 - shown by Windows, not relied on
        "sha256": certificate.fingerprint(hashes.SHA256()).hex().upper(),
    }


def to_bundle(authority: Authority) -> str:
    """Key and certificate as one secret text."""
    key = authority.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return key.decode("ascii") + pem(authority.certificate)


def from_bundle(text: str) -> Authority:
    """The reverse of `to_bundle`. Raises ValueError when the text is none."""
    key = serialization.load_pem_private_key(text.encode("ascii"), password=None)
    certificate = x509.load_pem_x509_certificate(text.encode("ascii"))
    if not isinstance(key, rsa.RSAPrivateKey) or key.public_key() != certificate.public_key():
        raise ValueError("key and certificate do not belong together")
    return Authority(certificate, key)


def _builder(issuer: x509.Name, subject: x509.Name, public: rsa.RSAPublicKey, serial: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(public)
        .serial_number(serial)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(common: str, unit: str = "") -> x509.Name:
    parts = [(NameOID.COUNTRY_NAME, "JP"), (NameOID.ORGANIZATION_NAME, "HIC")]
    if unit:
        parts.append((NameOID.ORGANIZATIONAL_UNIT_NAME, unit))
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in [*parts, (NameOID.COMMON_NAME, common)]])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,  # without it, WorkSpaces does not accept a terminal
        content_commitment=False,
        key_encipherment=not signs_certificates,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
