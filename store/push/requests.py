"""Requests for the push certificates portal: CSRs signed by an MDM vendor.

The file is base64 of an XML property list with three strings: ``PushCertRequestCSR`` (base64 of the DER of a PKCS #10
request), ``PushCertSignature`` (base64; SHA-256 with RSA, PKCS #1 v1.5, over that DER by the vendor's key) and
``PushCertCertificateChain`` (PEM; the vendor's certificate and its issuers up to the root). See developer.apple.com,
"Setting up push notifications for your MDM customers".
"""

from __future__ import annotations

import base64
import plistlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ..authorities.requests import read_request
from ..certificates.chains import chain_for
from ..certificates.facts import ParsedCertificate
from ..certificates.pem import as_text, bare_base64, find_blocks
from ..certificates.reading import read_certificates
from ..certificates.sniffing import FileKind, kind_of, kind_of_label, kind_of_text
from ..errors import Refusal
from ..inventory.exporting import to_pem
from ..model.certificate import CertificateFacts
from ..model.distinguished_name import split_rfc4514
from ..words import day
from .issuing import PushSigner

MAX_REQUEST = 1024 * 1024
"""Maximum size of a file in bytes. Real ones have about 10 kB."""

_CSR, _CHAIN, _SIGNATURE = "PushCertRequestCSR", "PushCertCertificateChain", "PushCertSignature"
_VENDOR_TITLE = "MDM Vendor: "


@dataclass(frozen=True)
class Vendor:
    """A vendor that signs requests: its certificate and key, and the issuers up to the root (DER)."""

    signer: PushSigner
    issuers: tuple[bytes, ...]


@dataclass(frozen=True)
class SignedRequest:
    """A vendor-signed request. ``chain`` is the vendor's certificate and its issuers, as received."""

    csr: x509.CertificateSigningRequest
    public_key: rsa.RSAPublicKey
    vendor: str
    chain: tuple[ParsedCertificate, ...]


def sign_for_portal(csr: bytes, vendor: Vendor) -> bytes:
    """Sign a request (PKCS #10, DER or PEM) as the vendor: the file to upload. Refuses as ``read_csr``."""
    request, _ = read_csr(csr)
    der = request.public_bytes(Encoding.DER)
    chain = (vendor.signer.certificate.public_bytes(Encoding.DER), *vendor.issuers)
    signed = {
        _CSR: base64.b64encode(der).decode("ascii"),
        _CHAIN: b"".join(map(to_pem, chain)).decode("ascii"),
        _SIGNATURE: base64.b64encode(vendor.signer.key.sign(der, padding.PKCS1v15(), hashes.SHA256())).decode("ascii"),
    }
    return base64.encodebytes(plistlib.dumps(signed, sort_keys=False))


def read_csr(data: bytes) -> tuple[x509.CertificateSigningRequest, rsa.RSAPublicKey]:
    """A request, DER or PEM, and its public key, which must be acceptable for push certificates.

    Refuses with ``request-unreadable``, ``file-truncated``, ``signature-unsupported``, ``possession-not-proven``, or
    ``push-key-not-accepted`` if the key is no RSA key of 2048 bits or more.
    """
    try:
        csr, key = read_request(data)
    except Refusal as refusal:
        if refusal.code == "key-not-accepted":
            raise _key_not_accepted() from None
        if refusal.code == "possession-not-proven":
            raise Refusal(
                "possession-not-proven", refusal.message, "Make the request anew where its private key is."
            ) from None
        raise
    if not isinstance(key, rsa.RSAPublicKey):
        raise _key_not_accepted()
    return csr, key


def read_portal_request(data: bytes) -> SignedRequest:
    """The signed request in a vendor's file: base64 with or without line breaks, or the property list itself.

    Checks the vendor's signature and the request's own; ``check_vendor`` decides whether the vendor is known. Refuses
    with ``push-request-unreadable``, ``push-request-not-signed`` (a bare CSR), ``push-signature-broken``, and as
    ``read_csr`` does.
    """
    parts = _parts(data)
    csr_data = bare_base64(parts[_CSR]) or parts[_CSR].encode("utf-8", "replace")
    try:
        csr, key = read_csr(csr_data)
    except Refusal as refusal:
        if refusal.code in ("request-unreadable", "file-truncated"):
            raise _unreadable(f"its {_CSR} is not a certificate signing request") from None
        raise
    try:
        certificates = read_certificates(parts[_CHAIN].encode("utf-8", "replace"), _CHAIN).certificates
    except Refusal as refusal:
        raise _unreadable(f"its {_CHAIN} can't be read: {refusal.message}") from None
    signature = bare_base64(parts[_SIGNATURE])
    if signature is None:
        raise _unreadable(f"its {_SIGNATURE} is not base64")
    vendor = _signer(certificates, signature, csr.public_bytes(Encoding.DER))
    return SignedRequest(csr, key, vendor_name(vendor.facts), chain_for(vendor, certificates))


def check_vendor(request: SignedRequest, roots: Collection[str], issuers: Collection[str], now: datetime) -> None:
    """Refuse a request from an unknown vendor. ``roots`` and ``issuers`` are SHA-256 fingerprints: the trusted roots
    and the CAs that issue vendor certificates.

    Refuses with ``push-vendor-unknown`` or ``push-vendor-expired``.
    """
    chain = [link.facts for link in request.chain]
    hint = "Have the request signed by a vendor that this portal knows."
    if chain[-1].fingerprint_sha256 not in roots:
        raise Refusal(
            "push-vendor-unknown",
            f"the certificates of the vendor {request.vendor} don't lead to a root that the portal knows",
            hint,
        )
    if chain[1:2] and chain[1].fingerprint_sha256 in issuers:
        for link in chain:
            if not link.not_before <= now <= link.not_after:
                raise Refusal(
                    "push-vendor-expired",
                    f"{link.name}, which the request is signed with, is valid from {day(link.not_before)} "
                    f"to {day(link.not_after)}",
                    "Have the vendor sign the request anew.",
                )
        return
    raise Refusal("push-vendor-unknown", f"{chain[0].name}, which signed the request, is no MDM vendor", hint)


def vendor_name(certificate: CertificateFacts) -> str:
    """A vendor's display name: the organization in its certificate, otherwise the common name."""
    parts = dict(part.split("=", 1) for part in split_rfc4514(certificate.subject) if "=" in part)
    return parts.get("O") or certificate.name.removeprefix(_VENDOR_TITLE)


def _signer(certificates: Collection[ParsedCertificate], signature: bytes, signed: bytes) -> ParsedCertificate:
    """The certificate whose key made the signature."""
    for certificate in certificates:
        if _made(certificate, signature, signed, hashes.SHA256()):
            return certificate
    if any(_made(certificate, signature, signed, hashes.SHA1()) for certificate in certificates):
        raise Refusal(
            "push-signature-broken",
            "the vendor's signature is over SHA-1, which the portal takes no longer",
            "Have the vendor sign the request with SHA-256.",
        )
    raise Refusal(
        "push-signature-broken",
        f"the vendor's signature is not over this request, or by none of the certificates in its {_CHAIN}",
        "Have the vendor sign the request anew, and upload the file as it comes back.",
    )


def _made(certificate: ParsedCertificate, signature: bytes, signed: bytes, algorithm: hashes.HashAlgorithm) -> bool:
    try:
        key = certificate.public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            return False
        key.verify(signature, signed, padding.PKCS1v15(), algorithm)
    except (InvalidSignature, UnsupportedAlgorithm, Refusal):
        return False
    return True


def _parts(data: bytes) -> dict[str, str]:
    """The three strings of the property list."""
    xml = _xml(data)
    try:
        found: Any = plistlib.loads(xml, fmt=plistlib.FMT_XML)
    except Exception as error:
        raise _unreadable("its property list is damaged") from error
    parts = {}
    for name in (_CSR, _CHAIN, _SIGNATURE):
        value = found.get(name) if isinstance(found, dict) else None
        if isinstance(value, bytes):  # <data>, which is base64 of what it holds
            value = value.decode("latin-1") if name == _CHAIN else base64.b64encode(value).decode("ascii")
        if not isinstance(value, str) or not value.strip():
            raise _unreadable(f"it has no {name}")
        parts[name] = value
    return parts


def _xml(data: bytes) -> bytes:
    """The property list in a file; refuses anything else."""
    if len(data) > MAX_REQUEST:
        raise Refusal("file-too-large", f"the file is larger than {MAX_REQUEST // 1024} KiB")
    text = as_text(data)
    if text is not None and text.lstrip().startswith("<"):
        return data.lstrip()
    decoded = bare_base64(text) if text is not None else None
    if decoded is not None and (inside := as_text(decoded)) is not None and inside.lstrip().startswith("<"):
        return decoded.lstrip()
    kind = _kind(data, text, decoded)
    if kind is FileKind.REQUEST:
        raise Refusal(
            "push-request-not-signed",
            "the request has not been signed by an MDM vendor",
            "Let the vendor sign it, and upload the file that comes back.",
        )
    if kind in (FileKind.TEXT, FileKind.UNKNOWN):
        raise _unreadable("it holds no property list")
    raise _unreadable(f"it seems to be {kind.words}")


def _kind(data: bytes, text: str | None, decoded: bytes | None) -> FileKind:
    """A guess at what an unexpected file is."""
    if text is None:
        return kind_of(data)
    blocks = find_blocks(text, "the file")
    if blocks:
        return kind_of_label(blocks[0].label)
    return kind_of_text(text) if decoded is None else kind_of(decoded)


def _unreadable(why: str) -> Refusal:
    return Refusal(
        "push-request-unreadable",
        f"that is not a request signed by an MDM vendor: {why}",
        "Bring the file that the vendor made of the signing request.",
    )


def _key_not_accepted() -> Refusal:
    return Refusal(
        "push-key-not-accepted",
        "push certificates are made for RSA keys of 2048 bits or more alone",
        "Make the request anew over an RSA-2048 key.",
    )
