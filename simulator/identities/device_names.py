"""The name of a device, as its system sets it by default."""

from __future__ import annotations

from .data.blocks import DIGITS
from .owner import DeviceIdentity, Platform

_SIGNS = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def device_name(identity: DeviceIdentity, owner: str, draw: int) -> str:
    """``Anna’s iPhone``, ``Anna’s MacBook Air``, ``Galaxy S24``, ``DESKTOP-3F7K2QP``. Apple's take the owner's first
    name; ``draw`` (64 bits) gives the signs of Windows."""
    match identity.platform:
        case Platform.IOS:
            kind = "iPad" if identity.os_name == "iPadOS" else "iPhone"
        case Platform.MACOS:
            kind = identity.model_name.partition(" (")[0]
        case Platform.ANDROID:
            return identity.model_name
        case Platform.WINDOWS:
            signs = ""
            for _ in range(7):
                draw, sign = divmod(draw, len(_SIGNS))
                signs += _SIGNS[sign]
            return f"DESKTOP-{signs}"
    first = owner.partition(" ")[0]
    return f"{first}’s {kind}" if first else kind
