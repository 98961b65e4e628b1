"""Certificate authorities for tests: a root, intermediates of any depth, and what they issue."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import AuthorityInformationAccessOID as Access

from ..simulator.company.credentials import Credential
from ..simulator.company.purposes import CA, CODE_SIGNING, SIGNING, TLS_BOTH, TLS_CLIENT, TLS_SERVER, Purpose
from ..store.authorities.validity import Validity
from .certificate_writing import (
    Signer,
    alternative_names,
    authority_key_id,
    encoded,
    key_id_of,
    public_key_der,
    serial_number_for,
    subject_key_id,
    usual_extensions,
    validity_der,
    write_certificate,
)
from .key_making import TEST_ONLY, KeyMaker, KeyType, PrivateKey, key_type_of
from .leaf import FixtureCertificate, Pem, is_pyopenssl, pem_of, private_key_pem
from .names import (
    NO_SUBJECT,
    ORGANIZATION,
    fitting,
    general_name,
    general_names,
    leading_names,
    subject_der,
)

ALWAYS = Validity(datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC))
"""The validity of what is issued without another: tests must not rot."""

PURPOSES: dict[str, Purpose] = {
    "server": TLS_SERVER,
    "client": TLS_CLIENT,
    "both": TLS_BOTH,
    "code-signing": CODE_SIGNING,
    "any": SIGNING,
}
"""What a certificate can be for."""


def authority(
    name: str = "",
    *,
    depth: int = 0,
    seed: int = 7,
    fixed_keys: bool = False,
    key_type: KeyType = "ec-p256",
    organization: str = ORGANIZATION,
    at: datetime | None = None,
    url: str | None = None,
) -> FixtureAuthority:
    """A new PKI: a root, and ``depth`` intermediates below it. The answer is the lowest CA, which issues; its ``root``
    is what clients trust.

    The same arguments give the same names, serial numbers and dates. With ``fixed_keys`` they also give the same keys
    and signatures, to the byte; everybody can make those keys, and their certificates say so in the subject. ``at`` is
    the time from which ``issue_cert(days=…)`` counts, by default the machine's. ``url`` is where CRLs, CA certificates
    and the OCSP responder are: certificates point there.
    """
    if depth < 0:
        raise ValueError("a chain can't have fewer than no intermediates")
    keys = KeyMaker(seed, fixed=fixed_keys)
    common_name = name or f"Test Root CA {seed}"
    subject = subject_der(leading_names(organization, TEST_ONLY if fixed_keys else ""), common_name)
    key = keys.make(key_type_of(key_type), b"root " + subject)
    spki = public_key_der(key)
    der = write_certificate(
        Signer(key, repeatable=fixed_keys),
        serial_number=serial_number_for(b"%d" % seed, subject),
        issuer=subject,
        validity=validity_der(ALWAYS),
        subject=subject,
        spki=spki,
        extensions=(subject_key_id(key_id_of(spki)), usual_extensions(CA, key.public_key())),
    )
    found = FixtureAuthority(der, key, None, keys, seed=seed, organization=organization, at=at, url=url)
    return found.with_intermediates(depth, key_type=key_type, name=name)


class FixtureAuthority:
    """A CA with its key. ``authority`` makes one, ``create_child_ca`` another below it.

    It has the methods of ``trustme.CA``: ``issue_cert``, ``create_child_ca``, ``configure_trust``, ``cert_pem``,
    ``private_key_pem``, ``from_pem``. ``parent`` is its issuer, None for a root.
    """

    def __init__(
        self,
        der: bytes,
        key: PrivateKey,
        parent: FixtureAuthority | None,
        keys: KeyMaker,
        *,
        seed: int = 7,
        organization: str = ORGANIZATION,
        at: datetime | None = None,
        url: str | None = None,
    ) -> None:
        self.der, self.key, self.parent = der, key, parent
        self.certificate = x509.load_der_x509_certificate(der)
        self.seed, self.organization, self.at, self.url = seed, organization, at, url
        self._keys = keys
        self._signer = Signer(key, repeatable=keys.fixed)
        self.subject = self.certificate.subject.public_bytes()
        own_id = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
        self._authority_id = authority_key_id(own_id)
        self._pointers = self._pointing()
        self._usual: dict[tuple[str, KeyType], bytes] = {}
        self._asked: dict[bytes, int] = {}

    def __call__(self, name: str = "", **options: Any) -> FixtureAuthority:
        """Another PKI of the same seed, by the arguments of ``authority``: so the fixture is a factory too."""
        return authority(name, **{"seed": self.seed, "fixed_keys": self.fixed_keys, **options})

    @property
    def fixed_keys(self) -> bool:
        """Whether its keys depend on the seed, and are known to everybody."""
        return self._keys.fixed

    @property
    def root(self) -> FixtureAuthority:
        """The root above it, or itself."""
        return self if self.parent is None else self.parent.root

    @property
    def chain(self) -> tuple[FixtureAuthority, ...]:
        """Itself and the CAs above it, the root last."""
        return (self,) if self.parent is None else (self, *self.parent.chain)

    @property
    def cert_pem(self) -> Pem:
        """Its certificate. Clients trust that of its ``root``."""
        return Pem(pem_of(self.der))

    @property
    def private_key_pem(self) -> Pem:
        """Its private key as PKCS #8."""
        return private_key_pem(self.key)

    def configure_trust(self, context: Any) -> None:
        """Let an ``ssl.SSLContext``, or pyOpenSSL's, trust the root. Raises ``TypeError`` for another."""
        if isinstance(context, ssl.SSLContext):
            context.load_verify_locations(cadata=self.root.der)
        elif is_pyopenssl(context):
            from OpenSSL import crypto  # type: ignore[import-not-found, unused-ignore]  # whoever calls this has it

            context.get_cert_store().add_cert(crypto.X509.from_cryptography(self.root.certificate))
        else:
            raise TypeError(f"{type(context).__name__} is no SSL context that trust can be given to")

    def create_child_ca(
        self,
        key_type: KeyType = "ec-p256",
        *,
        common_name: str = "",
        path_length: int | None = None,
        validity: Validity = ALWAYS,
        extensions: Sequence[x509.ExtensionType] = (),
    ) -> FixtureAuthority:
        """A CA below this one; ``path_length`` is how many more may be below it, None for any number."""
        below = common_name or f"{_common_name(self.certificate)}, below"
        subject = subject_der(leading_names(self.organization, TEST_ONLY if self.fixed_keys else ""), below)
        what = self._asked_for(b"CA", subject, validity_der(validity))
        key = self._keys.make(key_type_of(key_type), what)
        usual = usual_extensions(CA, key.public_key(), path_length)
        der = self.write(what, key, subject, validity, (usual, *map(encoded, extensions)))
        return self.below(der, key)

    def with_intermediates(self, depth: int, *, key_type: KeyType = "ec-p256", name: str = "") -> FixtureAuthority:
        """The lowest of ``depth`` CAs below this one, or itself."""
        found = self
        for number in range(1, depth + 1):
            below = f"{name}, intermediate {number}" if name else f"Test Intermediate CA {self.seed}-{number}"
            found = found.create_child_ca(key_type=key_type, common_name=below, path_length=depth - number)
        return found

    def below(self, der: bytes, key: PrivateKey) -> FixtureAuthority:
        """An authority from a certificate that this one has issued, whether it is a CA's or not."""
        return FixtureAuthority(
            der, key, self, self._keys, seed=self.seed, organization=self.organization, at=self.at, url=self.url
        )

    def issue_cert(
        self,
        *identities: str,
        common_name: str | None = None,
        organization_name: str | None = None,
        organization_unit_name: str | None = None,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        key_type: KeyType = "ec-p256",
        purpose: str = "both",
        days: int | None = None,
        number: int = 0,
        extensions: Sequence[x509.ExtensionType] = (),
    ) -> FixtureCertificate:
        """A certificate over a new key.

        ``identities``: host names (wildcards and international ones too), IP addresses and networks, mail addresses,
        URIs. The first one is the common name, if none is given. Without dates it is valid from 2020 to 2120; ``days``
        ends it so many days from now, and before now if they are below 0. ``purpose`` is one of ``PURPOSES``. With
        fixed keys the same arguments give the same certificate; ``number`` asks for others.

        Raises ``ValueError`` without a name, and for a purpose or a key type that there isn't.
        """
        if not identities and common_name is None:
            raise ValueError("name at least one identity, or a common name")
        common_name = fitting(identities[0]) if common_name is None else common_name
        unit = organization_unit_name or (TEST_ONLY if self.fixed_keys else "")
        subject = subject_der(leading_names(organization_name or self.organization, unit), common_name)
        validity = self._validity(not_before, not_after, days)
        names, numbered = general_names(identities), b"%d" % number
        return self._issue(subject, names, validity, purpose, key_type_of(key_type), numbered, extensions)

    def issue_certs(
        self, identities: Iterable[str], *, purpose: str = "both", key_type: KeyType = "ec-p256"
    ) -> list[FixtureCertificate]:
        """A certificate for each name, the same as ``issue_cert`` gives for it."""
        leading, kind = leading_names(self.organization, TEST_ONLY if self.fixed_keys else ""), key_type_of(key_type)
        return [
            self._issue(subject_der(leading, fitting(name)), general_name(name), ALWAYS, purpose, kind, b"0")
            for name in identities
        ]

    def issue(self, subject: x509.Name, purpose: Purpose, validity: Validity) -> Credential:
        """A leaf for any subject, as the simulator's authorities issue it: for what the simulator makes."""
        encoded_name, what = subject.public_bytes(), validity_der(validity)
        name = next(name for name, one in PURPOSES.items() if one == purpose)
        made = self._issue(encoded_name, b"", validity, name, "ec-p256", what)
        return Credential(made.certificate, made.chain[1:], made.key)

    @classmethod
    def from_pem(cls, cert_bytes: bytes, private_key_bytes: bytes) -> FixtureAuthority:
        """An authority from the certificate and key (PEM) of an existing one, as a root. Raises ``ValueError`` for a
        key of another kind."""
        key = load_pem_private_key(private_key_bytes, None)
        if not isinstance(key, PrivateKey):
            raise ValueError("a test authority's key is RSA, of a NIST curve, or Ed25519")
        der = x509.load_pem_x509_certificate(cert_bytes).public_bytes(Encoding.DER)
        return cls(der, key, None, KeyMaker(0, fixed=False))

    def key_for(self, *what: bytes, key_type: KeyType = "ec-p256") -> PrivateKey:
        """A key of this PKI for something else than ``issue_cert`` makes."""
        return self._keys.make(key_type, self._asked_for(*what))

    def write(
        self,
        what: bytes,
        key: PrivateKey,
        subject: bytes,
        validity: Validity,
        extensions: Sequence[bytes],
        *,
        signer: Signer | None = None,
        key_ids: Sequence[bytes] | None = None,
    ) -> bytes:
        """The DER of any certificate that this CA issues, also of a bad one, from encoded parts. ``what`` gives its
        serial number. ``extensions`` come after the key identifiers, or instead of those."""
        spki = public_key_der(key)
        if key_ids is None:
            key_ids = (subject_key_id(key_id_of(spki)), self._authority_id)
        return write_certificate(
            signer or self._signer,
            serial_number=serial_number_for(b"%d" % self.seed, what),
            issuer=self.subject,
            validity=validity_der(validity),
            subject=subject,
            spki=spki,
            extensions=(*key_ids, *extensions, *self._pointers),
        )

    def _issue(
        self,
        subject: bytes,
        names: bytes,
        validity: Validity,
        purpose: str,
        key_type: KeyType,
        number: bytes,
        extensions: Sequence[x509.ExtensionType] = (),
    ) -> FixtureCertificate:
        what = self._asked_for(number, subject, names, purpose.encode(), validity_der(validity))
        key = self._keys.make(key_type, what)
        if (usual := self._usual.get((purpose, key_type))) is None:
            if purpose not in PURPOSES:
                raise ValueError(f"{purpose!r} is no purpose; choose one of {', '.join(PURPOSES)}")
            usual = self._usual[purpose, key_type] = usual_extensions(PURPOSES[purpose], key.public_key())
        all_names = (alternative_names(names, critical=subject == NO_SUBJECT),) if names else ()
        parts = (*all_names, usual, *map(encoded, extensions))
        return FixtureCertificate(self.write(what, key, subject, validity, parts), key, self)

    def _asked_for(self, *what: bytes) -> bytes:
        """What tells a certificate from others: with fixed keys what it holds, else its number among equals too."""
        asked = b"\0".join((self.subject, *what))
        if self._keys.fixed:
            return asked
        number = self._asked[asked] = self._asked.get(asked, 0) + 1
        return b"%d " % number + asked

    def _validity(self, not_before: datetime | None, not_after: datetime | None, days: int | None) -> Validity:
        if days is not None:
            if not_after is not None:
                raise ValueError("give days or not_after")
            now = (self.at or datetime.now(UTC)).replace(microsecond=0)
            not_after = now + timedelta(days=days)
            not_before = not_before or min(now, not_after) - timedelta(days=365)
        if not_before is None and not_after is None:
            return ALWAYS
        validity = Validity(_utc(not_before or ALWAYS.not_before), _utc(not_after or ALWAYS.not_after))
        if validity.not_after < validity.not_before:
            raise ValueError("a certificate can't end before it begins")
        return validity

    def _pointing(self) -> tuple[bytes, ...]:
        """Where the CA's certificate, revocation list and OCSP responder are (RFC 5280, 4.2.1.13 and 4.2.2.1)."""
        if self.url is None:
            return ()
        place = f"{self.url.rstrip('/')}/{self.certificate.serial_number:x}"
        ocsp, issuer, crl = (x509.UniformResourceIdentifier(f"{place}{ending}") for ending in ("/ocsp", ".crt", ".crl"))
        access = x509.AuthorityInformationAccess(
            [x509.AccessDescription(Access.OCSP, ocsp), x509.AccessDescription(Access.CA_ISSUERS, issuer)]
        )
        return encoded(access), encoded(x509.CRLDistributionPoints([x509.DistributionPoint([crl], None, None, None)]))

    def __repr__(self) -> str:
        return f"<FixtureAuthority {self.certificate.subject.rfc4514_string()}>"


def _common_name(certificate: x509.Certificate) -> str:
    found = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else "CA"


def _utc(at: datetime) -> datetime:
    """A time without a zone is UTC, as in trustme."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
