"""Certificates, key files and lists, judged by OpenSSL itself."""

from __future__ import annotations

import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from provisioning.clock import JST
from provisioning.environments.credentials import certificates
from provisioning.environments.credentials.certificates import Authority, ClientCertificate, Revoked

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=JST)
DAYS = (date(2026, 11, 1), date(2027, 4, 30))


@pytest.fixture(scope="module")
def authority() -> Authority:
    return certificates.make_authority("HIC Client CA 1", NOW)


@pytest.fixture(scope="module")
def client(authority: Authority) -> ClientCertificate:
    return certificates.issue(authority, "analyst-a", "HIC-2026-001", DAYS)


def openssl(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *map(str, arguments)], input=stdin, capture_output=True, check=False)


def verified(
    folder: Path, authority: Authority, client: ClientCertificate, signed_list: bytes, at: datetime, purpose: str
) -> subprocess.CompletedProcess[bytes]:
    (folder / "ca.pem").write_text(certificates.pem(authority.certificate))
    (folder / "client.pem").write_text(certificates.pem(client.certificate))
    (folder / "list.der").write_bytes(signed_list)
    assert openssl("crl", "-inform", "DER", "-in", folder / "list.der", "-out", folder / "list.pem").returncode == 0
    files = ("-CAfile", folder / "ca.pem", "-CRLfile", folder / "list.pem", folder / "client.pem")
    return openssl("verify", "-x509_strict", "-crl_check", "-purpose", purpose, "-attime", int(at.timestamp()), *files)


def test_openssl_accepts_a_client_and_nothing_else(
    tmp_path: Path, authority: Authority, client: ClientCertificate
) -> None:
    signed = certificates.revocation_list(authority, [], NOW, 1)
    assert verified(tmp_path, authority, client, signed, NOW, "sslclient").returncode == 0
    as_server = verified(tmp_path, authority, client, signed, NOW, "sslserver")
    assert as_server.returncode != 0
    assert b"unsuitable certificate purpose" in as_server.stderr


def test_a_revoked_one_is_refused(tmp_path: Path, authority: Authority, client: ClientCertificate) -> None:
    other = certificates.issue(authority, "analyst-b", "HIC-2026-001", DAYS)
    lost = Revoked(client.certificate.serial_number, NOW, x509.ReasonFlags.key_compromise)
    signed = certificates.revocation_list(authority, [lost], NOW, 2)
    refused = verified(tmp_path, authority, client, signed, NOW, "sslclient")
    assert b"certificate revoked" in refused.stderr
    assert verified(tmp_path, authority, other, signed, NOW, "sslclient").returncode == 0


def test_another_root_of_the_same_name_is_not_believed(
    tmp_path: Path, authority: Authority, client: ClientCertificate
) -> None:
    impostor = certificates.make_authority("HIC Client CA 1", NOW)
    signed = certificates.revocation_list(impostor, [], NOW, 1)
    assert verified(tmp_path, impostor, client, signed, NOW, "sslclient").returncode != 0


@pytest.mark.parametrize(
    ("at", "good"),
    [
        (datetime(2026, 11, 1, 0, 0, tzinfo=JST) - timedelta(minutes=50), True),  # a clock that is behind
        (datetime(2026, 11, 1, 0, 0, tzinfo=JST) - timedelta(minutes=70), False),
        (datetime(2027, 4, 30, 23, 59, 0, tzinfo=JST), True),
        (datetime(2027, 5, 1, 0, 0, 1, tzinfo=JST), False),
    ],
)
def test_it_lasts_as_long_as_the_period(
    client: ClientCertificate, authority: Authority, tmp_path: Path, at: datetime, good: bool
) -> None:
    (tmp_path / "ca.pem").write_text(certificates.pem(authority.certificate))
    (tmp_path / "client.pem").write_text(certificates.pem(client.certificate))
    files = ("-CAfile", tmp_path / "ca.pem", tmp_path / "client.pem")
    # The root is made at the time of the test's clock, the day after the period starts: only the client's time counts.
    seconds = int(at.timestamp())
    not_before, not_after = client.certificate.not_valid_before_utc, client.certificate.not_valid_after_utc
    assert (not_before.timestamp() <= seconds <= not_after.timestamp()) is good
    if at > NOW:
        assert (openssl("verify", "-purpose", "sslclient", "-attime", seconds, *files).returncode == 0) is good


def test_openssl_opens_the_key_file_with_its_password_alone(
    tmp_path: Path, authority: Authority, client: ClientCertificate
) -> None:
    file = tmp_path / "chain.pfx"
    file.write_bytes(certificates.chain_file(client, authority.certificate, "Right-Password-1"))
    shown = openssl("pkcs12", "-in", file, "-info", "-nodes", "-passin", "stdin", stdin=b"Right-Password-1\n")
    assert shown.returncode == 0
    assert shown.stdout.count(b"BEGIN CERTIFICATE") == 2
    assert b"AES-256-CBC" in shown.stderr
    assert openssl("pkcs12", "-in", file, "-nokeys", "-passin", "stdin", stdin=b"wrong\n").returncode != 0
    assert openssl("pkcs12", "-in", file, "-nokeys", "-passin", "stdin", stdin=b"\n").returncode != 0


def test_what_workspaces_asks_of_certificates(authority: Authority, client: ClientCertificate) -> None:
    lines = certificates.pem(authority.certificate).splitlines()
    assert {len(line) for line in lines[1:-2]} == {64}
    extensions = client.certificate.extensions
    assert extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    usage = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert certificates.common_name(client.certificate) == "analyst-a"


def test_keys_do_not_show(authority: Authority, client: ClientCertificate) -> None:
    assert "PRIVATE" not in repr(authority) + repr(client)
    assert "key=" not in repr(authority) + repr(client)


def test_a_key_of_another_root_is_noticed(authority: Authority) -> None:
    other = certificates.make_authority("x", NOW)
    mixed = certificates.to_bundle(Authority(other.certificate, authority.key))
    with pytest.raises(ValueError, match="do not belong together"):
        certificates.from_bundle(mixed)
    assert certificates.from_bundle(certificates.to_bundle(authority)).certificate == authority.certificate
