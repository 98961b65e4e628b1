"""The extensions that the inventory shows (RFC 5280 section 4.2), each read independently.

An extension that can't be read is ignored: CAs write odd ones, and the certificate is still usable.
"""

from __future__ import annotations

import ipaddress

from msgspec import Struct

from ..printable import printable
from .der import BIT_STRING, BOOLEAN, INTEGER, OCTET_STRING, OID, SEQUENCE, DerError, children, dotted, expect
from .names import decode_string, read_name

_KEY_USAGES = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)

_EXTENDED_KEY_USAGES = {
    "2.5.29.37.0": "anyExtendedKeyUsage",
    "1.3.6.1.5.5.7.3.1": "serverAuth",
    "1.3.6.1.5.5.7.3.2": "clientAuth",
    "1.3.6.1.5.5.7.3.3": "codeSigning",
    "1.3.6.1.5.5.7.3.4": "emailProtection",
    "1.3.6.1.5.5.7.3.5": "ipsecEndSystem",
    "1.3.6.1.5.5.7.3.6": "ipsecTunnel",
    "1.3.6.1.5.5.7.3.7": "ipsecUser",
    "1.3.6.1.5.5.7.3.8": "timeStamping",
    "1.3.6.1.5.5.7.3.9": "OCSPSigning",
    "1.3.6.1.5.5.7.3.17": "ipsecIKE",
    "1.3.6.1.4.1.311.20.2.2": "msSmartcardLogin",
    "1.3.6.1.5.2.3.4": "pkinitKPClientAuth",
    "1.3.6.1.5.2.3.5": "pkinitKPKdc",
}

_UPN = "1.3.6.1.4.1.311.20.2.3"


class ExtensionFacts(Struct):
    """The facts in the extensions; empty values for absent ones."""

    has_constraints: bool = False
    is_ca: bool = False
    path_length: int | None = None
    key_usage: tuple[str, ...] = ()
    extended_key_usage: tuple[str, ...] = ()
    subject_key_id: str | None = None
    authority_key_id: str | None = None
    sans: tuple[str, ...] = ()


def read_extensions(der: bytes, start: int, stop: int) -> ExtensionFacts:
    """The facts in the Extensions element between ``start`` and ``stop``. Never raises for odd ones."""
    facts = ExtensionFacts()
    try:
        items = children(der, *expect(der, start, stop, SEQUENCE))
    except DerError:
        return facts
    seen: set[bytes] = set()
    for tag, item_start, item_stop in items:
        try:
            if tag != SEQUENCE:
                continue
            oid_start, oid_stop = expect(der, item_start, item_stop, OID)
            oid = der[oid_start:oid_stop]
            reader = _READERS.get(oid)
            if reader is None or oid in seen:
                continue
            # RFC 5280 allows each only once; if repeated, the first counts, as in OpenSSL.
            seen.add(oid)
            at = oid_stop
            if at < item_stop and der[at] == BOOLEAN:
                at = expect(der, at, item_stop, BOOLEAN)[1]
            reader(facts, der, *expect(der, at, item_stop, OCTET_STRING))
        except (DerError, ValueError):
            continue
    return facts


def _basic_constraints(facts: ExtensionFacts, der: bytes, start: int, stop: int) -> None:
    facts.has_constraints = True
    for tag, item_start, item_stop in children(der, *expect(der, start, stop, SEQUENCE)):
        if tag == BOOLEAN:
            facts.is_ca = any(der[item_start:item_stop])
        elif tag == INTEGER and item_stop - item_start <= 4:
            facts.path_length = int.from_bytes(der[item_start:item_stop], "big", signed=True)


def _key_usage(facts: ExtensionFacts, der: bytes, start: int, stop: int) -> None:
    bits_start, bits_stop = expect(der, start, stop, BIT_STRING)
    bits = der[bits_start + 1 : min(bits_stop, bits_start + 3)]
    facts.key_usage = tuple(
        name
        for position, name in enumerate(_KEY_USAGES)
        if position // 8 < len(bits) and bits[position // 8] & 0x80 >> position % 8
    )


def _extended_key_usage(facts: ExtensionFacts, der: bytes, start: int, stop: int) -> None:
    names: list[str] = []
    for tag, item_start, item_stop in children(der, *expect(der, start, stop, SEQUENCE)):
        if tag == OID:
            oid = dotted(der[item_start:item_stop])
            names.append(_EXTENDED_KEY_USAGES.get(oid, oid))
    facts.extended_key_usage = tuple(names)


def _subject_key_id(facts: ExtensionFacts, der: bytes, start: int, stop: int) -> None:
    id_start, id_stop = expect(der, start, stop, OCTET_STRING)
    facts.subject_key_id = der[id_start:id_stop].hex()


def _authority_key_id(facts: ExtensionFacts, der: bytes, start: int, stop: int) -> None:
    for tag, item_start, item_stop in children(der, *expect(der, start, stop, SEQUENCE)):
        if tag == 0x80:
            facts.authority_key_id = der[item_start:item_stop].hex()


def _subject_alternative_name(facts: ExtensionFacts, der: bytes, start: int, stop: int) -> None:
    names: list[str] = []
    for tag, item_start, item_stop in children(der, *expect(der, start, stop, SEQUENCE)):
        try:
            name = _general_name(der, tag, item_start, item_stop)
        except ValueError:
            continue
        if name is not None:
            names.append(name)
    facts.sans = tuple(names)


def _general_name(der: bytes, tag: int, start: int, stop: int) -> str | None:
    """One GeneralName as ``DNS:…``, ``IP:…`` and so on; None for unused forms."""
    value = der[start:stop]
    if tag in _TEXT_NAMES:
        return _TEXT_NAMES[tag] + printable(_ia5(value))
    if tag == 0x87:
        return f"IP:{ipaddress.ip_address(value)}" if len(value) in (4, 16) else f"IP:#{value.hex()}"
    if tag == 0xA4:
        return "DirName:" + read_name(value).string
    if tag == 0x88:
        return "RID:" + dotted(value)
    if tag == 0xA0:
        return _other_name(der, start, stop)
    return None


def _other_name(der: bytes, start: int, stop: int) -> str:
    """An otherName: the Microsoft user principal name with its value, any other by its OID."""
    oid_start, oid_stop = expect(der, start, stop, OID)
    oid = dotted(der[oid_start:oid_stop])
    if oid == _UPN:
        wrapped = expect(der, oid_stop, stop, 0xA0)
        tag, text_start, text_stop = children(der, *wrapped)[0]
        text = decode_string(tag, der[text_start:text_stop])
        if text is not None:
            return "UPN:" + printable(text)
    return "other:" + oid


_TEXT_NAMES = {0x81: "email:", 0x82: "DNS:", 0x86: "URI:"}

_READERS = {
    bytes.fromhex("551d0e"): _subject_key_id,
    bytes.fromhex("551d0f"): _key_usage,
    bytes.fromhex("551d11"): _subject_alternative_name,
    bytes.fromhex("551d13"): _basic_constraints,
    bytes.fromhex("551d23"): _authority_key_id,
    bytes.fromhex("551d25"): _extended_key_usage,
}


def _ia5(value: bytes) -> str:
    """The text of a name that has to be ASCII; some programs put UTF-8 there (RFC 5280 wants ``xn--``)."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
