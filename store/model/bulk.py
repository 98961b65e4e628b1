"""A device certificate that was brought from outside, filed under an identity of the device that it is for."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class IdentityType(StrEnum):
    """Which of a device's identities its certificate is filed under; the values are the product's own."""

    SERIAL_NUMBER = "SERIAL_NUMBER"
    IMEI = "IMEI"
    MEID = "MEID"

    @property
    def field(self) -> str:
        """The name of that identity in a device's record."""
        return self.value.lower()


class CertificateReading(Struct, frozen=True, kw_only=True):
    """What a certificate says that came in a PKCS #12 file with its private key.

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
    """A certificate with its private key, in the PKCS #12 file that it came in, for the device with that identity.

    ``identity`` is in its one way of writing (``store.devices.identity``), ``source`` the name of the archive.
    """

    id: int
    identity_type: IdentityType
    identity: str
    source: str = ""
    imported_at: datetime
    imported_by: str
