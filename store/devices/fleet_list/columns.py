"""What the product's device list is sorted by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from ...errors import Refusal
from ...model.device import Platform
from ..listed_fields import ListedFields

SortValue = Callable[[ListedFields], Any]

_LAST = "\x7f"  # after every text: devices without a value come last
_LATEST = datetime.max.replace(tzinfo=UTC)


def _text(value: str | None) -> str:
    return value.lower() if value else _LAST


def _moment(value: datetime | None) -> datetime:
    return _LATEST if value is None else value


@lru_cache(maxsize=4096)  # so that the devices of a version share it
def _version(value: str) -> tuple[tuple[int, str], ...]:
    """``9.1`` before ``10.0``."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in value.split("."))


_FAMILIES = {Platform.IOS: "ios", Platform.MACOS: "macosx", Platform.ANDROID: "android", Platform.WINDOWS: "windows"}

SORTS: Mapping[str, SortValue | None] = {
    "ID": None,
    "SERIAL": lambda device: _text(device.serial_number),
    "IMEI": lambda device: _text(device.imei or device.meid),
    "ACTIVESYNCID": None,
    "WIFIMAC": lambda device: _text(device.wifi_mac),
    "BLUETOOTHMAC": None,
    "OSFAMILY": lambda device: _FAMILIES[device.platform],
    "SYSTEM_OEM": lambda device: _text(device.maker),
    "SYSTEM_PLATFORM": lambda device: _text(device.os_name or device.platform.value),
    "SYSTEM_OS_VERSION": lambda device: _version(device.os_version),
    "DEVICE_PROPERTY": None,
    "ISACTIVE": lambda device: device.state.is_admitted,
    "LASTUSER": lambda device: _text(device.upn or device.owner),
    "BLCOMPLIANT": None,
    "WLCOMPLIANT": None,
    "RLCOMPLIANT": None,
    "MANAGED": lambda device: device.state.is_admitted,
    "SHAREABLE": None,
    "BULKPROFILESTATUS": None,
    # Ours
    "SERIAL_NUMBER": lambda device: _text(device.serial_number),
    "USER_NAME": lambda device: _text(device.upn),
    "PLATFORM": lambda device: device.platform.value,
    "OS_VERSION": lambda device: _version(device.os_version),
    "DEVICE_MODEL": lambda device: _text(device.model_name),
    "STATUS": lambda device: device.state.value,
    "ISSUER_GROUP": lambda device: _text(device.issuer_group),
    "CERTIFICATE_END": lambda device: _moment(device.not_after),
}
"""The columns that a device's record decides; those without a key are in the order of the ids: there is no data."""

BY_TIME = {"LASTAUTHDATE": False, "INACTIVITYDAYS": True, "LAST_ACCESS": False}
"""The columns that go by when a device was last seen; True: the longer ago, the later in the list."""

COLUMNS = (*SORTS, *BY_TIME)
_BY_LETTERS = {name.replace("_", ""): name for name in COLUMNS}


def column_of(text: str) -> str:
    """The column that ``sortColumn`` names, underscores and case aside. Refuses ``sort-column-invalid``."""
    said = text.strip().upper().replace("_", "") or "ID"
    if said not in _BY_LETTERS:
        raise Refusal("sort-column-invalid", f"there is no column {text!r}", f"Use {', '.join(COLUMNS)}.")
    return _BY_LETTERS[said]


def is_descending(text: str) -> bool:
    """What ``sortOrder`` says: ASC, DESC, or DSC as some clients write it. Refuses ``sort-order-invalid``."""
    said = text.strip().upper() or "ASC"
    if said not in ("ASC", "DESC", "DSC"):
        raise Refusal("sort-order-invalid", f"{text!r} is no order", "Write ASC or DESC.")
    return said != "ASC"
