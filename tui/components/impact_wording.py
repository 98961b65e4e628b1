"""What stops, in words: the cause, the consequences, and the number of devices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from rich.cells import cell_len

from ...store.components.capabilities import CAPABILITIES, Capability, Level
from ...store.components.needs import BY_ID
from ...store.consequences.consequences import Reason
from ...store.model.device import Platform
from ...store.outlook.outlook import affected
from ...store.outlook.stops import Stop
from ...store.printable import printable
from ...store.views.consequence import REASON_WORDS
from ...store.views.platforms import platforms_text
from ...store.words import day, length_text, plural
from ..checklist.wording import named_capabilities_text
from .fitted_text import fit

Counts = Mapping[Platform, int]

ROOMY = 110  # cells that have room for whole sentences
_SHORTEST = 8  # cells of a name

_ALL = frozenset(Platform)
_NAMED = (Capability.APP, Capability.RESOURCE)  # of several, and the name says which


class Lost(Protocol):
    """A consequence, or the effect of a future one."""

    @property
    def capability(self) -> Capability: ...
    @property
    def level(self) -> Level: ...
    @property
    def platforms(self) -> tuple[Platform, ...]: ...


def what_stops(found: Iterable[Lost], name: str = "") -> str:
    """``enrolling and managing iOS and macOS devices, push for apps``; ``name`` names an app or a resource."""
    parts: dict[str, None] = {}
    lost = list(found)
    managed = any(one.capability is Capability.MANAGE for one in lost)
    for one in lost:
        some = "" if set(one.platforms) >= _ALL else platforms_text(one.platforms).replace(", ", " and ")
        match one.capability:
            case Capability.ENROLL if some and managed:
                phrase = f"enrolling and managing {some} devices"
            case Capability.ENROLL if some:
                phrase = f"enrolling {some} devices"
            case Capability.MANAGE if f"enrolling and managing {some} devices" in parts:
                continue
            case Capability.MANAGE:
                phrase = f"managing {some} devices".replace("  ", " ")
            case capability if capability in _NAMED and (own := name or getattr(one, "name", "")):
                phrase = (
                    printable(own)
                    if capability is Capability.RESOURCE
                    else f"{CAPABILITIES[capability]} {printable(own)}"
                )
            case capability:
                phrase = CAPABILITIES[capability]
        parts[f"{phrase} (degraded)" if one.level is Level.DEGRADED else phrase] = None
    return ", ".join(parts)


def shortly(stop: Stop) -> str:
    """The capabilities: ``enrolling, managing``."""
    return named_capabilities_text((one.capability, one.name) for one in stop.consequences)


def whom(found: Iterable[Lost], devices: Counts) -> str:
    """``263 devices``: all enrolled ones on the affected platforms; empty without any."""
    count = affected((platform for one in found for platform in one.platforms), devices)
    return plural(count, "device") if count else ""


def stopping(found: Sequence[Lost], devices: Counts, name: str = "") -> str:
    """What stops, and for how many devices."""
    return ", ".join(part for part in (what_stops(found, name), whom(found, devices)) if part)


def cause_of(stop: Stop, names: Mapping[int, str], now: datetime, room: int) -> str:
    """``#12 gateway.example.com, expired since 2026-01-05 (3 d)``; ``names`` are those of inventory entries. A name is
    cut if the text would exceed ``room`` cells, but not below a few cells."""
    first = stop.consequences[0]
    since = "" if stop.since is None else f" since {day(stop.since)}"
    if stop.since is not None and (lasted := now - stop.since).days:
        since += f" ({length_text(lasted)})"
    number, name, why = (
        "",
        f"{BY_ID[first.need].title} {printable(first.name)}".rstrip(),
        f", {REASON_WORDS[first.reason]}{since}",
    )
    if first.certificate_id is not None and first.reason is not Reason.MISSING:
        number, name = f"#{first.certificate_id} ", names.get(first.certificate_id, printable(first.name))
    left = max(_SHORTEST, room - cell_len(number + why))
    return f"{number}{fit(name, min(left, cell_len(name)))}{why}"
