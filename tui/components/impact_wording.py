"""What stops, in words: consequences by what is to blame for them, what that takes down, and how many devices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from rich.cells import cell_len

from ...store.impact.consequences import Consequence, Reason
from ...store.impact.needs import BY_ID, CAPABILITIES, Capability, Level
from ...store.impact.outlook import Dependence, affected
from ...store.model.device import Platform
from ...store.printable import printable
from ...store.words import day, length_text, plural
from ..checklist.wording import CAPABILITY_WORDS, capabilities_text, platforms_text
from .columns import fit

Counts = Mapping[Platform, int]

ROOMY = 110  # cells that have room for whole sentences
_SHORTEST = 8  # cells of a name

_ALL = frozenset(Platform)
HOLDS_UP = (Capability.ENROLL, Capability.RENEW, Capability.CHECK_IN, Capability.MANAGE)
_NAMED = (Capability.APP, Capability.RESOURCE)  # of several, and the name says which
_WHY = {
    Reason.EXPIRED: "expired",
    Reason.CHAIN_EXPIRED: "expired",
    Reason.REVOKED: "revoked",
    Reason.NOT_YET_VALID: "not valid yet,",
    Reason.MISSING: "missing",
}


class Lost(Protocol):
    """A consequence, or the effect of one that is to come."""

    @property
    def capability(self) -> Capability: ...
    @property
    def level(self) -> Level: ...
    @property
    def platforms(self) -> tuple[Platform, ...]: ...


class Stop(NamedTuple):
    """All that one certificate, one profile, or the lack of one stops or degrades."""

    consequences: tuple[Consequence, ...]

    @property
    def certificate_id(self) -> int | None:
        """The certificate to blame; None where one is missing, or a profile has expired."""
        return self.consequences[0].certificate_id

    @property
    def level(self) -> Level:
        """The worst of it."""
        stopped = any(one.level is Level.STOPPED for one in self.consequences)
        return Level.STOPPED if stopped else Level.DEGRADED

    @property
    def holds_devices_up(self) -> bool:
        """Whether devices can't enroll, check in or be managed."""
        return any(one.capability in HOLDS_UP for one in self.consequences)

    @property
    def since(self) -> datetime | None:
        """When it began; None for what was never there."""
        return min((one.since for one in self.consequences if one.since is not None), default=None)


def by_cause(found: Iterable[Consequence]) -> list[Stop]:
    """Consequences by what is to blame for them, in the order in which those come."""
    causes: dict[tuple[object, ...], list[Consequence]] = {}
    for one in found:
        if one.certificate_id is not None and one.reason is not Reason.MISSING:
            cause: tuple[object, ...] = ("certificate", one.certificate_id)
        else:
            cause = (one.need, one.component_id, one.profile_id)
        causes.setdefault(cause, []).append(one)
    return [Stop(tuple(consequences)) for consequences in causes.values()]


def what_stops(found: Iterable[Lost], name: str = "") -> str:
    """``enrolling and managing iOS and macOS devices, push for apps``; ``name`` is that of an app or a resource."""
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
    """``enrolling, managing``."""
    return capabilities_text(one.capability for one in stop.consequences)


def whom(found: Iterable[Lost], devices: Counts) -> str:
    """``263 devices``: all that are enrolled on the platforms concerned; empty where there is none."""
    count = affected((platform for one in found for platform in one.platforms), devices)
    return plural(count, "device") if count else ""


def stopping(found: Sequence[Lost], devices: Counts, name: str = "") -> str:
    """What stops, and for how many devices."""
    return ", ".join(part for part in (what_stops(found, name), whom(found, devices)) if part)


def briefly(found: Sequence[Dependence], devices: Counts) -> str:
    """``118 devices: enrolling, managing``: what stops with a certificate that these depend on, for a column."""
    words = [
        (effect.capability in _NAMED and printable(one.component.name)) or CAPABILITY_WORDS[effect.capability]
        for one in found
        for effect in one.effects
    ]
    concerned = whom([effect for one in found for effect in one.effects], devices)
    return ": ".join(part for part in (concerned, ", ".join(dict.fromkeys(words))) if part)


def cause_of(stop: Stop, names: Mapping[int, str], now: datetime, room: int) -> str:
    """``#12 gateway.example.com, expired since 2026-01-05 (3 d)``; ``names`` are those of inventory entries. A name is
    cut where it would take more than ``room`` cells, down to a few."""
    first = stop.consequences[0]
    since = "" if stop.since is None else f" since {day(stop.since)}"
    if stop.since is not None and (lasted := now - stop.since).days:
        since += f" ({length_text(lasted)})"
    number, name, why = (
        "",
        f"{BY_ID[first.need].title} {printable(first.name)}".rstrip(),
        f", {_WHY[first.reason]}{since}",
    )
    if first.certificate_id is not None and first.reason is not Reason.MISSING:
        number, name = f"#{first.certificate_id} ", names.get(first.certificate_id, printable(first.name))
    left = max(_SHORTEST, room - cell_len(number + why))
    return f"{number}{fit(name, min(left, cell_len(name)))}{why}"


def when_text(days: int) -> str:
    """``today``, ``in 8 days``."""
    return "today" if days <= 0 else f"in {plural(days, 'day')}"


def felt(found: Iterable[Consequence], devices: Counts) -> list[Consequence]:
    """Those of the consequences that somebody feels: what was there and is no more, and what was never there where
    devices wait for it. What a deployment has just not been told of is the checklist's."""
    return [
        one
        for one in found
        if one.since is not None or (one.capability in HOLDS_UP and affected(one.platforms, devices))
    ]
