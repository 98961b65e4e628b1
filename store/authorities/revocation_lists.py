"""Revocation lists (RFC 5280, section 5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
)

from .issuer import Issuer, hash_for


class RevokedEntry(NamedTuple):
    """An entry of a revocation list; the serial number is hexadecimal."""

    serial_number: str
    at: datetime


def revocation_list(
    issuer: Issuer, number: int, revoked: Iterable[RevokedEntry], this_update: datetime, next_update: datetime
) -> bytes:
    """A CRL as DER (RFC 5280 section 5), with its number and the issuer's key identifier."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.name)
        .last_update(this_update)
        .next_update(next_update)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(issuer.key_identifier, critical=False)
    )
    reason = x509.CRLReason(x509.ReasonFlags.cessation_of_operation)
    for entry in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(int(entry.serial_number, 16))
            .revocation_date(entry.at)
            .add_extension(reason, critical=False)
            .build()
        )
    return builder.sign(issuer.key, hash_for(issuer.key)).public_bytes(Encoding.DER)
