"""The devices that bulk certificates belong to, if they have been added."""

from __future__ import annotations

from msgspec import Struct

from ..model.bulk import DeviceIdentityCertificate
from ..model.device import Platform
from ..persistence.database import Database


class Holder(Struct, frozen=True):
    """The fields of a device that say whether a certificate can be installed on it."""

    id: int
    platform: Platform


class Holders:
    """Finds the device with a certificate's identity."""

    def __init__(self, database: Database) -> None:
        self._devices = database.table("devices")

    def of(self, record: DeviceIdentityCertificate) -> Holder | None:
        """The device, or None if none with that identity has been added."""
        for document in self._devices.find(record.identity_type.field, record.identity):
            return Holder(document.doc_id, Platform(document["platform"]))
        return None

    def note(self, record: DeviceIdentityCertificate) -> str | None:
        """Why the certificate will not be installed on its device; None if it may be."""
        holder = self.of(record)
        return None if holder is None else note_of(holder)


def note_of(holder: Holder) -> str | None:
    """Bulk certificates are for iOS only."""
    if holder.platform is Platform.IOS:
        return None
    return f"Device {holder.id} is not an iOS device: it will not be installed."
