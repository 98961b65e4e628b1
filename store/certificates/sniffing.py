"""Detecting the kind of a file from its first bytes, for reading and for hints."""

from __future__ import annotations

import re
from enum import Enum

from .der import INTEGER, OCTET_STRING, OID, SEQUENCE, SET

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_ENCRYPTED = tuple(bytes.fromhex(f"2a864886f70d{rest}") for rest in ("010703", "010706", "0109100117"))
_OTHER_CMS = (bytes.fromhex("2a864886f70d0107"), bytes.fromhex("2a864886f70d010910"))
_CERTIFICATE_HINT = "Import it as a certificate (`certfleet certificate import`)."
_KEYSTORE_HINT = "Import it as a keystore (`certfleet certificate import-keystore`)."
_KEY_HINT = "Bring the certificate, and name this file as its private key (--key)."


class FileKind(Enum):
    """The kinds of files; each value is a description and a hint for when another kind was expected."""

    CERTIFICATE = ("a certificate", _CERTIFICATE_HINT)
    PKCS7 = ("a PKCS #7 file of certificates", _CERTIFICATE_HINT)
    ATTRIBUTE_CERTIFICATE = (
        "an attribute certificate (RFC 5755), which has no key of its own",
        "Bring the holder's certificate.",
    )
    ENCRYPTED_MESSAGE = (
        "an encrypted message (CMS, PKCS #7), such as a SCEP answer or an encrypted mail",
        "Bring the certificate that was in it.",
    )
    OTHER_CMS = ("a CMS (PKCS #7) file of a kind that holds no certificates", None)
    PARAMETERS = ("parameters for keys (DH, DSA or EC)", "Bring the certificate.")
    REQUEST = ("a certificate signing request", "Bring the certificate that the authority made from it.")
    PUSH_REQUEST = (
        "a request for a push certificate that the MDM vendor has signed",
        "Upload it to the push certificates portal, and bring the certificate that the portal makes from it.",
    )
    PROVISIONING_PROFILE = ("a provisioning profile", "Import it as a profile (`certfleet profile import`).")
    REVOCATION_LIST = ("a certificate revocation list", "Bring the certificate, not the list.")
    PRIVATE_KEY = ("a private key", _KEY_HINT)
    ENCRYPTED_KEY = ("an encrypted private key", _KEY_HINT)
    PVK = ("a private key of Windows' developer tools (PVK)", _KEY_HINT)
    MSBLOB = ("a private key of Windows' developer tools (MSBLOB)", _KEY_HINT)
    PUBLIC_KEY = ("a bare public key", "Bring the certificate that it is part of.")
    PKCS12 = ("a PKCS #12 keystore", _KEYSTORE_HINT)
    JKS = ("a Java keystore (JKS)", _KEYSTORE_HINT)
    JCEKS = ("a Java keystore (JCEKS)", _KEYSTORE_HINT)
    BKS = ("a Bouncy Castle keystore (BKS)", "Convert it to PKCS #12 with keytool -importkeystore.")
    BCFKS = ("a Bouncy Castle keystore (BCFKS)", "Convert it to PKCS #12 with keytool -importkeystore.")
    SST = ("a Windows certificate store (.sst)", "Export the certificate from it as .cer or .pfx.")
    DATABASE = ("an SQLite database, as NSS keeps its certificates in", "Export from it with pk12util or certutil.")
    KEYCHAIN = ("an Apple keychain", "Export the item from Keychain Access as .p12.")
    ZIP = ("a ZIP archive", "Unpack it first; an archive of device certificates goes to the bulk import.")
    COMPRESSED = ("a compressed file", "Unpack it first.")
    TAR = ("an archive (tar)", "Unpack it first.")
    PDF = ("a PDF document", None)
    HTML = ("an HTML page", "The download gave a web page, perhaps a sign-in page. Download the file again.")
    XML = ("an XML file", None)
    JSON = ("a JSON file", None)
    REGISTRY = ("an export of Windows' registry", "Export the certificate itself from certmgr.msc, as .cer.")
    RTF = ("a document of a word processor (RTF)", "Save it as plain text.")
    PUTTY_KEY = ("a PuTTY private key", "Export it from PuTTYgen as an OpenSSH key.")
    PGP = ("an OpenPGP file", None)
    SSH_KEY = ("an SSH public key", None)
    DESCRIPTION = (
        "what a program prints about a certificate, without the certificate itself",
        "Export the certificate itself: its text has a line BEGIN CERTIFICATE.",
    )
    TEXT = ("a text file without a certificate in it", None)
    UNKNOWN = ("nothing known", None)

    @property
    def words(self) -> str:
        """The kind in words, with its article."""
        return str(self.value[0])

    @property
    def hint(self) -> str | None:
        """The hint for such a file."""
        return None if self.value[1] is None else str(self.value[1])


_MAGIC = (
    (b"\xfe\xed\xfe\xed", FileKind.JKS),
    (b"\xce\xce\xce\xce", FileKind.JCEKS),
    (b"\x1e\xf1\xb5\xb0", FileKind.PVK),
    (b"\x07\x02\0\0", FileKind.MSBLOB),
    (b"\0\0\0\0CERT", FileKind.SST),
    (b"\0\0\0\1\0\0\0\x14", FileKind.BKS),
    (b"\0\0\0\2\0\0\0\x14", FileKind.BKS),
    (b"SQLite format 3\0", FileKind.DATABASE),
    (b"kych", FileKind.KEYCHAIN),
    (b"PK\3\4", FileKind.ZIP),
    (b"%PDF", FileKind.PDF),
    (b"\x1f\x8b\x08", FileKind.COMPRESSED),
    (b"BZh", FileKind.COMPRESSED),
    (b"\xfd7zXZ\0", FileKind.COMPRESSED),
    (b"7z\xbc\xaf\x27\x1c", FileKind.COMPRESSED),
    (b"\x28\xb5\x2f\xfd", FileKind.COMPRESSED),
    (b"Rar!\x1a\x07", FileKind.COMPRESSED),
)

_TEXT_STARTS = (
    ("<!doctype html", FileKind.HTML),
    ("<html", FileKind.HTML),
    ("<?xml", FileKind.XML),
    ("<", FileKind.XML),
    ("{\\rtf", FileKind.RTF),
    ("{", FileKind.JSON),
    ("windows registry editor", FileKind.REGISTRY),
    ("regedit4", FileKind.REGISTRY),
    ("putty-user-key-file", FileKind.PUTTY_KEY),
    ("ssh-", FileKind.SSH_KEY),
    ("ecdsa-sha2-", FileKind.SSH_KEY),
)

_DESCRIPTION = re.compile(
    r"^[ \t]*(?:Certificate:\s{1,20}Data:|X\.?509 Certificate(?: Information)?:"
    r"|Owner: [^\n]{1,500}\nIssuer: |=+ Certificate \d+ =+)",
    re.MULTILINE,
)
"""As OpenSSL and NSS, GnuTLS and Windows, Java, and Windows' stores begin it."""

_LABELS = (
    ("ATTRIBUTE CERTIFICATE", FileKind.ATTRIBUTE_CERTIFICATE),
    ("CERTIFICATE REQUEST", FileKind.REQUEST),
    ("X509 CRL", FileKind.REVOCATION_LIST),
    ("ENCRYPTED PRIVATE KEY", FileKind.ENCRYPTED_KEY),
    ("PGP ", FileKind.PGP),
    ("PRIVATE KEY", FileKind.PRIVATE_KEY),
    ("PUBLIC KEY", FileKind.PUBLIC_KEY),
    ("PKCS7", FileKind.PKCS7),
    ("CMS", FileKind.PKCS7),
    ("CERTIFICATE", FileKind.CERTIFICATE),
    ("PKCS12", FileKind.PKCS12),
    ("PARAMETERS", FileKind.PARAMETERS),
)


def kind_of(data: bytes) -> FileKind:
    """The kind of ``data``, from its beginning only; it may be truncated later on."""
    if data[:1] == b"\x30":
        found = kind_of_der(data)
        if found is not FileKind.UNKNOWN:
            return found
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    return FileKind.TAR if data[257:262] == b"ustar" else FileKind.UNKNOWN


def kind_of_text(text: str) -> FileKind:
    """The kind of a text without certificates."""
    start = text[:4096].lstrip().lower()
    for prefix, kind in _TEXT_STARTS:
        if start.startswith(prefix):
            return FileKind.HTML if kind is FileKind.XML and "<html" in start else kind
    return FileKind.DESCRIPTION if _DESCRIPTION.search(text[:4096]) else FileKind.TEXT


def kind_of_plist(text: str) -> FileKind | None:
    """The kind of a property list whose certificates are not what it is about: those of a vendor, or of developers."""
    if "<plist" not in text:
        return None
    if "<key>PushCertRequestCSR</key>" in text:
        return FileKind.PUSH_REQUEST
    profile = "<key>DeveloperCertificates</key>" in text and "<key>Entitlements</key>" in text
    return FileKind.PROVISIONING_PROFILE if profile else None


def kind_of_label(label: str) -> FileKind:
    """The kind of a PEM block with this label (RFC 7468)."""
    return next((kind for part, kind in _LABELS if part in label), FileKind.UNKNOWN)


def is_pkcs7(data: bytes) -> bool:
    """Whether ``data`` begins as only PKCS #7 does; fast enough for every block of a PEM file."""
    octets = data[1] & 0x7F if len(data) > 1 and data[1] & 0x80 else 0
    return data[2 + octets : 3 + octets] == b"\x06"


def kind_of_der(data: bytes) -> FileKind:
    """The kind of a DER or BER structure, from its first tags."""
    top = _children(data, 0, len(data))
    if not top or top[0][0] != SEQUENCE:
        return FileKind.UNKNOWN
    parts = _children(data, *top[0][1:])
    tags = [tag for tag, _, _ in parts]
    if tags[:1] == [OID]:
        return _content(data[parts[0][1] : parts[0][2]])
    if tags[:1] == [INTEGER]:
        number = int.from_bytes(data[parts[0][1] : min(parts[0][2], parts[0][1] + 4)], "big")
        return _numbered(number, tags[1:3])
    if tags[:1] == [SEQUENCE]:
        return _signed(data, parts, tags)
    return FileKind.UNKNOWN


def _content(kind: bytes) -> FileKind:
    """ContentInfo (RFC 5652), by its content's type."""
    if kind == _SIGNED_DATA:
        return FileKind.PKCS7
    if kind in _ENCRYPTED:
        return FileKind.ENCRYPTED_MESSAGE
    return FileKind.OTHER_CMS if kind.startswith(_OTHER_CMS) else FileKind.UNKNOWN


def _numbered(version: int, following: list[int]) -> FileKind:
    """Structures that begin with a version."""
    if version == 3 and following[:1] == [SEQUENCE]:
        return FileKind.PKCS12
    if version in (0, 1) and (following == [SEQUENCE, OCTET_STRING] or following[:1] == [INTEGER]):
        return FileKind.PRIVATE_KEY
    if version == 1 and following[:1] == [OCTET_STRING]:
        return FileKind.PRIVATE_KEY
    return FileKind.UNKNOWN


def _signed(data: bytes, parts: list[tuple[int, int, int]], tags: list[int]) -> FileKind:
    """Structures that begin with a sequence: what is signed, or an algorithm."""
    inner = _children(data, *parts[0][1:])
    inner_tags = [tag for tag, _, _ in inner]
    if inner_tags[:1] == [OID]:
        if tags[1:2] == [OCTET_STRING]:
            return FileKind.ENCRYPTED_KEY
        return FileKind.PUBLIC_KEY if tags[1:2] == [0x03] else FileKind.UNKNOWN
    if inner_tags[:1] == [0xA0]:
        return FileKind.CERTIFICATE
    if inner_tags[:1] == [SEQUENCE] and tags[1:2] in ([SEQUENCE], [0xA0]):
        first = [tag for tag, _, _ in _children(data, *inner[0][1:])][:1]
        if inner_tags[1:2] == [OCTET_STRING] and first == [OID]:
            return FileKind.BCFKS
    if inner_tags[:1] == [INTEGER]:
        del inner_tags[0]
        if inner_tags[:1] == [SEQUENCE] and inner_tags[2:3] == [0xA0]:
            return FileKind.REQUEST
        if inner_tags[:2] == [SEQUENCE, SEQUENCE] and len(inner_tags) == 2:
            return FileKind.REQUEST
    if inner_tags[:2] == [SEQUENCE, SEQUENCE]:
        return FileKind.REVOCATION_LIST if inner_tags[2:3] in ([0x17], [0x18]) else FileKind.CERTIFICATE
    return FileKind.UNKNOWN


def _children(data: bytes, start: int, stop: int, limit: int = 8) -> list[tuple[int, int, int]]:
    """The first elements, as far as they go: lengths may lead beyond the end, or be indefinite (BER)."""
    found: list[tuple[int, int, int]] = []
    at = start
    while at + 2 <= stop and len(found) < limit and data[at] in _EXPECTED:
        octets = data[at + 1] & 0x7F if data[at + 1] & 0x80 else 0
        content = at + 2 + octets
        if octets > 8:
            break
        length = int.from_bytes(data[at + 2 : content], "big") if octets else data[at + 1]
        end = stop if data[at + 1] == 0x80 else content + length
        found.append((data[at], content, min(end, stop)))
        at = end
    return found


_EXPECTED = {INTEGER, OID, SEQUENCE, SET, OCTET_STRING, 0x03, 0x05, 0x17, 0x18, 0xA0, 0xA3}
