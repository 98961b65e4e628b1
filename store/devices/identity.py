"""Normalising device identities, and the form of each kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from ..errors import Refusal
from ..model.device import DeviceIdentity

LONGEST_SERIAL = 64  # bytes: the limit of a common name (RFC 5280 counts characters, some libraries bytes)
_DOUBLED = bytes(48 + sum(divmod(2 * (byte - 48), 10)) if 48 <= byte < 58 else byte for byte in range(256))
_TO_CAPITALS = {ord(letter): letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}
_HEX = "[0-9A-Fa-f]"
_UUID = f"{_HEX}{{8}}(-{_HEX}{{4}}){{3}}-{_HEX}{{12}}"


class _Kind(NamedTuple):
    """A kind of identity: its name, normalisation, form, and the form in words."""

    title: str
    written: Callable[[str], str]
    fits: Callable[[str], object]
    words: str


def luhn_digit(digits: str) -> str:
    """The check digit that goes after the digits (ISO/IEC 7812-1, annex B)."""
    codes = digits.encode("ascii")
    total = sum(codes[-1::-2].translate(_DOUBLED)) + sum(codes[-2::-2]) - 48 * len(codes)
    return str(-total % 10)


def _matches(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern, re.ASCII).fullmatch


def _is_imei(value: str) -> bool:
    return re.fullmatch("[0-9]{15}", value) is not None and luhn_digit(value[:-1]) == value[-1]


def _is_serial_number(value: str) -> bool:
    return value.isprintable() and 0 < len(value.encode()) <= LONGEST_SERIAL


def _capitals(value: str) -> str:
    """ASCII only: other letters may have no upper case, or a longer one."""
    return value.translate(_TO_CAPITALS)


def _written_udid(value: str) -> str:
    """In Apple's notation: the older devices' 40 digits in lower case, all others in upper case."""
    return value.upper() if "-" in value else value.lower()


# The identities that a device can be found by, in the order in which they are tried.
_KINDS: Mapping[str, _Kind] = {
    "serial_number": _Kind(
        "serial number", _capitals, _is_serial_number, "1 to 64 printable characters, and bytes in UTF-8"
    ),
    "imei": _Kind("IMEI", str, _is_imei, "15 digits, the last of which is the check digit"),
    "meid": _Kind("MEID", str.upper, _matches(f"{_HEX}{{14}}"), "14 hexadecimal digits"),
    "udid": _Kind(
        "UDID",
        _written_udid,
        _matches(f"{_HEX}{{40}}|{_HEX}{{8}}-{_HEX}{{16}}|{_UUID}"),
        "40 hexadecimal digits, or 8-16, or those of a UUID",
    ),
    "android_id": _Kind("Android id", str.lower, _matches(f"{_HEX}{{16}}"), "16 hexadecimal digits"),
    "enrollment_id": _Kind(
        "enrollment id",
        str.upper,
        _matches(f"{_UUID}|[0-9A-Za-z]{{4}}(-[0-9A-Za-z]{{4,5}}){{5}}-[0-9A-Za-z]"),
        "the digits of a UUID, or Android's seven groups of letters and digits",
    ),
    "windows_device_id": _Kind("Windows device id", str.upper, _matches(f"{_HEX}{{64}}"), "64 hexadecimal digits"),
}
IDENTITIES = tuple(_KINDS)


def canonical(field: str, value: str) -> str:
    """The normalised identity; undefined for an invalid one."""
    return _KINDS[field].written(value.strip())


def problem(field: str, value: str) -> str | None:
    """What is wrong with an identity of this kind; None if it is valid."""
    kind = _KINDS[field]
    return None if kind.fits(value.strip()) else f"{value!r} is no {kind.title}: it has {kind.words}"


def checked(identity: DeviceIdentity) -> DeviceIdentity:
    """The normalised identity. Refuses with ``identity-invalid``."""
    written: dict[str, str] = {}
    for field in IDENTITIES:
        value = getattr(identity, field)
        if value is None or (field == "serial_number" and not value):
            continue
        if wrong := problem(field, value):
            raise Refusal("identity-invalid", wrong)
        written[field] = canonical(field, value)
    return replace(identity, **written)
