"""Identities that a system makes up itself: UDIDs, the Android id, the Windows hardware id; and MAC addresses."""

from __future__ import annotations

from .data.blocks import OUIS
from .numbering import Numbering

# From the A12 on (T8020), Apple's UDID is the chip's number and the ECID. The lower 13 bits of an ECID are the same on
# most devices of a generation.
_A12 = 0x8020
_A14 = 0x8101


def udid_numbering(chip: int) -> Numbering:
    """The UDIDs of iPhones and iPads with a chip.

    Up to the A11 40 lower-case digits, a SHA-1 value; since then eight digits of the chip, a hyphen, and sixteen of
    the ECID, of which at most 53 bits are used. Both are described in The Apple Wiki, "UDID".
    """
    if chip < _A12:
        return _hexadecimal("udid", 40)
    low = 0x2E if chip < _A14 else 0x1E
    return Numbering("udid/ecid", lambda number: f"{chip:08X}-{number << 13 | low:016X}", 1 << 40)


def _hexadecimal(name: str, length: int, *, upper: bool = False) -> Numbering:
    """So many hexadecimal digits, of which the last sixteen tell devices apart."""
    layout = f"0{length}{'X' if upper else 'x'}"
    return Numbering(name, lambda number: format(number, layout), 1 << 64, 1 << 4 * length - 64)


def _hardware_uuid(number: int) -> str:
    node = number & 0xFFFF_FFFF_FFFF
    rest = number >> 48
    return (
        f"{rest & 0xFFFF_FFFF:08X}-{rest >> 32 & 0xFFFF:04X}-{0x5000 | rest >> 48 & 0xFFF:04X}"
        f"-{0x8000 | rest >> 60:04X}-{node:012X}"
    )


def wifi_numbering(maker: str) -> Numbering:
    """Wi-Fi MAC addresses with one of the maker's identifiers; a maker that has none in the tables uses Intel's."""
    prefixes = OUIS.get(maker, OUIS["Intel"])

    def write(number: int) -> str:
        rest = f"{number & 0xFFFFFF:06X}"
        return f"{prefixes[number >> 24]}:{rest[:2]}:{rest[2:4]}:{rest[4:]}"

    return Numbering("mac", write, 1 << 24, len(prefixes))


# What a Mac tells a management server as its UDID is its hardware UUID: of version 5 (RFC 9562, 5.5), in capitals.
MAC_UUID = Numbering("udid/mac", _hardware_uuid, 1 << 48, 1 << 74)

# 64 bits, one for each app signing key, user and device, since Android 8 (Settings.Secure.ANDROID_ID).
ANDROID_ID = _hexadecimal("android", 16)

# The HWDevID of the Windows enrollment request (MS-MDE2, 3.4.4.1.1.1), 256 bits in capitals.
WINDOWS_HARDWARE_ID = _hexadecimal("windows", 64, upper=True)
