"""Reading a line of an export as what is told of a device."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from ..devices.enrollment_kinds import KINDS, PRIVATE
from ..errors import Refusal
from ..model.device import DeviceIdentity, EnrollmentKind, Ownership, Platform
from ..model.model_name import said_once
from ..words import day
from .columns import IDENTIFYING, Layout
from .dates import DateRules, read_date
from .formats import DATES
from .values import address_of, identity_of, is_gone, kind_of, ownership_of, platform_of, told, version_of, yes_or_no

LONGEST_VALUE = 1000  # characters
_PLAIN = ("maker", "model", "model_name", "os_name", "os_build", "os_edition", "security_patch")


class DeviceLine(Struct, frozen=True, kw_only=True, gc=False):
    """What a line tells of a device. ``dates`` are as they are written, by ``formats.DATES``, until the order of day
    and month is known; then the other fields have them. ``left_out`` names identities that are not valid."""

    line: int
    identity: DeviceIdentity
    owner: str = ""
    upn: str = ""
    device_name: str = ""
    kind: EnrollmentKind | None = None
    ownership: Ownership | None = None
    issuer: str = ""
    certificate_serial_number: str = ""
    dates: tuple[str, ...] = ()
    last_check_in: datetime | None = None
    enrolled_at: datetime | None = None
    not_after: datetime | None = None
    left_out: tuple[str, ...] = ()


class LineReader:
    """Reads the lines of an export with a layout."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._columns = layout.columns

    def read(self, number: int, values: Sequence[str]) -> DeviceLine:
        """What a line tells, except its dates.

        Refuses with ``value-too-long``, ``platform-unknown``, ``not-managed`` or ``identity-missing``.
        """
        raw = {field: values[place] for field, place in self._columns.items()}
        for field, value in raw.items():
            if len(value) > LONGEST_VALUE:
                said = f"its {field.replace('_', ' ')} has {len(value):,} characters"
                raise Refusal("value-too-long", said, f"At most {LONGEST_VALUE:,} are read.")
        text = {field: told(value) for field, value in raw.items()}
        if is_gone(text.get("managed", "")):
            raise Refusal("not-managed", "the export says that the device is no longer managed")
        platform = self._platform(text)
        identities, left_out = _identities(raw)
        kind = _kind(text, platform)
        if identities.get("serial_number") or any(identities.get(field) for field in PRIVATE):
            kind = None if kind is EnrollmentKind.USER else kind
        elif "enrollment_id" in identities:
            kind = EnrollmentKind.USER if EnrollmentKind.USER in KINDS[platform] else None
        if not any(identities.get(field) for field in IDENTIFYING):
            why = f": {'; '.join(left_out)}" if left_out else ""
            raise Refusal("identity-missing", f"nothing identifies the device{why}")
        version, build = version_of(text.get("os_version", ""))
        plain = {field: text.get(field, "") for field in _PLAIN}
        plain |= {field: said_once(plain[field]) for field in ("model", "model_name")}
        if not plain["os_name"] and _is_ipad(text.get("platform", ""), f"{plain['model']} {plain['model_name']}"):
            plain["os_name"] = "iPadOS"
        return DeviceLine(
            line=number,
            identity=DeviceIdentity(
                **{**plain, "os_build": plain["os_build"] or build},
                **identities,
                platform=platform,
                os_version=version,
                wifi_mac=address_of(raw.get("wifi_mac", "")),
            ),
            owner=text.get("owner") or text.get("upn") or text.get("mail", ""),
            upn=text.get("upn") or text.get("mail", ""),
            device_name=text.get("device_name", ""),
            kind=kind,
            ownership=ownership_of(text.get("ownership", "")),
            issuer=text.get("issuer", ""),
            certificate_serial_number=_hexadecimal(text.get("certificate_serial_number", "")),
            dates=tuple(raw.get(field, "") for field in DATES),
            left_out=tuple(left_out),
        )

    def _platform(self, text: dict[str, str]) -> Platform:
        texts = [text.get(field, "") for field in ("platform", "os_name", "os_version", "model", "model_name")]
        found = self._layout.platform or platform_of(texts, self._layout.platforms)
        if found is None:
            said = next((value for value in texts if value), "")
            shown = f"{said!r} is no platform of a fleet" if said else "nothing tells the platform"
            raise Refusal("platform-unknown", shown, "A mapping file can name it: [platforms].")
        return found


def dated(line: DeviceLine, rules: DateRules, now: datetime) -> DeviceLine:
    """The line with its dates. A check-in is in the past: one within the next day is a clock that differs.

    Refuses as ``dates.read_date`` does, and with ``date-in-future``.
    """
    found = {field: read_date(text, rules) for field, text in zip(DATES, line.dates, strict=True)}
    for field in ("last_check_in", "enrolled_at"):
        at = found[field]
        if at is not None and at > now:
            if (at - now).days >= 1:
                said = f"its {field.replace('_', ' ')} is on {day(at)}, which is yet to come"
                raise Refusal("date-in-future", said, "Look at the workspace's clock, and at --dates.")
            found[field] = now.replace(microsecond=0)
    return replace(line, dates=(), **found)


def _is_ipad(platform: str, model: str) -> bool:
    """By the model, else by the platform, unless that names both, as Intune's ``iOS/iPadOS`` does."""
    model, platform = model.lower(), platform.lower()
    if "ipad" in model or "iphone" in model or "ipod" in model:
        return "ipad" in model
    return "ipad" in platform and re.search(r"\bios\b", platform) is None


def _identities(raw: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    found: dict[str, str] = {}
    left_out: list[str] = []
    for field in (*IDENTIFYING, "second_imei"):
        text = raw.get(field, "")
        if not text.strip() or (field == "enrollment_id" and found):
            continue  # the product's own number of a device that tells who it is
        if field == "imei" and any(sign in text for sign in ",;") and "e+" not in text.lower():
            text, _, more = text.replace(";", ",").partition(",")
            if second := identity_of("second_imei", more)[0]:
                found["second_imei"] = second
        value, wrong = identity_of(field, text)
        if not value and field == "imei" and (meid := identity_of("meid", text)[0]):
            found.setdefault("meid", meid)  # a column for both
        elif value:
            found[field] = value
        elif wrong:
            left_out.append(wrong)
    return found, left_out


def _kind(text: dict[str, str], platform: Platform) -> EnrollmentKind | None:
    platform_text = text.get("platform", "")  # Android (fully managed)
    kind = kind_of(text.get("enrollment_kind", "")) or kind_of(platform_text.partition("(")[2])
    is_supervised = yes_or_no(text.get("supervised", ""))
    if kind is None or kind is EnrollmentKind.DEVICE:
        if is_supervised:
            kind = EnrollmentKind.SUPERVISED
        elif is_supervised is False:
            kind = EnrollmentKind.DEVICE
    return kind if kind in KINDS[platform] else None


def _hexadecimal(text: str) -> str:
    """A certificate's serial number as records have it, if it is told in hexadecimal; otherwise as it is told."""
    digits = text.replace(":", "").replace(" ", "").removeprefix("0x")
    return digits.upper() if digits and all(digit in "0123456789abcdefABCDEF" for digit in digits) else text
