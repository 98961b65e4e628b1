"""Reading certificates: PEM, DER, PKCS #7 and bare base64."""

from __future__ import annotations

from msgspec import Struct

from ..errors import Refusal
from .asn1 import ASN1_ERRORS, cms, first_element, is_cut_short, load
from .der import Truncated, element, has_more_than
from .facts import ParsedCertificate, parse_certificate
from .limits import MAX_CERTIFICATES, MAX_INPUT
from .pem import PemBlock, as_text, bare_base64, find_blocks
from .sniffing import FileKind, is_pkcs7, kind_of, kind_of_der, kind_of_label, kind_of_plist, kind_of_text
from .text import shortened
from .wrapped import wrapped

_CERTIFICATE_LABELS = (
    "CERTIFICATE",
    "X509 CERTIFICATE",
    "TRUSTED CERTIFICATE",
    "X.509 CERTIFICATE",
    "CERTIFICATE CHAIN",
)
_NO_CERTIFICATES = (
    FileKind.PRIVATE_KEY,
    FileKind.ENCRYPTED_KEY,
    FileKind.PUBLIC_KEY,
    FileKind.PKCS12,
    FileKind.ENCRYPTED_MESSAGE,
    FileKind.OTHER_CMS,
)
_PKCS7_LABELS = ("PKCS7", "CMS", "PKCS #7 SIGNED DATA")


class CertificateFile(Struct, frozen=True, kw_only=True):
    """The contents of a file: certificates in order, and private keys (each block unchanged, PEM or DER)."""

    certificates: tuple[ParsedCertificate, ...]
    keys: tuple[bytes, ...] = ()


def read_certificates(data: bytes, name: str = "") -> CertificateFile:
    """Every certificate in ``data``; ``name`` is the file's, for messages.

    Refuses ``not-a-certificate`` (the hint says what it seems to be), ``certificate-unreadable`` (which
    block, and why), ``file-truncated``, ``file-empty``, ``file-too-large`` and ``too-many-certificates``.
    """
    title = shortened(name) if name else "the file"
    if not data.strip(b"\0 \t\r\n"):
        raise Refusal("file-empty", f"{title} is empty", "Copy the file again from where it was made.")
    if len(data) > MAX_INPUT:
        raise Refusal("file-too-large", f"{title} is larger than {MAX_INPUT // 1024**2} MiB")
    kind = kind_of(data)
    if kind in (FileKind.CERTIFICATE, FileKind.PKCS7):
        return CertificateFile(certificates=_from_der(data, title))
    text = as_text(data) if kind is FileKind.UNKNOWN else None
    if text is None:
        if kind is FileKind.UNKNOWN and data[:1] == b"\x30":
            _check_length(data, title)
        raise _not_a_certificate(title, kind)
    _refuse_plist(text, title)
    blocks = find_blocks(text, title)
    if blocks:
        return _from_blocks(blocks, title)
    decoded = bare_base64(text)
    if decoded is not None and b"-----BEGIN " in decoded:
        inside = as_text(decoded) or ""
        _refuse_plist(inside, title)
        return _from_blocks(find_blocks(inside, title), title)  # as Kubernetes keeps PEM
    if (decoded is None or decoded[:1] != b"\x30") and (found := wrapped(text, title)) is not None:
        return _from_blocks(find_blocks(found, title), title)
    if decoded is not None and decoded[:1] == b"\x30":
        kind = kind_of(decoded)
        if kind in (FileKind.CERTIFICATE, FileKind.PKCS7):
            return CertificateFile(certificates=_from_der(decoded, title))
        if kind is not FileKind.UNKNOWN:
            raise _not_a_certificate(title, kind)
    raise _not_a_certificate(title, kind_of_text(text))


def _refuse_plist(text: str, title: str) -> None:
    """Refuse a property list that brings certificates, and isn't about them."""
    if (kind := kind_of_plist(text)) is not None:
        raise _not_a_certificate(title, kind)


def _from_blocks(blocks: list[PemBlock], title: str) -> CertificateFile:
    if not blocks:  # what was in another text begins a block, and doesn't end it
        raise _not_a_certificate(title, FileKind.UNKNOWN)
    certificates: list[ParsedCertificate] = []
    keys: list[bytes] = []
    others: list[FileKind] = []
    for block in blocks:
        if block.label in _CERTIFICATE_LABELS or block.label in _PKCS7_LABELS or _is_mislabelled(block):
            where = f"block {block.number} of {title}"
            if block.der is None:
                raise Refusal("certificate-unreadable", f"{where} is not base64", "Copy the file again, as plain text.")
            if block.der.startswith(b"-----BEGIN "):  # PEM that certutil -encode has encoded once more
                inside = read_certificates(block.der, where)
                certificates += inside.certificates
                keys += inside.keys
                continue
            try:
                certificates += _from_der(block.der, where, trusted=block.label == "TRUSTED CERTIFICATE")
            except Refusal:
                if (kind := kind_of_der(block.der)) not in _NO_CERTIFICATES:
                    raise
                others.append(kind)
            _check_count(len(certificates), title)
        elif block.label.endswith("PRIVATE KEY"):
            keys.append(block.text.encode("utf-8"))
        else:
            others.append(kind_of_label(block.label))
    if not certificates:
        kinds = others or [kind_of_label(blocks[0].label)]
        raise _not_a_certificate(title, FileKind.PRIVATE_KEY if keys and not others else kinds[0])
    return CertificateFile(certificates=tuple(certificates), keys=tuple(keys))


def _is_mislabelled(block: PemBlock) -> bool:
    """Whether it is a certificate under a label that nobody gives to one, or that has a letter too few."""
    label = kind_of_label(block.label)
    return (label is FileKind.UNKNOWN or block.label.endswith("PRIVATE KEY")) and (
        block.der is not None and kind_of_der(block.der) is FileKind.CERTIFICATE
    )


def _from_der(data: bytes, where: str, *, trusted: bool = False) -> tuple[ParsedCertificate, ...]:
    """One certificate, several one after the other, or a PKCS #7 file."""
    if is_pkcs7(data):
        return _from_pkcs7(data, where)
    found: list[ParsedCertificate] = []
    at = 0
    while at < len(data):
        if found and (trusted or not data[at:].strip(b"\0 \t\r\n\x1a")):
            # OpenSSL's TRUSTED CERTIFICATE has its own settings after the certificate; copies get padded.
            break
        if found and kind_of(data[at:]) is not FileKind.CERTIFICATE:
            raise Refusal(
                "certificate-unreadable",
                f"{where} holds something after its certificate that is not a certificate ({len(data) - at:,} bytes)",
                "Copy the file again from where it was made.",
            )
        stop = _element_end(data, at, where)
        found.append(_parse(data[at:stop], where))
        _check_count(len(found), where)
        at = stop
    return tuple(found)


def _from_pkcs7(data: bytes, where: str) -> tuple[ParsedCertificate, ...]:
    """The certificates of a PKCS #7 SignedData (RFC 2315, RFC 5652), DER or BER. Around a property list they are its
    signer's: those of a signed configuration profile are inside."""
    try:
        signed = load(cms.ContentInfo, first_element(data))["content"]
        if b"<plist" in (signed["encap_content_info"].contents or b""):
            content = bytes(signed["encap_content_info"]["content"])
            if content[:1] == b"<":
                return read_certificates(content, f"the signed content of {where}").certificates
        certificates = signed["certificates"]
        if has_more_than(certificates.contents or b"", MAX_CERTIFICATES):
            raise _too_many(where)
        choices = list(certificates) if certificates.contents else []
        _check_count(len(choices), where)
        encoded = [choice.chosen.dump() for choice in choices if choice.name == "certificate"]
    except ASN1_ERRORS as error:
        if is_cut_short(error):
            raise _truncated(where) from None
        raise Refusal("certificate-unreadable", f"{where} is a damaged PKCS #7 file") from None
    if not encoded:
        raise Refusal(
            "not-a-certificate",
            f"{where} is a PKCS #7 file without certificates",
            "Export it anew, with the certificate and its path.",
        )
    return tuple(_parse(der, where) for der in encoded)


def _parse(der: bytes, where: str) -> ParsedCertificate:
    try:
        return parse_certificate(der)
    except Refusal as refusal:
        raise Refusal(refusal.code, f"{where}: {refusal.message}", refusal.hint) from None


def _element_end(data: bytes, at: int, where: str) -> int:
    try:
        return element(data, at, len(data))[2]
    except Truncated:
        raise _truncated(where) from None
    except ValueError as error:
        raise Refusal("certificate-unreadable", f"{where} can't be read: {error}") from None


def _check_length(data: bytes, title: str) -> None:
    """Distinguish a truncated DER file from another kind of file by its own length."""
    try:
        element(data, 0, len(data))
    except Truncated:
        if data[1] > 0x80 or as_text(data) is None:
            raise _truncated(title) from None
    except ValueError:
        return


def _check_count(count: int, title: str) -> None:
    if count > MAX_CERTIFICATES:
        raise _too_many(title)


def _too_many(title: str) -> Refusal:
    return Refusal("too-many-certificates", f"{title} holds more than {MAX_CERTIFICATES:,} certificates")


def _truncated(where: str) -> Refusal:
    return Refusal("file-truncated", f"{where} ends too early", "Copy the file again, whole.")


def _not_a_certificate(title: str, kind: FileKind) -> Refusal:
    if kind is FileKind.UNKNOWN:
        return Refusal("not-a-certificate", f"{title} is not a certificate in any known form")
    return Refusal("not-a-certificate", f"{title} holds no certificate; it seems to be {kind.words}", kind.hint)
