"""The encodings of a signed profile: DER, BER, PEM, bare base64, and S/MIME as OpenSSL writes it."""

from __future__ import annotations

from ..certificates.asn1 import first_element, is_cut_short
from ..certificates.limits import MAX_BER, MAX_PROFILE
from ..certificates.pem import as_text, bare_base64, find_blocks
from ..certificates.sniffing import FileKind, kind_of, kind_of_label, kind_of_text
from ..errors import Refusal

_PADDING = b"\0 \t\r\n"
_AGAIN = "Download it again from where it was made."


def unwrap(data: bytes) -> bytes:
    """The CMS structure in ``data``, DER or BER, without mail headers or PEM armour.

    Refuses ``file-empty``, ``file-too-large``, ``file-truncated``, ``profile-detached`` (a mail with a detached
    signature) and ``profile-unreadable`` (the hint says what it seems to be).
    """
    if len(data) > MAX_PROFILE:
        raise Refusal("file-too-large", f"the profile is larger than {MAX_PROFILE // 1024**2} MiB", _AGAIN)
    if not data.strip(_PADDING):
        raise Refusal("file-empty", "the profile is empty", _AGAIN)
    return _one_structure(data if kind_of(data) is FileKind.PKCS7 else _from_text(data))


def detached() -> Refusal:
    """The refusal for a detached signature."""
    return Refusal(
        "profile-detached",
        "the file holds only a signature, without the signed profile",
        "Sign with the content inside: openssl smime -sign -nodetach, or openssl cms -sign -nodetach.",
    )


def _from_text(data: bytes) -> bytes:
    kind = kind_of(data)
    text = as_text(data) if kind is FileKind.UNKNOWN else None
    if text is None:
        raise _unreadable(kind)
    blocks = find_blocks(text, "the profile")
    signed = next((block for block in blocks if kind_of_label(block.label) is FileKind.PKCS7), None)
    if signed is not None:
        return _decoded(signed.der)
    if blocks:
        raise _unreadable(kind_of_label(blocks[0].label))
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    head = head.lower()
    if "content-type:" in head and "multipart/signed" in head:
        raise detached()
    if "content-type:" in head and "pkcs7-mime" in head:
        return _decoded(bare_base64(body))
    decoded = bare_base64(text)
    if decoded is None:
        raise _unreadable(kind_of_text(text))
    return _decoded(decoded)


def _decoded(data: bytes | None) -> bytes:
    if data is None:
        raise Refusal("profile-unreadable", "the profile is not base64", _AGAIN)
    kind = kind_of(data)
    if kind is not FileKind.PKCS7:
        raise _unreadable(kind)
    return data


def _one_structure(data: bytes) -> bytes:
    if data[1:2] == b"\x80" and len(data) > MAX_BER:
        raise Refusal(
            "file-too-large",
            f"the profile is larger than {MAX_BER // 1024**2} MiB, and in BER of indefinite length",
            "Sign it without -stream.",
        )
    try:
        return first_element(data)
    except ValueError as error:
        if is_cut_short(error):
            raise Refusal("file-truncated", "the profile ends too early", "Copy the file again, whole.") from None
        raise Refusal("profile-unreadable", "the profile is damaged", _AGAIN) from None


def _unreadable(kind: FileKind) -> Refusal:
    if kind is FileKind.UNKNOWN:
        return Refusal("profile-unreadable", "the file is not a provisioning profile: it is not signed data (CMS)")
    if kind is FileKind.XML:
        message = "the file is not a provisioning profile: it is XML, without a signature"
        return Refusal("profile-unreadable", message, "Bring the profile as it was downloaded.")
    return Refusal(
        "profile-unreadable", f"the file is not a provisioning profile; it seems to be {kind.words}", kind.hint
    )
