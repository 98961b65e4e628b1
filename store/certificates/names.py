"""Distinguished names: formatting (RFC 4514) and comparison (RFC 5280 section 7.1).

Lenient about encodings: authorities have put Latin-1 into TeletexString, "Germany" into countryName and anything at all
into PrintableString, and their certificates are in use.
"""

from __future__ import annotations

import hashlib
import unicodedata
from functools import lru_cache

from .der import OID, SEQUENCE, SET, DerError, children, dotted, expect
from .text import hex_pairs

ATTRIBUTE_NAMES = {
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.13": "description",
    "2.5.4.15": "businessCategory",
    "2.5.4.17": "postalCode",
    "2.5.4.42": "givenName",
    "2.5.4.43": "initials",
    "2.5.4.44": "generationQualifier",
    "2.5.4.46": "dnQualifier",
    "2.5.4.65": "pseudonym",
    "2.5.4.97": "organizationIdentifier",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
    "1.2.840.113549.1.9.2": "unstructuredName",
    "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
    "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
    "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
}
"""Descriptors of RFC 4519 or, if it has none, those that OpenSSL shows. Others are written as dotted OIDs."""

_SINGLE_BYTE = {0x12, 0x13, 0x14, 0x15, 0x16, 0x19, 0x1A, 0x1B}
_CACHEABLE = 4_096
"""Longer names are not cached, so the cache stays small."""

_ESCAPED = set('"+,;<>\\')


class Name:
    """One name: ``string`` after RFC 4514, and ``sha256`` of its normalised form, in hexadecimal."""

    __slots__ = ("sha256", "string")

    def __init__(self, string: str, sha256: str) -> None:
        self.string = string
        self.sha256 = sha256


def read_name(der: bytes) -> Name:
    """The name in ``der`` (a whole Name element). Raises ``DerError``."""
    return _cached(der) if len(der) <= _CACHEABLE else _read(der)


def normal_rdns(der: bytes) -> tuple[bytes, ...]:
    """The parts of the name in ``der``, normalised: two that RFC 5280 section 7.1 calls equal are the same bytes.

    Raises ``DerError``.
    """
    found: list[bytes] = []
    for tag, start, stop in children(der, *expect(der, 0, len(der), SEQUENCE)):
        if tag != SET:
            raise DerError("a name holds something other than sets of attributes")
        normal = sorted(_attribute(der, *item)[1] for item in children(der, start, stop))
        found.append(b"".join(b"%d:" % len(one) + one for one in normal))
    return tuple(found)


def decode_string(tag: int, value: bytes) -> str | None:
    """The text of an ASN.1 string, whatever its type; None for what is not a string."""
    try:
        if tag == 0x0C:
            return value.decode("utf-8")
        if tag == 0x1E:
            return value.decode("utf-16-be")
        if tag == 0x1C:
            return value.decode("utf-32-be")
    except UnicodeDecodeError:
        return value.decode("latin-1")
    if tag in _SINGLE_BYTE:
        return value.decode("latin-1")
    return None


def _read(der: bytes) -> Name:
    start, stop = expect(der, 0, len(der), SEQUENCE)
    written: list[str] = []
    digest = hashlib.sha256()
    for tag, rdn_start, rdn_stop in children(der, start, stop):
        if tag != SET:
            raise DerError("a name holds something other than sets of attributes")
        attributes = [_attribute(der, *item) for item in children(der, rdn_start, rdn_stop)]
        written.append("+".join(text for text, _ in attributes))
        # The order of the attributes in one RDN does not matter; the order of the RDNs does.
        digest.update(b"(%d" % len(attributes))
        for _, normal in sorted(attributes, key=lambda attribute: attribute[1]):
            digest.update(b"%d:" % len(normal) + normal)
    return Name(",".join(reversed(written)), digest.hexdigest())


def _attribute(der: bytes, tag: int, start: int, stop: int) -> tuple[str, bytes]:
    """One attribute written, and normalised."""
    if tag != SEQUENCE:
        raise DerError("a name holds something other than attributes")
    items = children(der, start, stop)
    if len(items) != 2 or items[0][0] != OID:
        raise DerError("an attribute of a name is not a type and a value")
    oid = dotted(der[items[0][1] : items[0][2]])
    kind, value_start, value_stop = items[1]
    value = der[value_start:value_stop]
    text = decode_string(kind, value)
    attribute = ATTRIBUTE_NAMES.get(oid, oid)
    if text is None:
        encoded = der[items[0][2] : value_stop]
        return f"{attribute}=#{encoded.hex()}", f"{oid}#".encode() + encoded
    return f"{attribute}={_escape(text)}", f"{oid}={_normal(text)}".encode("utf-8", "surrogatepass")


def _normal(text: str) -> str:
    """RFC 4518 string preparation, as far as comparing names needs it."""
    if not text.isascii():
        # A soft hyphen or a zero-width space is not seen, and RFC 4518 maps it to nothing.
        text = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return " ".join(text.casefold().split())


def _escape(text: str) -> str:
    """RFC 4514 section 2.4; characters that a terminal could interpret are written as hex pairs."""
    if text.isalnum():
        return text
    parts = [
        "\\" + character if character in _ESCAPED else character if character.isprintable() else hex_pairs(character)
        for character in text
    ]
    if text and text[-1] == " ":
        parts[-1] = "\\ "
    if text and text[0] in "# ":
        parts[0] = "\\" + text[0]
    return "".join(parts)


_cached = lru_cache(maxsize=4_096)(_read)
