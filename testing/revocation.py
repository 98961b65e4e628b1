"""What a test authority says of revoked certificates: CRLs (RFC 5280, 5) and OCSP answers (RFC 6960)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from ..store.authorities.validity import Validity
from ..store.certificates.der import GENERALIZED_TIME, OCTET_STRING, SEQUENCE, children, expect
from .authorities import ALWAYS, FixtureAuthority
from .certificate_writing import Signer
from .der_writing import bits, generalized_time, tlv
from .leaf import FixtureCertificate

REVOKED_AT = datetime(2024, 1, 1, tzinfo=UTC)
_SUCCESSFUL = bytes.fromhex("0a0100")  # OCSPResponseStatus (RFC 6960, 4.2.1)
_BASIC = bytes.fromhex("06092b0601050507300101")  # id-pkix-ocsp-basic
_REASON = x509.ReasonFlags.key_compromise


def revocation_list(
    authority: FixtureAuthority,
    revoked: Iterable[FixtureCertificate] = (),
    *,
    at: datetime = REVOKED_AT,
    validity: Validity = ALWAYS,
) -> bytes:
    """The CRL (DER) of an authority with these certificates, revoked at a time because their keys are known."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(validity.not_before)
        .next_update(validity.not_after)
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(_key_id(authority), critical=False)
    )
    for one in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(one.certificate.serial_number)
            .revocation_date(at)
            .add_extension(x509.CRLReason(_REASON), critical=False)
            .build()
        )
    deterministic = authority.fixed_keys if _is_ecdsa(authority) else None
    made = builder.sign(authority.key, _digest(authority), ecdsa_deterministic=deterministic)
    return made.public_bytes(Encoding.DER)


def ocsp_answer(
    certificate: FixtureCertificate,
    *,
    revoked_at: datetime | None = None,
    validity: Validity = ALWAYS,
    nonce: bytes | None = None,
    algorithm: hashes.HashAlgorithm | None = None,
) -> bytes:
    """The OCSP response (DER) of a certificate's issuer: good, or revoked since a time. ``algorithm`` is that of the
    request: it hashes the names and keys that it is about, with SHA-1 by default, as nearly every client asks."""
    issuer = certificate.authority
    status = ocsp.OCSPCertStatus.GOOD if revoked_at is None else ocsp.OCSPCertStatus.REVOKED
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=certificate.certificate,
            issuer=issuer.certificate,
            algorithm=algorithm or hashes.SHA1(),
            cert_status=status,
            this_update=validity.not_before,
            next_update=validity.not_after,
            revocation_time=revoked_at,
            revocation_reason=None if revoked_at is None else _REASON,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, issuer.certificate)
    )
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    made = builder.sign(issuer.key, _digest(issuer))
    return _again(made, issuer, validity) if issuer.fixed_keys else made.public_bytes(Encoding.DER)


def _again(made: ocsp.OCSPResponse, issuer: FixtureAuthority, validity: Validity) -> bytes:
    """The answer as it is every time: made at a fixed time, and with a signature that doesn't depend on chance."""
    tbs, signer = made.tbs_response_bytes, Signer(issuer.key, repeatable=True)
    start, stop = expect(tbs, 0, len(tbs), SEQUENCE)
    parts, at = [], start
    for tag, _, end in children(tbs, start, stop):
        parts.append(generalized_time(validity.not_before) if tag == GENERALIZED_TIME else tbs[at:end])
        at = end
    body = tlv(SEQUENCE, *parts)
    basic = tlv(SEQUENCE, body, signer.algorithm, bits(signer.sign(body)))
    return tlv(SEQUENCE, _SUCCESSFUL, tlv(0xA0, tlv(SEQUENCE, _BASIC, tlv(OCTET_STRING, basic))))


def _key_id(authority: FixtureAuthority) -> x509.AuthorityKeyIdentifier:
    own = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def _is_ecdsa(authority: FixtureAuthority) -> bool:
    return hasattr(authority.key, "curve")


def _digest(authority: FixtureAuthority) -> hashes.SHA256 | hashes.SHA384 | None:
    if isinstance(authority.key, ed25519.Ed25519PrivateKey):
        return None
    return hashes.SHA384() if _is_ecdsa(authority) and authority.key.key_size > 256 else hashes.SHA256()
