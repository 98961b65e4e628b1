"""When a server's pushes go out to simulated devices that are asked at the same time: so many a minute."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from ..model.device import Device

A_MINUTE = 1000
"""Pushes that a server sends in a minute, so that not all devices come at once. Assumed: see docs/simulator.md."""


def paced(device: Device, now: datetime, place: int) -> Device:
    """The device that is asked for something now, when ``place`` others are pushed before it."""
    habits, wait = device.habits, place * 60 // A_MINUTE
    if habits is None or not habits.pushed or not wait:
        return device
    return replace(device, habits=replace(habits, push_at=int(now.timestamp()) + wait))
