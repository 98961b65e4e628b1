"""The columns of the list of devices."""

from __future__ import annotations

from datetime import UTC, datetime

from ...store.model.device import DeviceState
from ...store.model.model_name import said_once
from ...store.printable import printable
from ...store.views.device import pending_text, short_identity, short_state_text
from ...store.views.platforms import PLATFORMS
from ...store.words import age_text, day, minute
from ..components.text_styles import DEVICE_TONES, STATUS_TONES, Tone
from ..lists.columns import Column
from .device_row import DeviceRow

_NEVER = datetime.min.replace(tzinfo=UTC)
_NO_END = datetime.max.replace(tzinfo=UTC)
_LONGEST = 2**38  # seconds: more than all that a date can be apart


def _state_tone(row: DeviceRow) -> Tone:
    return DEVICE_TONES[row.device.state]


def _days_tone(row: DeviceRow) -> Tone | None:
    status = row.status
    return Tone.DIM if status is None else STATUS_TONES[status]


def _days(row: DeviceRow) -> str:
    days = row.days
    return "–" if days is None else f"{days:,}"


def _end(row: DeviceRow) -> datetime:
    return row.device.not_after or _NO_END


def _pending(row: DeviceRow) -> str:
    """A device's obstacle, or else its pending actions."""
    refused = row.device.refused
    return pending_text(row.device.pending) if refused is None else f"× {refused.code}"


def _pending_tone(row: DeviceRow) -> Tone:
    return Tone.PENDING if row.device.refused is None else Tone.EXPIRED


STATE = Column[DeviceRow](
    "state",
    "State",
    lambda row: short_state_text(row.device.state),
    lambda row: row.urgency * _LONGEST + _end(row).timestamp(),  # numbers are sorted three times as fast as pairs
    _state_tone,
    16,
    grow=1,
)
DAYS = Column[DeviceRow]("days", "Days", _days, _end, _days_tone, 4, right=True, value=lambda row: row.days)
DEVICE = Column[DeviceRow](
    "device",
    "Device",
    lambda row: printable(said_once(row.device.model_name or row.device.model)),
    lambda row: (row.device.model_name.lower(), row.device.known_by),
    None,
    18,
    grow=3,
    told_in=20,
    tail=lambda row: printable(short_identity(row.whole)),
)
PLATFORM = Column[DeviceRow](
    "platform",
    "Platform",
    lambda row: PLATFORMS[row.device.platform],
    lambda row: row.device.platform,
    width=8,
    keep=3,
    stays=True,
)
OWNER = Column[DeviceRow](
    "owner",
    "Owner",
    lambda row: printable(row.whole.owner),
    lambda row: row.device.owner.lower(),
    width=10,
    grow=1,
    keep=1,
    stays=True,
)
ISSUER = Column[DeviceRow](
    "issuer",
    "CA group",
    lambda row: printable(row.device.issuer_group or "–"),
    lambda row: row.device.issuer_group or "",
    width=9,
    grow=1,
    keep=5,
)
SEEN = Column[DeviceRow](
    "seen",
    "Last check-in",
    lambda row: age_text(row.last_seen, row.now),
    lambda row: row.seen_about or _NEVER,
    width=10,
    keep=2,
    stays=True,
    heading="Check-in",
)
PENDING = Column[DeviceRow](
    "pending",
    "Pending",
    _pending,
    lambda row: (row.device.refused is None, not row.device.pending, _pending(row)),
    _pending_tone,
    16,
    keep=4,
)
OS = Column[DeviceRow](
    "os",
    "OS",
    lambda row: printable(f"{row.device.os_name} {row.device.os_version}"),
    lambda row: (row.device.os_name, _version(row.device.os_version)),
    width=13,
    keep=6,
)

ENROLLMENT = Column[DeviceRow](
    "enrollment",
    "Enrollment",
    lambda row: row.device.enrollment_kind or "–",
    lambda row: row.device.enrollment_kind or "",
    width=10,
    keep=7,
)

SERIAL = Column[DeviceRow](
    "serial",
    "Serial number",
    lambda row: printable(row.whole.serial_number),
    lambda row: row.device.serial_number.lower(),
    width=14,
    optional=True,
)
IMEI = Column[DeviceRow](
    "imei",
    "IMEI",
    lambda row: printable(row.whole.imei or "–"),
    lambda row: row.device.imei or "–",
    width=15,
    optional=True,
)
USER = Column[DeviceRow](
    "upn",
    "User",
    lambda row: printable(row.whole.upn or "–"),
    lambda row: row.device.upn.lower() or "–",
    width=24,
    optional=True,
)
DEVICE_NAME = Column[DeviceRow](
    "device-name",
    "Device name",
    lambda row: printable(row.whole.device_name or "–"),
    lambda row: row.device.device_name.lower() or "–",
    width=20,
    optional=True,
)
EXPIRES = Column[DeviceRow](
    "expires",
    "Expires",
    lambda row: "–" if row.device.not_after is None else day(row.device.not_after),
    _end,
    _days_tone,
    10,
    optional=True,
)
SEEN_AT = Column[DeviceRow](
    "seen-at",
    "Checked in (UTC)",
    lambda row: "never" if row.last_seen is None else minute(row.last_seen),
    lambda row: row.seen_about or _NEVER,
    width=16,
    optional=True,
)
POLICIES = Column[DeviceRow](
    "policies",
    "Policies",
    lambda row: f"{_installed(row):,}",
    lambda row: _installed(row),
    width=8,
    right=True,
    optional=True,
    value=lambda row: _installed(row),
)
NUMBER = Column[DeviceRow](
    "id",
    "#",
    lambda row: str(row.id),
    lambda row: row.id,
    lambda row: Tone.DIM,
    6,
    right=True,
    optional=True,
    value=lambda row: row.id,
)


def _installed(row: DeviceRow) -> int:
    """The number of policies on it."""
    return sum(placed.is_installed for placed in row.device.policies)


_OPTIONAL = (NUMBER, SERIAL, IMEI, USER, DEVICE_NAME, EXPIRES, SEEN_AT, POLICIES)
FLEET = (STATE, DAYS, DEVICE, PLATFORM, OWNER, ISSUER, SEEN, PENDING, OS, ENROLLMENT, *_OPTIONAL)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() else 0 for part in text.split("."))


def row_tone(row: DeviceRow) -> Tone | None:
    """Dim for devices that are kept out on purpose."""
    return Tone.DIM if row.device.state in (DeviceState.REVOKED, DeviceState.NOT_ENROLLED) else None
