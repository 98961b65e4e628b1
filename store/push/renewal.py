"""Getting or renewing an APNs certificate: request, vendor signature, and importing the portal's certificate."""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.oid import NameOID

from ..errors import Refusal
from ..inventory.inventory import Inventory
from ..inventory.requests import SigningRequests
from ..inventory.sources import ImportResult, OnConflict, PaperSource, ReplaceResult
from ..model.certificate import Certificate, UseAs
from ..model.push import PushService
from ..model.push_topic import is_management_topic
from ..model.request import KeySpec, SigningRequest
from ..words import day, plural
from .apple_ids import checked_apple_id
from .portal import PushPortal
from .requests import sign_for_portal

_TITLES = {PushService.MANAGEMENT: "Device management push", PushService.APP: "App push"}


class PushCertificates:
    """The administrator's part between the push portal and the inventory.

    The caller knows which inventory entry is in use.
    """

    def __init__(self, portal: PushPortal, requests: SigningRequests, inventory: Inventory) -> None:
        self._portal = portal
        self._requests = requests
        self._inventory = inventory

    def request(
        self,
        *,
        service: PushService = PushService.MANAGEMENT,
        subject: str | None = None,
        name: str | None = None,
        email: str | None = None,
        country: str | None = None,
        description: str | None = None,
    ) -> SigningRequest:
        """Generate a key (RSA-2048) and a request for a push certificate; the key stays in the vault.

        The subject is ``subject`` (RFC 4514), or one of ``name``, ``email`` and ``country`` (two letters). The portal
        ignores it. Refuses with ``subject-invalid``.
        """
        return self._requests.create(
            subject=_subject(name or _TITLES[service], email, country) if subject is None else subject,
            key=KeySpec.RSA_2048,
            use_as=UseAs.APNS,
            description=_TITLES[service] if description is None else description,
        )

    def sign(self, request_id: int) -> bytes:
        """The file to upload: a request signed by the simulated vendor (see ``requests``).

        Refuses with ``not-found``, or ``push-key-not-accepted`` if its key is of another kind.
        """
        return self.sign_csr(self._requests.pem(request_id))

    def sign_csr(self, csr: bytes) -> bytes:
        """The same for any request (PKCS #10, PEM or DER); refuses as ``read_csr`` does."""
        return sign_for_portal(csr, self._portal.authorities.vendor())

    def upload_warning(
        self,
        certificate: Certificate | None,
        apple_id: str,
        *,
        renew: int | None = None,
        create: bool = False,
        devices: int | None = None,
    ) -> str | None:
        """A one-sentence warning before uploading as this Apple ID; None if all is well.

        ``certificate`` is the inventory entry in use, None for a first one; ``renew`` and ``create`` are those of the
        upload. ``devices`` is how many Apple devices are enrolled; those that an expiry has cut off are not, so a late
        renewal needs no warning. Refuses as ``PushPortal.to_renew``.
        """
        owner = checked_apple_id(apple_id)
        if certificate is None:
            return None
        title = f"certificate {certificate.id} ({certificate.name})"
        topic = certificate.topic
        if topic is None:
            return f"{title} names no topic, so nobody can tell whether it stays"
        known = self._portal.find(certificate.fingerprint_sha256)
        holder = self._portal.owner_of_topic(topic) if known is None else known.apple_id
        if not is_management_topic(topic):
            if holder in (None, owner):
                return None
            return f"{title} belongs to {holder}; another Apple ID gets no certificate for the app {topic}"
        changes = "the topic changes, though no Apple device is enrolled"
        if devices != 0:
            changes = f"the topic changes and {_count(devices)} must re-enroll"
        if holder is None:
            return f"whose {title} is, the push portal doesn't know; unless it is {owner}'s, {changes}"
        if holder != owner:
            return f"{title} belongs to {holder}; with another Apple ID {changes}"
        if known is not None and known.revoked_at is not None:
            whom = "the devices that it cut off" if devices == 0 else _count(devices)
            return f"{title} was revoked on {day(known.revoked_at)}; {whom} must re-enroll"
        renewed = self._portal.to_renew(owner, renew=renew, create=create)
        if renewed is None:
            return f"this makes a new certificate in place of renewing {title}: {changes}"
        if renewed.topic != topic:
            return f"this renews push certificate {renewed.id}, which is not of the topic of {title}: {changes}"
        return None

    def complete(
        self,
        push_certificate_id: int,
        *,
        replace: int | None = None,
        description: str | None = None,
        on_conflict: OnConflict = OnConflict.FAIL,
    ) -> ReplaceResult | ImportResult:
        """Import the certificate that the portal issued, with its chain; the key comes from our request.

        ``replace`` is the entry to replace. ``description`` None keeps the old entry's, or the request's. Refuses with
        ``push-unknown``, with ``apns-needs-key`` or ``replacement-without-key`` if the request was made elsewhere, and
        as ``Inventory.replace`` and ``Inventory.import_from`` do.
        """
        source = self._portal.source(push_certificate_id)
        if isinstance(source, PaperSource) and description is None:  # nobody made a request, whose description it takes
            old = "" if replace is None else self._inventory.get(replace).description
            description = old or _TITLES[self._portal.get(push_certificate_id).service]
        if replace is not None:
            return self._inventory.replace(replace, source, description=description, on_conflict=on_conflict)
        return self._inventory.import_from(
            source, use_as=UseAs.APNS, description=description or "", on_conflict=on_conflict
        )


def _subject(name: str, email: str | None, country: str | None) -> str:
    try:
        (email or "").encode("ascii")  # an IA5String (RFC 5280, 4.1.2.6)
        attributes = [
            x509.NameAttribute(oid, value.strip())
            for oid, value in (
                (NameOID.EMAIL_ADDRESS, email),
                (NameOID.COMMON_NAME, name),
                (NameOID.COUNTRY_NAME, country and country.upper()),
            )
            if value
        ]
    except ValueError as error:
        raise Refusal(
            "subject-invalid",
            "of that no subject can be made",
            "A name has up to 64 characters, an e-mail address ASCII ones alone, a country two letters.",
        ) from error
    return x509.Name(attributes).rfc4514_string()


def _count(devices: int | None) -> str:
    if devices is None:
        return "all Apple devices"
    return plural(devices, "Apple device")
