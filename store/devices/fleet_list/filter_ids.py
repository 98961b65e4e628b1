"""``filterIds`` of the product: ``"['device.platform.ios']"``, ``"[device.mode.mdm.managed]"`` and the like.

Filters of one kind widen each other, filters of different kinds narrow: iOS or Android, and managed. Every name is
taken; what no device can be matches none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from ...errors import Refusal
from ...model.device import Device, DeviceState, EnrollmentKind, Ownership, Platform
from .traits import Traits

LONGEST = 10_000  # characters
Predicate = Callable[[Traits], bool]

FAMILIES: Mapping[str, tuple[Platform, ...]] = {
    "ios": (Platform.IOS,),
    "macosx": (Platform.MACOS,),
    "macos": (Platform.MACOS,),
    "osx": (Platform.MACOS,),
    "android": (Platform.ANDROID,),
    "windows": (Platform.WINDOWS,),
    "windows.8.tablet": (Platform.WINDOWS,),
}
"""The platforms in the filters' words. The product calls every Windows computer a ``windows.8.tablet``."""
ENROLLMENT_PROGRAM = ("enrollment.program.registered", "enrollment.program.registred")
MANAGED_MODES = ("mdm", "enterprise")
OWNERSHIPS = {"byod": Ownership.PERSONAL, "corporate": Ownership.COMPANY, "unknown": None}
INACTIVE = {
    "8.hours": timedelta(hours=8),
    "24.hours": timedelta(hours=24),
    "7.days": timedelta(days=7),
    "30.days": timedelta(days=30),
}

_QUOTED = re.compile(r"""\s*(?:'([^']*)'|"([^"]*)"|([^,\[\]'"]+))\s*(?:,|$)""")
_INACTIVE = re.compile(r"(more\.than\.)?(\d{1,4})\.(hours|days)")
_VERSION = re.compile(r"device\.platform#(.{0,64})@_fn_@device\.platform\.([a-z0-9.]+)\.version")
ISSUER = re.compile(r"device\.issuer\.ca#(.{1,64})@_fn_@device\.issuer\.ca")
STATE_NAMES = {state.name.lower().replace("_", "."): state for state in DeviceState}


class Seen(NamedTuple):
    """When a device was last seen: since ``limit``, or (``more``) not since then."""

    limit: datetime
    more: bool


class Tests(NamedTuple):
    """What a device has to pass: all ``fixed`` tests, which its record decides, and one of ``seen``, if any."""

    fixed: tuple[Predicate, ...] = ()
    seen: tuple[Seen, ...] = ()


def parse_filter_ids(text: str | None) -> tuple[str, ...]:
    """The ids in the product's way of writing a list; quotes of either kind, or none. Refuses ``filter-invalid``."""
    if text is None or not (inside := text.strip()):
        return ()
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
    return tuple(dict.fromkeys(part for part in found if part))


def tests_of(ids: tuple[str, ...], now: datetime, issuers: Mapping[str, str]) -> Tests:
    """What a device has to pass; ``issuers`` has the CA group for the id of each devices CA."""
    fixed: dict[str, list[Predicate]] = {}
    seen: list[Seen] = []
    for id in map(small_letters, ids):
        if id.startswith("device.inactive.time."):
            found = _INACTIVE.fullmatch(id.removeprefix("device.inactive.time."))
            if found is None:
                fixed.setdefault("inactive", []).append(nothing)
                continue
            unit = timedelta(hours=1) if found[3] == "hours" else timedelta(days=1)
            seen.append(Seen(now - int(found[2]) * unit, more=found[1] is not None))
        else:
            fixed.setdefault(kind_of(id), []).append(predicate(id, issuers))
    if seen:
        fixed.pop("inactive", None)  # one that matches nothing widens by nothing
    return Tests(tuple(_any(group) for group in fixed.values()), tuple(seen))


def predicate(id: str, issuers: Mapping[str, str]) -> Predicate:
    """Which devices a filter finds, apart from those about the time since a device was seen."""
    if found := _VERSION.fullmatch(id):
        version, platforms = found[1], FAMILIES.get(found[2], ())
        return lambda device: device.platform in platforms and device.os_version == version
    if found := ISSUER.fullmatch(id):
        group = issuers.get(found[1])
        return nothing if group is None else lambda device: device.issuer_group == group
    kind, _, rest = id.removeprefix("device.").partition(".")
    match kind:
        case "platform" if rest.endswith(".version.unknown"):
            platforms = FAMILIES.get(rest.removesuffix(".version.unknown"), ())
            return lambda device: device.platform in platforms and not device.os_version
        case "platform":
            platforms = FAMILIES.get(rest, ())
            return lambda device: device.platform in platforms
        case "mode":
            mode, _, managed = rest.partition(".")
            if mode in MANAGED_MODES and managed in ("managed", "unmanaged"):
                wanted = managed == "managed"
                return lambda device: device.state.is_admitted is wanted
        case "status" if rest in ENROLLMENT_PROGRAM:
            return is_in_enrollment_program
        case "status" if rest in STATE_NAMES:
            state = STATE_NAMES[rest]
            return lambda device: device.state is state
        case "ownership" if rest in OWNERSHIPS:
            ownership = OWNERSHIPS[rest]
            return lambda device: device.ownership is ownership
        case "shared" if rest == "status.not.shareable":  # nobody checks a device out or in here
            return lambda device: True
        case "certificate" if rest.startswith("ca."):
            wanted_group = rest.removeprefix("ca.")
            return lambda device: device.issuer_group == wanted_group
    return nothing


def is_in_enrollment_program(device: Device | Traits) -> bool:
    """Whether Apple's enrollment program (DEP) has enrolled it."""
    return device.enrollment_kind is EnrollmentKind.SUPERVISED and device.platform in (Platform.IOS, Platform.MACOS)


def nothing(_: Traits) -> bool:
    """What no device can be."""
    return False


def small_letters(id: str) -> str:
    """As people write them: ``device.platform.iOS``. What stands between ``#`` and ``@`` is a value."""
    before, at, after = id.rpartition("@_fn_@")
    name, hash, value = before.partition("#")
    return f"{name.lower()}{hash}{value}{at}{after.lower()}" if at else id.lower() if "#" not in id else id


def kind_of(id: str) -> str:
    """What a filter is about; two of one kind widen each other."""
    if not id.startswith("device."):
        return id.partition("#")[0]
    kind = id.split("#", 1)[0].split(".")[1]
    return "issuer" if id.startswith(("device.issuer.ca", "device.certificate.ca.")) else kind


def _any(group: list[Predicate]) -> Predicate:
    if len(group) == 1:
        return group[0]
    return lambda device: any(one(device) for one in group)


def _invalid(message: str) -> Refusal:
    return Refusal(
        "filter-invalid",
        message,
        "Write it like ['device.platform.ios','device.mode.mdm.managed'], or device.inactive.time.more.than.30.days.",
    )
