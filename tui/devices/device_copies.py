"""What of a device can be copied."""

from __future__ import annotations

from ..lists.copying import Copyable
from .device_row import DeviceRow


def copies() -> tuple[Copyable[DeviceRow], ...]:
    """Its name, the command that shows it, and what identifies it."""
    return (
        Copyable("name", lambda row: row.whole.name),
        Copyable("serial number", lambda row: row.whole.serial_number),
        Copyable("id", lambda row: str(row.id)),
        Copyable("command", lambda row: f"certfleet device show {row.id}"),
        Copyable("IMEI", lambda row: row.whole.imei or ""),
        Copyable("UDID", lambda row: row.whole.udid or ""),
        Copyable("user", lambda row: row.whole.upn),
        Copyable("device name", lambda row: row.whole.device_name),
    )
