"""A device certificate imported from an archive, filed under its device's identity."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class IdentityType(StrEnum):
    """The kind of identity that a certificate is filed under; the values are the product's own."""

    SERIAL_NUMBER = "SERIAL_NUMBER"
    IMEI = "IMEI"
    MEID = "MEID"

    @property
    def field(self) -> str:
        """The name of that identity in a device's record."""
        return self.value.lower()


class CertificateReading(Struct, frozen=True, kw_only=True):
    """The facts of a certificate from a PKCS #12 file with its private key.

    ``serial_number`` is upper-case hexadecimal. ``file_sha256`` is over the PKCS #12 file as it is.
    """

    subject: str
    issuer: str
    serial_number: str
    not_before: datetime
    not_after: datetime
    fingerprint_sha256: str
    public_key_sha256: str
    key_algorithm: str
    key_size: int | None = None
    file_sha256: str


class DeviceIdentityCertificate(CertificateReading, frozen=True, kw_only=True):
    """A certificate with its private key, in its original PKCS #12 file, for the device with this identity.

    ``identity`` is normalised (``store.devices.identity``), ``source`` is the archive's name.
    """

    id: int
    identity_type: IdentityType
    identity: str
    source: str = ""
    imported_at: datetime
    imported_by: str
