"""``filterIds`` of the product: ``"['device.platform.ios']"``, ``"[device.mode.mdm.managed]"`` and the like.

Filters of one kind widen each other, filters of different kinds narrow: iOS or Android, and managed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from difflib import get_close_matches

from ...store.devices.presence import Outages, last_seen
from ...store.errors import Refusal
from ...store.model.device import Device, DeviceState, Platform

LONGEST = 10_000  # characters
Predicate = Callable[[Device], bool]

_FAMILIES = {
    "ios": (Platform.IOS,),
    "macos": (Platform.MACOS,),
    "osx": (Platform.MACOS,),
    "android": (Platform.ANDROID,),
    "windows": (Platform.WINDOWS,),
    "win": (Platform.WINDOWS,),
}
_QUOTED = re.compile(r"""\s*(?:'([^']*)'|"([^"]*)"|([^,\[\]'"]+))\s*(?:,|$)""")
_INACTIVE = re.compile(r"device\.inactive\.time\.(more\.than\.)?(\d{1,4})\.(hours|days)")
_VERSION = re.compile(r"device\.platform#(.{1,64})@_fn_@device\.platform\.([a-z]+)\.version")
_STATES = {
    "managed": (DeviceState.ENROLLED, DeviceState.RE_ENROLLMENT_REQUIRED),
    "unmanaged": (DeviceState.NOT_ENROLLED, DeviceState.MUST_RE_ENROLL, DeviceState.REVOKED),
}
_STATE_NAMES = {state.name.lower().replace("_", "."): state for state in DeviceState}


_NAMED = (
    *(f"device.platform.{family}" for family in _FAMILIES),
    *(f"device.mode.{mode}.{state}" for mode in ("mdm", "enterprise", "mam") for state in _STATES),
    *(f"device.status.{name}" for name in _STATE_NAMES),
    *(f"device.ownership.{one}" for one in ("corporate", "byod", "unknown")),
)


def parse_filter_ids(text: str | None) -> list[str]:
    """The ids in the product's way of writing a list; quotes of either kind, or none. Refuses ``filter-invalid``."""
    if text is None or not (inside := text.strip()):
        return []
    if len(inside) > LONGEST:
        raise _invalid(f"filterIds has more than {LONGEST:,} characters")
    if inside.startswith("[") != inside.endswith("]"):
        raise _invalid("filterIds lacks a bracket")
    inside = inside.removeprefix("[").removesuffix("]").strip()
    found, position = [], 0
    while position < len(inside):
        match = _QUOTED.match(inside, position)
        if match is None:
            raise _invalid("filterIds is not a list of names")
        found.append(next(part for part in match.groups() if part is not None).strip())
        position = match.end()
    return [part for part in found if part]


def tests_of(ids: list[str], now: datetime, outages: Outages) -> list[Predicate]:
    """What a device has to pass, one test after the other. Refuses with ``filter-invalid``."""
    kinds: dict[str, list[Predicate]] = {}
    for id in ids:
        kind, predicate = _one(id, now, outages)
        kinds.setdefault(kind, []).append(predicate)
    inactive = kinds.pop("inactive", None)  # takes longest, so it comes last
    return [_any(group) for group in (*kinds.values(), *([] if inactive is None else [inactive]))]


def _any(group: list[Predicate]) -> Predicate:
    if len(group) == 1:
        return group[0]
    return lambda device: any(one(device) for one in group)


def _one(id: str, now: datetime, outages: Outages) -> tuple[str, Predicate]:
    if found := _INACTIVE.fullmatch(id):
        unit = timedelta(hours=1) if found[3] == "hours" else timedelta(days=1)
        return "inactive", _inactive(now - int(found[2]) * unit, now, outages, more=found[1] is not None)
    if (found := _VERSION.fullmatch(id)) and found[2] in _FAMILIES:
        version, platforms = found[1], _FAMILIES[found[2]]
        return "platform", lambda device: device.platform in platforms and device.os_version == version
    if id.startswith("group#"):  # a delivery group of the directory, of which certfleet knows none
        return "group", lambda device: False
    parts = id.split(".")
    match parts:
        case ["device", "platform", family] if family in _FAMILIES:
            platforms = _FAMILIES[family]
            return "platform", lambda device: device.platform in platforms
        case ["device", "mode", "mdm" | "enterprise" | "mam", "managed" | "unmanaged"]:
            states = _STATES[parts[3]]
            return "mode", lambda device: device.state in states
        case ["device", "status", *name] if ".".join(name) in _STATE_NAMES:
            state = _STATE_NAMES[".".join(name)]
            return "status", lambda device: device.state is state
        case ["device", "ownership", "corporate" | "byod" | "unknown"]:
            unknown = parts[2] == "unknown"
            return "ownership", lambda device: unknown
        case ["device", "certificate", "ca", *group] if group:
            wanted = ".".join(group)
            return "issuer", lambda device: device.issuer_group == wanted
        case _:
            near = get_close_matches(id[:80], _NAMED, 1)
            raise _invalid(f"there is no filter {id[:80]!r}" + (f"; did you mean {near[0]}?" if near else ""))


def _inactive(limit: datetime, now: datetime, outages: Outages, *, more: bool) -> Predicate:
    """Heard of since a moment, or (``more``) not since then."""

    def matches(device: Device) -> bool:
        if device.last_check_in is not None and device.last_check_in >= limit:
            return not more
        seen = last_seen(device, now, outages)
        return (seen is None or seen < limit) if more else (seen is not None and seen >= limit)

    return matches


def _invalid(message: str) -> Refusal:
    return Refusal(
        "filter-invalid",
        message,
        "Write it like ['device.platform.ios','device.mode.mdm.managed'], or device.inactive.time.more.than.30.days.",
    )


FILTERS: Mapping[str, str] = {
    "device.platform.ios | macos | android | windows": "by platform",
    "device.platform#VERSION@_fn_@device.platform.ios.version": "by platform and version",
    "device.mode.mdm.managed | unmanaged": "enrolled, or not (any more)",
    "device.status.must.re.enroll": "by state",
    "device.certificate.ca.GROUP": "by the CA group of its certificate",
    "device.inactive.time.30.days | 8.hours": "heard of since then",
    "device.inactive.time.more.than.30.days": "not heard of since then",
}
"""What is understood, for the OpenAPI page."""
