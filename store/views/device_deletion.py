"""Deleting devices, in words."""

from __future__ import annotations

from collections import Counter

from ..devices.deletion import DeletionResult
from ..words import plural
from .platforms import by_platform


def deleted_text(result: DeletionResult) -> str:
    """``deleted 3 devices: 2 iOS, 1 Windows``; empty if none was deleted."""
    if not result.deleted:
        return ""
    counts = Counter(device.platform.value for device in result.deleted)
    return f"deleted {plural(len(result.deleted), 'device')}: {by_platform(counts)}"


def enrolls_again(devices: int) -> str:
    """What deleting so many devices asks of them, as a sentence without its full stop."""
    return "It would have to enroll as a new one" if devices == 1 else "They would have to enroll as new ones"
