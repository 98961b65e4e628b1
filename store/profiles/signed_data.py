"""CMS SignedData (RFC 5652): its content, after checking the signatures.

asn1crypto reads the structure, DER or BER; cryptography checks the signature. Trust in the signer is not checked.
"""

from __future__ import annotations

from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from msgspec import Struct

from ..certificates.algorithms import HASHES, SIGNATURES, signature_name
from ..certificates.asn1 import ASN1_ERRORS, cms, core, load
from ..certificates.der import OCTET_STRING, OID, children, expect, has_more_than
from ..certificates.facts import ParsedCertificate, parse_certificate
from ..certificates.limits import MAX_CERTIFICATES, MAX_SIGNER_INFOS, MAX_SIGNERS
from ..certificates.names import read_name
from ..certificates.public_keys import EC, RSA
from ..certificates.signatures import is_issued_by
from ..errors import Refusal
from .wrapping import detached

_ATTRIBUTES: Any = core.SetOf
_DATA = bytes.fromhex("2a864886f70d010701")  # id-data (RFC 5652, 4)
_DIGESTS = {oid: digest for oid, digest in HASHES.items() if digest is not hashes.MD5}
_AGAIN = "Download it again from the Apple developer portal."


class SignedContent(Struct, frozen=True):
    """The signed content, and the certificate of its (first) signer."""

    content: bytes
    signer: ParsedCertificate


def open_signed(der: bytes) -> SignedContent:
    """The content of one CMS SignedData with valid signatures only.

    Refuses ``profile-unreadable``, ``profile-detached``, ``profile-unsigned`` (no signer, or the signer's certificate
    is missing), ``profile-signature-invalid`` (it was changed after it was signed) and ``signature-unsupported``
    (neither RSA with PKCS #1 v1.5 nor ECDSA, over SHA-1 or SHA-2).
    """
    try:
        signed = load(cms.ContentInfo, der)["content"]
        signers = _signers(signed)
        content = _content(signed["encap_content_info"])
        certificates = _certificates(signed)
        verified = [_verify(signer, certificates, content) for signer in signers]
    except ASN1_ERRORS:
        raise Refusal("profile-unreadable", "the profile is damaged", _AGAIN) from None
    return SignedContent(content, verified[0])


def _signers(signed: Any) -> list[Any]:
    infos = signed["signer_infos"]
    if len(infos.contents) > MAX_SIGNER_INFOS or has_more_than(infos.contents, MAX_SIGNERS):
        raise ValueError("more signers than any profile has")
    signers = list(infos)
    if not signers:
        raise Refusal("profile-unsigned", "nobody has signed the profile", _AGAIN)
    return signers


def _content(encapsulated: Any) -> bytes:
    """The signed octets; in BER they may be split into pieces."""
    encoded: bytes = encapsulated.contents
    start, stop = expect(encoded, 0, len(encoded), OID)
    if encoded[start:stop] != _DATA:
        raise ValueError("it holds something other than data")
    content = encapsulated["content"]
    if not content.contents:
        raise detached()
    if content.tag != OCTET_STRING:
        raise ValueError("it holds something other than octets")
    octets: bytes = content.contents
    if content.method == 0:
        return octets
    pieces = children(octets, 0, len(octets))
    if any(tag != OCTET_STRING for tag, _, _ in pieces):
        raise ValueError("its pieces are not octets")
    return b"".join(octets[start:stop] for _, start, stop in pieces)


def _certificates(signed: Any) -> list[ParsedCertificate]:
    """The included certificates, one of which is the signer's; unreadable ones are skipped."""
    found: list[ParsedCertificate] = []
    encoded = signed["certificates"].contents or b""
    if has_more_than(encoded, MAX_CERTIFICATES):
        raise ValueError("more certificates than any profile has")
    for choice in signed["certificates"] if encoded else ():
        if choice.name == "certificate":
            try:
                found.append(parse_certificate(choice.chosen.dump()))
            except Refusal:
                continue
    return found


def _verify(signer: Any, certificates: list[ParsedCertificate], content: bytes) -> ParsedCertificate:
    """The signer's certificate, after verifying its signature on ``content`` (RFC 5652, 5.4 to 5.6)."""
    certificate = _certificate_of(signer["sid"], certificates)
    _check_certificate(certificate, certificates)
    digest = _DIGESTS.get(signer["digest_algorithm"]["algorithm"].dotted)
    if digest is None:
        raise _unsupported(f"hash {signer['digest_algorithm']['algorithm'].dotted}")
    message = content
    attributes = signer["signed_attrs"]
    if attributes.contents:
        _check_attributes(attributes, content, digest())
        # The signature is over the attributes encoded as a SET, not over the field with its own tag.
        message = _ATTRIBUTES(contents=attributes.contents).dump()
    _check_signature(certificate, signer, message, digest)
    return certificate


def _certificate_of(sid: Any, certificates: list[ParsedCertificate]) -> ParsedCertificate:
    if sid.name == "subject_key_identifier":
        key_id = sid.chosen.native.hex()
        found = [one for one in certificates if one.facts.subject_key_id == key_id]
    else:
        name = read_name(sid.chosen["issuer"].dump()).sha256
        number = sid.chosen["serial_number"].native
        found = [
            one
            for one in certificates
            if one.facts.issuer_name_sha256 == name and int(one.facts.serial_number, 16) == number
        ]
    if not found:
        raise Refusal("profile-unsigned", "the certificate of the profile's signer is not in it", _AGAIN)
    return found[0]


def _check_certificate(certificate: ParsedCertificate, certificates: list[ParsedCertificate]) -> None:
    """Verify a certificate's own signature if its issuer is included: the content's signature doesn't cover it."""
    name = certificate.facts.issuer_name_sha256
    issuers = [one for one in certificates if one.facts.subject_name_sha256 == name]
    if issuers and not any(is_issued_by(certificate, issuer) for issuer in issuers):
        raise _changed()


def _check_attributes(attributes: Any, content: bytes, digest: hashes.HashAlgorithm) -> None:
    """The signed attributes must have the content's type and its digest, once each (RFC 5652, 11.1 and 11.2)."""
    values: dict[str, Any] = {}
    for attribute in attributes:
        kind = attribute["type"].native
        if kind in ("content_type", "message_digest"):
            if kind in values or has_more_than(attribute["values"].contents, 1):
                raise ValueError("an attribute has two values")
            values[kind] = attribute["values"][0].native
    hashed = hashes.Hash(digest)
    hashed.update(content)
    if values.get("content_type") != "data" or values.get("message_digest") != hashed.finalize():
        raise _changed()


def _check_signature(
    certificate: ParsedCertificate, signer: Any, message: bytes, digest: type[hashes.HashAlgorithm]
) -> None:
    oid = signer["signature_algorithm"]["algorithm"].dotted
    if oid in (RSA, EC):
        kind, algorithm = ("RSA" if oid == RSA else "EC"), digest
    else:
        _, kind, named = SIGNATURES.get(oid, ("", "", None))
        if kind not in ("RSA", "EC") or named is None or named is hashes.MD5:
            raise _unsupported(signature_name(oid))
        algorithm = named
    signature: bytes = signer["signature"].native
    try:
        key = certificate.public_key()
        if kind == "RSA" and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), algorithm())
        elif kind == "EC" and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(algorithm()))
        else:
            raise _changed()
    except InvalidSignature:
        raise _changed() from None
    except UnsupportedAlgorithm:
        raise _unsupported(signature_name(oid)) from None


def _changed() -> Refusal:
    return Refusal("profile-signature-invalid", "the profile was changed after it was signed", _AGAIN)


def _unsupported(what: str) -> Refusal:
    message = f"the signature on the profile can't be checked: {what} is not supported"
    return Refusal("signature-unsupported", message, _AGAIN)
