"""The names of test certificates: subjects, and subject alternative names from plain text, encoded as DER."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from ..store.authorities.issuing import LONGEST_COMMON_NAME
from ..store.certificates.der import OID, SEQUENCE, SET
from ..store.certificates.dns_names import ascii_name
from .der_writing import tlv

ORGANIZATION = "certfleet test"
NO_SUBJECT = tlv(SEQUENCE)
_MAIL, _DNS, _URI, _ADDRESS = 0x81, 0x82, 0x86, 0x87  # RFC 5280, 4.2.1.6
_UTF8, _PRINTABLE = 0x0C, 0x13
_COUNTRY, _ORGANIZATION, _UNIT, _COMMON_NAME = (tlv(OID, bytes.fromhex(f"5504{last:02x}")) for last in (6, 10, 11, 3))


def general_names(identities: tuple[str, ...]) -> bytes:
    """GeneralNames without their sequence: host names (international ones too, and wildcards), IP addresses and
    networks, mail addresses, URIs. Raises ``ValueError`` for a name that can't be encoded."""
    return b"".join(map(general_name, identities))


def general_name(identity: str) -> bytes:
    """One of them."""
    if "://" in identity:
        return tlv(_URI, identity.encode("ascii"))
    if "@" in identity:
        local, _, domain = identity.rpartition("@")
        return tlv(_MAIL, f"{local}@{ascii_name(domain)}".encode("ascii"))
    if identity[-1:].isdigit() or ":" in identity:
        try:
            if "/" in identity:
                network = ipaddress.ip_network(identity)
                return tlv(_ADDRESS, network.network_address.packed, network.netmask.packed)
            return tlv(_ADDRESS, ipaddress.ip_address(identity).packed)
        except ValueError:
            pass
    if not identity:
        raise ValueError("a certificate can't be for an empty name")
    wildcard = "*." if identity.startswith("*.") else ""
    return tlv(_DNS, (wildcard + ascii_name(identity.removeprefix("*."))).encode("ascii"))


@lru_cache(maxsize=256)
def leading_names(organization: str, unit: str, country: str = "") -> bytes:
    """The parts of a subject before its common name; empty ones are left out."""
    parts = ((_COUNTRY, country), (_ORGANIZATION, organization), (_UNIT, unit))
    return b"".join(_part(oid, value) for oid, value in parts if value)


def subject_der(leading: bytes, common_name: str) -> bytes:
    """A subject as DER: ``leading_names``, then the common name, unless it is empty."""
    return tlv(SEQUENCE, leading, _part(_COMMON_NAME, common_name) if common_name else b"")


def fitting(name: str) -> str:
    """A name as common name: empty if it is too long for one."""
    return name if len(name) <= LONGEST_COMMON_NAME else ""


def _part(oid: bytes, value: str) -> bytes:
    tag = _PRINTABLE if oid is _COUNTRY else _UTF8
    return tlv(SET, tlv(SEQUENCE, oid, tlv(tag, value.encode())))
