"""Normalising device identities, and the form of each kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from ..errors import Refusal
from ..model.device import DeviceIdentity
from .placeholders import is_placeholder

LONGEST_SERIAL = 64  # bytes: the limit of a common name (RFC 5280 counts characters, some libraries bytes)
_DOUBLED = bytes(48 + sum(divmod(2 * (byte - 48), 10)) if 48 <= byte < 58 else byte for byte in range(256))
_TO_CAPITALS = {ord(letter): letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}
_HEX = "[0-9A-Fa-f]"
_UUID = f"{_HEX}{{8}}(-{_HEX}{{4}}){{3}}-{_HEX}{{12}}"


_BETWEEN = re.compile(r"[\s./\u2010-\u2015\u2212-]")
_SAID_BEFORE = re.compile(r"\s*(IMEI|MEID)\s?[12]?\s?[:=]?\s*(0x)?|\s*0x", re.IGNORECASE)
_OF_A_SPREADSHEET = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)


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


def _without_blanks(value: str) -> str:
    """As phones and lists show an IMEI: in groups, with blanks or dashes between, after ``IMEI:``, or with ``.0``."""
    said = _SAID_BEFORE.match(value)
    value = value[said.end() :] if said else value
    return _BETWEEN.sub("", value.removesuffix(".0") if value.endswith(".0") and len(value) == 17 else value)


def _written_meid(value: str) -> str:
    return _without_blanks(value).upper()


def _written_udid(value: str) -> str:
    """In Apple's notation: the older devices' 40 digits in lower case, all others in upper case."""
    return value.upper() if "-" in value else value.lower()


# The identities that a device can be found by, in the order in which they are tried.
_KINDS: Mapping[str, _Kind] = {
    "serial_number": _Kind(
        "serial number", _capitals, _is_serial_number, "1 to 64 printable characters, and bytes in UTF-8"
    ),
    "imei": _Kind("IMEI", _without_blanks, _is_imei, "15 digits, the last of which is the check digit"),
    "meid": _Kind("MEID", _written_meid, _matches(f"{_HEX}{{14}}"), "14 hexadecimal digits"),
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
    if kind.fits(kind.written(value.strip())):
        return None
    return _recognised(field, _without_blanks(value), value) or f"{value!r} is no {kind.title}: it has {kind.words}"


def _recognised(field: str, digits: str, value: str) -> str | None:
    """What it is in place of an IMEI or a MEID, with that in it."""
    if field not in ("imei", "meid") or not digits.isascii():
        return None
    if _OF_A_SPREADSHEET.fullmatch(value.strip()):
        return f"{value!r} is what a spreadsheet makes of an identity: format the column as text, and export it anew"
    if len(digits) == 18 and digits.isdigit() and int(digits[:10]) < 1 << 32 and int(digits[10:]) < 1 << 24:
        meid = f"{int(digits[:10]):08X}{int(digits[10:]):06X}"
        return f"{value!r} is a MEID in decimal digits; in hexadecimal ones it is {meid}"
    if len(digits) == 16 and digits.isdigit():
        imei = digits[:14] + luhn_digit(digits[:14])
        return f"{value!r} is an IMEISV, which ends with the version of the software; the IMEI is {imei}"
    if len(digits) == 15 and re.fullmatch(f"{_HEX}*[A-Fa-f]{_HEX}*", digits):
        return f"{value!r} has a digit more than a MEID; without a check digit at the end it is {digits[:14].upper()}"
    if field == "imei" and _KINDS["meid"].fits(digits) and not digits.isdigit():
        return f"{value!r} is a MEID, not an IMEI"
    if field == "meid" and _is_imei(digits):
        return f"{value!r} is an IMEI, not a MEID"
    return None


def checked(identity: DeviceIdentity) -> DeviceIdentity:
    """The normalised identity; a placeholder for a serial number is none. Refuses with ``identity-invalid``."""
    written: dict[str, str] = {}
    for field in IDENTITIES:
        value = getattr(identity, field)
        if value is None or (field == "serial_number" and not value):
            continue
        if field == "serial_number" and is_placeholder(value):
            if not any(getattr(identity, other) for other in IDENTITIES if other != field):
                raise Refusal(
                    "identity-invalid",
                    f"{value!r} is no serial number, but what makers leave in its place: many devices have it",
                    "Give another identity of the device: its UDID, IMEI, Android id or Windows device id.",
                )
            written[field] = ""
            continue
        if wrong := problem(field, value):
            raise Refusal("identity-invalid", wrong)
        written[field] = canonical(field, value)
    return replace(identity, **written)
