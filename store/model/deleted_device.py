"""What is kept of a deleted device: its certificates and events still refer to it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from .device import Device, Platform


class DeletedDevice(Struct, frozen=True, kw_only=True, gc=False):
    """A device that was deleted ``at`` a time. ``known_by`` is its serial number or enrollment id. ``replaced`` says
    whether a simulated one had been replaced by another. ``left`` is a simulated one as it was, as long as its owner
    still uses it and has not enrolled it again."""

    id: int
    at: datetime
    platform: Platform
    name: str
    known_by: str
    owner: str = ""
    replaced: bool = False
    left: Device | None = None
