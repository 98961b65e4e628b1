"""Certificates of the simulated push service as X.509 (RFC 5280), without store or clock.

They pass ``openssl verify -x509_strict``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ..authorities.validity import Validity
from ..certificates.on_paper import Extension, made_up_key_id, made_up_rsa_key, paper_certificate
from ..model.push import PushRole
from .apple_extensions import push_extensions

LIFETIME = timedelta(days=365)
"""The validity of a push certificate."""
ROOT_LIFETIME = timedelta(days=25 * 365)
CA_LIFETIME = timedelta(days=15 * 365)

ORGANIZATION = "Orchard Inc. (simulated push service)"
VENDOR = "certfleet (simulated MDM vendor)"

_CA = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
_SIGNATURE = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
_CLIENT = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
_PUSH: Sequence[Extension] = (
    (x509.BasicConstraints(ca=False, path_length=None), True),
    (_SIGNATURE, True),
    (_CLIENT, False),
)
_COMMON_NAMES = {
    PushRole.ROOT: "Orchard Root CA",
    PushRole.PUSH: "Orchard Application Integration 2 CA",
    PushRole.DEVELOPER: "Orchard Developer Relations CA",
    PushRole.VENDOR: "MDM Vendor: certfleet",
}


@dataclass(frozen=True)
class PushSigner:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey = field(repr=False)

    @classmethod
    def load(cls, der: bytes, key: bytes) -> PushSigner:
        """Load from the DER of the certificate and of the private key (PKCS #8)."""
        # Generated here and authenticated by the vault, so skip the slow check of its primes.
        private_key = load_der_private_key(key, None, unsafe_skip_rsa_key_validation=True)
        assert isinstance(private_key, rsa.RSAPrivateKey)
        return cls(x509.load_der_x509_certificate(der), private_key)

    @property
    def key_der(self) -> bytes:
        """The private key as unencrypted PKCS #8 DER, for the vault only."""
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def new_generation(
    keys: Mapping[PushRole, rsa.RSAPrivateKey], generation: int, start: datetime
) -> dict[PushRole, PushSigner]:
    """A root, the two CAs below it, and a vendor certificate from the developer CA, over these keys."""
    made: dict[PushRole, PushSigner] = {}
    for role in PushRole:  # issuers first
        issuer = None if role is PushRole.ROOT else made[issuer_role(role)]
        own, extensions = keys[role], _authority_extensions(role)
        subject, validity = _authority_subject(role, generation), _authority_validity(role, start)
        certificate = _certificate(subject, own.public_key(), validity, extensions, issuer or own)
        made[role] = PushSigner(certificate, own)
    return made


def new_generation_on_paper(generation: int, start: datetime) -> dict[PushRole, x509.Certificate]:
    """The same on paper."""
    made: dict[PushRole, x509.Certificate] = {}
    for role in PushRole:
        issuer = None if role is PushRole.ROOT else made[issuer_role(role)]
        subject, validity = _authority_subject(role, generation), _authority_validity(role, start)
        made[role] = _on_paper(subject, validity, _authority_extensions(role), issuer)
    return made


def _authority_subject(role: PushRole, generation: int) -> x509.Name:
    title = _COMMON_NAMES[role] if generation == 1 else f"{_COMMON_NAMES[role]} {generation}"
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, VENDOR if role is PushRole.VENDOR else ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, title),
        ]
    )


def _authority_validity(role: PushRole, start: datetime) -> Validity:
    return Validity(start, start + (ROOT_LIFETIME if role is PushRole.ROOT else CA_LIFETIME))


def _of_push(subject: x509.Name) -> list[Extension]:
    return [*_PUSH, *((extension, False) for extension in push_extensions(subject))]


def _authority_extensions(role: PushRole) -> list[Extension]:
    is_ca = role is not PushRole.VENDOR
    return [
        (x509.BasicConstraints(is_ca, _path_length(role)), True),
        (_CA if is_ca else _SIGNATURE, True),
    ]


def issuer_role(role: PushRole) -> PushRole:
    """The role of the issuer of a role's certificate."""
    return PushRole.DEVELOPER if role is PushRole.VENDOR else PushRole.ROOT


def issue_push_certificate(
    issuer: PushSigner, public_key: rsa.RSAPublicKey, subject: x509.Name, now: datetime
) -> bytes:
    """A push certificate (DER) over a request's public key, valid for a year from ``now``."""
    made = _certificate(subject, public_key, _push_validity(now), _of_push(subject), issuer)
    return made.public_bytes(Encoding.DER)


def issue_push_certificate_on_paper(issuer: x509.Certificate, subject: x509.Name, now: datetime) -> bytes:
    """The same on paper."""
    return _on_paper(subject, _push_validity(now), _of_push(subject), issuer).public_bytes(Encoding.DER)


def _push_validity(now: datetime) -> Validity:
    start = now.replace(microsecond=0)
    return Validity(start, start + LIFETIME)


def _on_paper(
    subject: x509.Name, validity: Validity, extensions: Sequence[Extension], issuer: x509.Certificate | None
) -> x509.Certificate:
    own = [(made_up_key_id(), False), *extensions]
    if issuer is not None:
        own.append((_identifier_of(issuer), False))
    above = subject if issuer is None else issuer.subject
    return x509.load_der_x509_certificate(
        paper_certificate(subject, above, validity.not_before, validity.not_after, made_up_rsa_key(), own)
    )


def _identifier_of(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    own = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def _path_length(role: PushRole) -> int | None:
    return {PushRole.ROOT: 1, PushRole.PUSH: 0, PushRole.DEVELOPER: 0}.get(role)


def _certificate(
    subject: x509.Name,
    public_key: rsa.RSAPublicKey,
    validity: Validity,
    extensions: Sequence[Extension],
    issuer: PushSigner | rsa.RSAPrivateKey,
) -> x509.Certificate:
    """If ``issuer`` is only a key, the certificate is self-signed with it."""
    above = issuer.certificate if isinstance(issuer, PushSigner) else None
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if above is None else above.subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(validity.not_before)
        .not_valid_after(validity.not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    if above is not None:
        builder = builder.add_extension(_identifier_of(above), critical=False)
    return builder.sign(issuer.key if isinstance(issuer, PushSigner) else issuer, hashes.SHA256())
