"""The simulated push certificates portal: creating, renewing and revoking the certificates of each Apple ID."""

from __future__ import annotations

import base64
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import rsa
from msgspec.structs import replace

from ..certificates.chains import order_chain
from ..certificates.facts import ParsedCertificate, parse_certificate
from ..certificates.reading import read_certificates
from ..errors import Refusal
from ..inventory.exporting import to_pem
from ..inventory.sources import CertificateSource, PaperSource
from ..model.documents import copied
from ..model.push import PushCertificate, PushService
from ..model.push_topic import is_management_topic
from ..use_cases import Context, UseCases
from ..words import day
from .apple_ids import checked_apple_id, newest_renewable, refuse_foreign, refuse_foreign_topic, refuse_renewal
from .authorities import PushAuthorities
from .issuing import VENDOR
from .portal_table import PushRecords
from .requests import read_csr, read_portal_request
from .topics import app_subject, check_bundle, management_subject, push_subject

Records = list[PushCertificate]  # named here because ``PushPortal`` has a method called ``list``
ChainFiles = list[bytes]


class PushPortal(UseCases):
    """The portal's functions for a signed-in Apple ID. Each change is one transaction with its audit lines.

    Every method that takes an Apple ID refuses with ``apple-id-invalid`` if it isn't an e-mail address.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._records = PushRecords(self._database.table("push_certificates"))
        self.authorities = PushAuthorities(context)

    # Reading

    def list(self, apple_id: str | None = None) -> Records:
        """Every certificate, or those of one Apple ID, by id."""
        return self._records.all() if apple_id is None else self._records.of(checked_apple_id(apple_id))

    def get(self, id: int) -> PushCertificate:
        """One certificate; refuses with ``push-unknown``."""
        return self._records.get(id)

    def find(self, fingerprint_sha256: str) -> PushCertificate | None:
        """The certificate with this fingerprint (lower-case hexadecimal), such as an inventory entry's."""
        return self._records.by_fingerprint(fingerprint_sha256)

    def owner_of(self, fingerprint_sha256: str) -> str | None:
        """The Apple ID of a certificate; None if the portal doesn't know the certificate."""
        record = self.find(fingerprint_sha256)
        return None if record is None else record.apple_id

    def owner_of_topic(self, topic: str) -> str | None:
        """The Apple ID of a topic; None if the portal has no certificate of it."""
        return next((record.apple_id for record in self._records.of_topic(topic)), None)

    def to_renew(self, apple_id: str, *, renew: int | None = None, create: bool = False) -> PushCertificate | None:
        """The certificate that ``upload`` would renew; None if it would create a new topic. Refuses as ``upload``
        does."""
        owner = checked_apple_id(apple_id)
        if renew is None:
            own = [] if create else self._records.of(owner)
            return newest_renewable(record for record in own if record.service is PushService.MANAGEMENT)
        if create:
            raise Refusal("push-renew-or-create", "an upload renews a certificate, or creates one", "Choose one.")
        record = self.get(renew)
        refuse_foreign(record, owner)
        refuse_renewal(record)
        return record

    def pem(self, id: int) -> bytes:
        """The portal's download: the certificate alone, PEM."""
        return _pem(self.get(id))

    def chain_pem(self, id: int) -> bytes:
        """The same with its issuers up to the root; without them if it was obtained elsewhere."""
        return b"".join(map(to_pem, self._chain(id)))

    def source(self, id: int) -> CertificateSource | PaperSource:
        """The same, to be imported."""
        name = f"push certificate {id}"
        if self._context.on_paper:
            return PaperSource(chain=tuple(self._chain(id)), name=name)
        return CertificateSource(data=self.chain_pem(id), name=name)

    def _chain(self, id: int) -> ChainFiles:
        with self._database.moment():
            record = self.get(id)
            above = [] if record.authority_id is None else self.authorities.chain(record.authority_id)
        return [base64.b64decode(record.der), *above]

    # Changing

    def upload(self, apple_id: str, data: bytes, *, renew: int | None = None, create: bool = False) -> PushCertificate:
        """Renew or create a device management certificate with a vendor-signed request.

        ``renew`` is the id of the certificate to renew: its topic stays, and it is superseded. ``create`` makes a new
        topic. With neither, the Apple ID's newest renewable certificate is renewed, even if expired; if there is none,
        a new topic is created.

        Refuses with ``push-unknown``, ``push-other-apple-id``, ``push-revoked``, ``push-superseded``,
        ``push-app-certificate``, ``push-renew-or-create``, ``push-vendor-unknown``, ``push-vendor-expired``, and as
        ``read_portal_request`` does.
        """
        owner = checked_apple_id(apple_id)
        request = read_portal_request(data)
        self.authorities.check(request)
        return self._issue_management(owner, request.public_key, request.vendor, renew=renew, create=create)

    def issue_on_paper(self, apple_id: str, *, renew: int | None = None, create: bool = False) -> PushCertificate:
        """The same on paper, where certificates are issued so: nobody needs a request. Refuses as ``to_renew``."""
        return self._issue_management(checked_apple_id(apple_id), None, VENDOR, renew=renew, create=create)

    def _issue_management(
        self, owner: str, public_key: rsa.RSAPublicKey | None, vendor: str, *, renew: int | None, create: bool
    ) -> PushCertificate:
        self.to_renew(owner, renew=renew, create=create)  # refuse before creating anything
        issuer = self.authorities.issuer()
        with self._database.transaction():
            old = self.to_renew(owner, renew=renew, create=create)
            subject = management_subject(uuid4()) if old is None else push_subject(old.topic, old.name)
            issued = parse_certificate(issuer.issue(public_key, subject, self._clock.now()))
            return self._keep_issued(self._record(issued, owner, vendor, issuer.authority.id), old)

    def issue_app(self, apple_id: str, csr: bytes, bundle: str) -> PushCertificate:
        """Issue an app's push certificate for a plain request (PKCS #10, PEM or DER); its topic is the bundle id.

        The Apple ID's previous certificate for this app is superseded. Refuses with ``bundle-invalid``,
        ``push-other-apple-id`` if the bundle id is another Apple ID's, and as ``read_csr`` does.
        """
        owner, bundle = checked_apple_id(apple_id), check_bundle(bundle)
        _, public_key = read_csr(csr)
        return self._issue_app(owner, public_key, bundle)

    def issue_app_on_paper(self, apple_id: str, bundle: str) -> PushCertificate:
        """The same on paper. Refuses with ``bundle-invalid`` and ``push-other-apple-id``."""
        return self._issue_app(checked_apple_id(apple_id), None, check_bundle(bundle))

    def _issue_app(self, owner: str, public_key: rsa.RSAPublicKey | None, bundle: str) -> PushCertificate:
        refuse_foreign_topic(self._records.of_topic(bundle), owner)  # refuse before creating anything
        issuer = self.authorities.issuer()
        with self._database.transaction():
            before = self._records.of_topic(bundle)
            refuse_foreign_topic(before, owner)
            issued = parse_certificate(issuer.issue(public_key, app_subject(bundle), self._clock.now()))
            return self._keep_issued(self._record(issued, owner, None, issuer.authority.id), newest_renewable(before))

    def adopt(self, apple_id: str, certificate: bytes) -> PushCertificate:
        """Register a push certificate obtained elsewhere (PEM or DER) under its Apple ID.

        Registering it again changes nothing. A later certificate supersedes an earlier one of the same topic. Refuses
        with ``push-no-topic``, with ``push-other-apple-id`` if the topic is another Apple ID's, and as
        ``read_certificates`` does.
        """
        owner = checked_apple_id(apple_id)
        leaf = order_chain(read_certificates(certificate).certificates)[0]
        record = self._record(leaf, owner, None, None)
        with self._database.transaction():
            family = self._records.of_topic(record.topic)
            refuse_foreign_topic(family, owner)
            known = self.find(record.fingerprint_sha256)
            if known is not None:
                return known
            earlier = [other for other in family if other.not_before < record.not_before]
            later = [other for other in family if other.not_before > record.not_before]
            successor = min(later, key=lambda other: other.not_before, default=None)
            record = self._records.add(replace(record, superseded_by=None if successor is None else successor.id))
            self._log("adopt", record, f"{record.name}, obtained outside, registered for {owner}; topic {record.topic}")
            for other in earlier:
                if other.revoked_at is None and other.superseded_by == record.superseded_by:
                    self._supersede(other, record)
        return record

    def forget(self, apple_id: str, id: int) -> PushCertificate:
        """Remove a certificate registered by ``adopt``, for example because of a mistyped Apple ID.

        Refuses with ``push-unknown``, ``push-other-apple-id``, or ``push-issued-here``.
        """
        owner = checked_apple_id(apple_id)
        with self._database.transaction():
            record = self.get(id)
            refuse_foreign(record, owner)
            if record.authority_id is not None:
                raise Refusal(
                    "push-issued-here",
                    f"push certificate {id} ({record.name}) was issued here, and stays in the portal's list",
                    "Revoke it where it should not be used any more.",
                )
            for other in self._records.of_topic(record.topic):
                if other.superseded_by == id:
                    self._records.change(other, superseded_by=record.superseded_by)
            self._records.remove(id)
            self._log("forget", record, f"{record.name} is no longer registered for {owner}")
        return record

    def revoke(self, apple_id: str, id: int) -> PushCertificate:
        """Revoke a certificate: nothing can be pushed with it any more. Idempotent.

        Refuses with ``push-unknown`` or ``push-other-apple-id``.
        """
        owner = checked_apple_id(apple_id)
        with self._database.transaction():
            record = self.get(id)
            refuse_foreign(record, owner)
            if record.revoked_at is None:
                record = self._records.change(record, revoked_at=self._clock.now())
                self._log("revoke", record, f"{record.name} revoked by {owner}; topic {record.topic}")
        return record

    def _record(
        self, certificate: ParsedCertificate, owner: str, vendor: str | None, authority_id: int | None
    ) -> PushCertificate:
        """The record of a certificate, without its id; refuses with ``push-no-topic``."""
        facts, topic = certificate.facts, certificate.facts.topic
        if topic is None:
            raise Refusal(
                "push-no-topic",
                f"{facts.name} is not a push certificate: its subject names no topic (UID)",
                "Bring the certificate that the push portal gave.",
            )
        return copied(
            PushCertificate,
            facts,
            id=0,
            apple_id=owner,
            service=PushService.MANAGEMENT if is_management_topic(topic) else PushService.APP,
            topic=topic,
            vendor=vendor,
            authority_id=authority_id,
            created_at=self._clock.now(),
            created_by=self._actor.user,
            der=base64.b64encode(certificate.der).decode("ascii"),
        )

    def _keep_issued(self, record: PushCertificate, old: PushCertificate | None) -> PushCertificate:
        """Store an issued certificate, superseding ``old`` if given, inside a transaction."""
        record = self._records.add(record)
        until = f"until {day(record.not_after)}, topic {record.topic}"
        if old is None:
            self._log("issue", record, f"{record.name} issued to {record.apple_id}, {until}")
        else:
            self._log("renew", record, f"{record.name} renewed by {record.apple_id}, {until}")
            self._supersede(old, record)
        return record

    def _supersede(self, old: PushCertificate, new: PushCertificate) -> None:
        self._records.change(old, superseded_by=new.id)
        self._log("supersede", old, f"{old.name} superseded by push certificate {new.id}")

    def _log(self, action: str, record: PushCertificate, summary: str) -> None:
        self._audit.record(f"push.{action}", f"push-certificate:{record.id}", summary)


def _pem(record: PushCertificate) -> bytes:
    return to_pem(base64.b64decode(record.der))
