"""HIC's own certificate authority as the records know it: its root, what it signed and revoked (HIC-9, HIC-10).

The key lies in Secrets Manager alone; records hold public things. WorkSpaces does not read revocation lists, so a
revoked certificate alone does not keep a terminal out: see `revoking.py` for what does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509

from provisioning.actors import Actor, check_role
from provisioning.audit.log import AuditLog
from provisioning.aws.objects import ObjectStore
from provisioning.aws.records import Put, Record, RecordStore
from provisioning.aws.secrets import SecretStore
from provisioning.clock import Clock, stamp
from provisioning.environments.credentials import certificates
from provisioning.environments.credentials.certificates import Authority, ClientCertificate, Revoked
from provisioning.errors import DependencyFailed, Refused
from provisioning.messages import _

PK, ROOT, SERIAL = "CA", "ROOT", "SERIAL#"
LIST_KEY, ROOT_KEY = "shareData/ca/hic-client-ca.crl", "shareData/ca/hic-client-ca.cer"
RENEWED_BEFORE = timedelta(days=10)
REASONS = {
    "lost": x509.ReasonFlags.key_compromise,
    "left": x509.ReasonFlags.affiliation_changed,
    "replaced": x509.ReasonFlags.superseded,
    "ended": x509.ReasonFlags.cessation_of_operation,
    "unspecified": x509.ReasonFlags.unspecified,
}


@dataclass(frozen=True)
class Root:
    """What everybody may know of the authority. `generation` counts from 1; a replaced root is the next one."""

    generation: int
    certificate: x509.Certificate
    made_at: str
    list_number: int
    list_until: datetime | None  # None: no list was published yet
    record: Record

    @property
    def fingerprints(self) -> dict[str, str]:
        return certificates.fingerprints(self.certificate)


class CertificateAuthority:
    """Makes the root once, signs, and publishes what was revoked."""

    def __init__(self, records: RecordStore, audit: AuditLog, secrets: SecretStore, clock: Clock) -> None:
        self._records = records
        self._audit = audit
        self._secrets = secrets
        self._clock = clock

    def root(self) -> Root | None:
        """The root, or None while there is none."""
        record = self._records.get(PK, ROOT)
        if record is None:
            return None
        certificate = x509.load_pem_x509_certificate(record.data["certificate"].encode("ascii"))
        data, until = record.data, record.data.get("list_until")
        list_until = datetime.fromisoformat(until) if until else None
        return Root(data["generation"], certificate, data["made_at"], data["list_number"], list_until, record)

    def require_root(self) -> Root:
        """The root. Raises Refused with the command that makes it."""
        root = self.root()
        if root is None:
            raise Refused(_("There is no certificate authority yet."), fix=_("Make it once: hic platform ca create"))
        return root

    def create(self, actor: Actor, *, replace: bool = False) -> tuple[Root, bool]:
        """Make the root, if there is none or `replace`; it, and whether it was made now.

        A replaced root signs nothing any more: every handler's certificate is due again.
        """
        check_role(actor, "operator")
        known = self.root()
        if known and not replace:
            return known, False
        generation = known.generation + 1 if known else 1
        # The secret first: an interrupted run finds it again, and the record never names a key that is not there.
        bundle = self._secrets.keep(_secret(generation), lambda: certificates.to_bundle(self._made(generation)))
        certificate = certificates.from_bundle(bundle).certificate
        data: dict[str, Any] = {
            "generation": generation,
            "certificate": certificates.pem(certificate),
            "made_at": stamp(self._clock),
            "list_number": known.list_number if known else 0,
        }
        put = Put.over(known.record, data) if known else Put(PK, ROOT, data)
        details = {"generation": generation, "sha256": certificates.fingerprints(certificate)["sha256"]}
        self._audit.commit(actor, "ca.create", "ca", details, [put])
        return self.require_root(), True

    def load(self) -> Authority:
        """The authority with its key. Raises DependencyFailed with what to do when the key is lost."""
        root = self.require_root()
        bundle = self._secrets.read(_secret(root.generation))
        if bundle is None:
            raise DependencyFailed(_("The key of the certificate authority is lost."), fix=_lost(root.generation))
        try:
            authority = certificates.from_bundle(bundle)
        except ValueError as error:
            # Without its cause: a parser's words about a key have no place in a traceback.
            raise DependencyFailed(
                _("The key of the certificate authority is damaged."), fix=_lost(root.generation)
            ) from _without_text(error)
        if authority.certificate != root.certificate:
            raise DependencyFailed(
                _("The stored key is not that of the certificate authority on record."), fix=_lost(root.generation)
            )
        return authority

    def signed(self, client: ClientCertificate, approval_id: str, handler_id: str, generation: int) -> Put:
        """The record of a new certificate."""
        data = {
            "approval": approval_id,
            "handler": handler_id,
            "generation": generation,
            "sha256": certificates.fingerprints(client.certificate)["sha256"],
            "not_before": client.certificate.not_valid_before_utc.isoformat(),
            "not_after": client.certificate.not_valid_after_utc.isoformat(),
            "revoked": None,
        }
        return Put(PK, SERIAL + client.serial, data)

    def revoke(self, serial: str, reason: str) -> list[Put]:
        """The write that revokes a certificate; none when it is revoked already."""
        record = self._records.get(PK, SERIAL + serial)
        if record is None:
            raise Refused(
                _("No certificate has the serial number {serial}.").format(serial=serial),
                fix=_("See the numbers: hic env credentials status APPROVAL"),
            )
        if record.data["revoked"]:
            return []
        return [Put.over(record, {**record.data, "revoked": {"at": stamp(self._clock), "reason": reason}})]

    def publish(self, actor: Actor, share: ObjectStore) -> tuple[bytes, int]:
        """Sign and publish a new list of revoked certificates; it, and how many it names.

        Certificates of an earlier root are not on it: the present root cannot speak for them, and nobody trusts that
        root any more.
        """
        check_role(actor, "operator")
        authority, root = self.load(), self.require_root()
        number = root.list_number + 1
        revoked = self._revoked(root.generation)
        signed = certificates.revocation_list(authority, revoked, self._clock.now(), number)
        until = (self._clock.now() + timedelta(days=certificates.LIST_DAYS)).isoformat(timespec="seconds")
        put = Put.over(root.record, {**root.record.data, "list_number": number, "list_until": until})
        self._audit.commit(actor, "ca.publish", "ca", {"number": number, "revoked": len(revoked)}, [put])
        share.put_bytes(ROOT_KEY, certificates.pem(root.certificate).encode("ascii"))
        share.put_bytes(LIST_KEY, signed)
        return signed, len(revoked)

    def list_lapses(self) -> datetime | None:
        """When the published list lapses, if that is soon or over; None while it is good, or there is none."""
        root = self.root()
        if root is None or root.list_until is None or root.list_until - self._clock.now() > RENEWED_BEFORE:
            return None
        return root.list_until

    def _revoked(self, generation: int) -> Sequence[Revoked]:
        now = self._clock.now()
        found = []
        for record in self._records.list(PK, SERIAL):
            data = record.data
            if data["revoked"] and data["generation"] == generation and datetime.fromisoformat(data["not_after"]) > now:
                serial, at = int(record.sk.removeprefix(SERIAL), 16), datetime.fromisoformat(data["revoked"]["at"])
                found.append(Revoked(serial, at, REASONS[data["revoked"]["reason"]]))
        return found

    def _made(self, generation: int) -> Authority:
        return certificates.make_authority(f"HIC Client CA {generation}", self._clock.now())


def _secret(generation: int) -> str:
    return f"hic/ca/{generation}"


def _lost(generation: int) -> str:
    return _(
        "Restore it within its waiting period (aws secretsmanager restore-secret --secret-id {secret}). If it is gone "
        "for good: hic platform ca create --replace, import the new root into WorkSpaces, and issue every certificate "
        "anew."
    ).format(secret=_secret(generation))


def _without_text(error: Exception) -> Exception:
    return type(error)("not shown")
