"""A certificate of the inventory as the product shows it, and what an APNs import finds out about one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from ...model.certificate import Certificate, UseAs
from ...model.distinguished_name import split_rfc4514
from ...words import day

_TYPES: Mapping[UseAs, str] = {
    UseAs.SERVER: "entity",
    UseAs.SAML: "saml",
    UseAs.APNS: "apns",
    UseAs.SSL_LISTENER: "listener",
    UseAs.DEVICE: "device",
}
_COMMA = re.compile(r"(?<!\\),")


class NameDetails(Struct, frozen=True, kw_only=True, rename="camel"):
    """A distinguished name. ``certString`` begins with its most general part."""

    cert_string: str
    email_address: str | None
    common_name: str | None
    org_unit: str | None
    org: str | None
    locality: str | None
    state: str | None
    country: str | None
    description: str | None


class CertDetails(Struct, frozen=True, kw_only=True, rename="camel"):
    """The facts in a certificate. ``serialNum`` is decimal."""

    signature_algo: str
    version: int
    serial_num: str
    issuer_name: NameDetails
    subject_name: NameDetails


class CertificateEntry(Struct, frozen=True, kw_only=True, rename="camel"):
    """An entry of the inventory. ``privateKey`` is ``"true"`` or ``"false"``."""

    name: str
    description: str
    remaining_days: int
    valid_from: str
    valid_to: str
    type: str
    is_active: bool
    private_key: str
    ca: bool
    id: int
    cert_details: CertDetails


def certificate_entry(entry: Certificate, days_left: int) -> CertificateEntry:
    """The product's entry of a certificate."""
    return CertificateEntry(
        name=entry.name,
        description=entry.description,
        remaining_days=days_left,
        valid_from=day(entry.not_before),
        valid_to=day(entry.not_after),
        type="entity" if entry.is_ca else _TYPES[entry.use_as],
        is_active=entry.replaced_by is None,
        private_key="true" if entry.has_private_key else "false",
        ca=entry.is_ca,
        id=entry.id,
        cert_details=CertDetails(
            signature_algo=entry.signature_algorithm,
            version=entry.version,
            serial_num=str(int(entry.serial_number, 16)),
            issuer_name=name_details(entry.issuer),
            subject_name=name_details(entry.subject),
        ),
    )


def name_details(name: str) -> NameDetails:
    """The parts of a name that RFC 4514 writes with the most specific part first."""
    parts: dict[str, str] = {}
    for part in split_rfc4514(name):
        kind, _, value = part.partition("=")
        parts.setdefault(kind.upper(), value)
    return NameDetails(
        cert_string=",".join(reversed(_COMMA.split(name))),
        email_address=parts.get("EMAILADDRESS"),
        common_name=parts.get("CN"),
        org_unit=parts.get("OU"),
        org=parts.get("O"),
        locality=parts.get("L"),
        state=parts.get("ST"),
        country=parts.get("C"),
        description=parts.get("DESCRIPTION"),
    )
