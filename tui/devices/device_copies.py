"""What of a device can be copied."""

from __future__ import annotations

from ..components.copying import Copyable
from .device_rows import DeviceRow


def copies() -> tuple[Copyable[DeviceRow], ...]:
    """Its name, the command that shows it, and what identifies it."""
    return (
        Copyable("name", lambda row: row.device.name),
        Copyable("serial number", lambda row: row.device.serial_number),
        Copyable("id", lambda row: str(row.id)),
        Copyable("command", lambda row: f"certfleet device show {row.id}"),
        Copyable("IMEI", lambda row: row.device.imei or ""),
        Copyable("UDID", lambda row: row.device.udid or ""),
        Copyable("user", lambda row: row.device.upn),
        Copyable("device name", lambda row: row.device.device_name),
    )
