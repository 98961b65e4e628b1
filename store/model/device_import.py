"""An import of devices from an export: when, from what, and how long its devices had been silent."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from .device import Platform

SILENT_FOR = (1, 7, 30, 90)
"""The days between the classes of silence."""


class Silence(Struct, frozen=True, kw_only=True):
    """How many ``devices`` of a platform had been silent for how long when the export was made: ``longer[i]`` of them
    for more than ``SILENT_FOR[i]`` days. Devices that never checked in are not among them. ``returned`` of those that
    an earlier import found silent for more than 30 days have come back since."""

    platform: Platform
    devices: int
    longer: tuple[int, int, int, int]
    returned: int = 0


class DeviceImport(Struct, frozen=True, kw_only=True):
    """An import that changed something. ``source`` is the file's name, ``format`` that of the export. ``as_of`` is the
    latest check-in in it: about when it was made."""

    id: int
    at: datetime
    by: str
    source: str
    format: str
    lines: int
    added: int
    updated: int
    renewed: int
    refused: int
    as_of: datetime | None = None
    silence: tuple[Silence, ...] = ()
