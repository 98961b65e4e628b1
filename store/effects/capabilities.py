"""The consequences that a change alters: what stops, comes back, or stops at another time than without it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from ..components.capabilities import Level
from ..components.needs import BY_ID
from ..consequences.consequences import Consequence
from ..consequences.landscape_reader import Known
from ..model.device import Platform
from ..outlook.outlook import affected
from ..outlook.stops import HOLDS_UP
from .effects import SOON, Alteration, CapabilityEffect

CapabilityKey = tuple[str, ...]


class Begin(NamedTuple):
    """A consequence within the horizon; ``at`` is None if it has begun already."""

    consequence: Consequence
    at: datetime | None


def beginnings(known: Known, now: datetime, end: datetime) -> dict[CapabilityKey, Begin]:
    """The present consequences, and those that begin by ``end`` if nobody acts, each at its first beginning."""
    found: dict[CapabilityKey, Begin] = {}
    for one in known.consequences(now):
        found.setdefault(_key(one), Begin(one, None))
    moment = known.next_turn(now)
    while moment is not None and moment <= end:
        for one in known.consequences(moment):
            found.setdefault(_key(one), Begin(one, one.since or moment))
        moment = known.next_turn(moment)
    return found


def capability_effects(
    before: Mapping[CapabilityKey, Begin],
    after: Mapping[CapabilityKey, Begin],
    devices: Mapping[Platform, int],
    now: datetime,
    known: Container[int] | None,
) -> tuple[CapabilityEffect, ...]:
    """Compare the consequences without the change and with it. ``devices`` counts devices per platform; ``known`` are
    the ids of the components that existed before; None if there was no workspace before."""
    found = _compared(before, after, devices, now, known)
    return tuple(sorted(found, key=lambda one: (one.level != Level.STOPPED, one.need)))


def _compared(
    before: Mapping[CapabilityKey, Begin],
    after: Mapping[CapabilityKey, Begin],
    devices: Mapping[Platform, int],
    now: datetime,
    known: Container[int] | None,
) -> Iterator[CapabilityEffect]:
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        altered = _altered(old, new)
        if altered is None:
            continue
        one = (new or old).consequence  # type: ignore[union-attr]  # one of them is there
        at, was_at = None if new is None else new.at, None if old is None else old.at
        if altered is Alteration.STOPS and was_at is not None and was_at <= now:
            at = was_at  # time has passed, as in a simulation
        reached = affected(one.platforms, devices)
        yield CapabilityEffect(
            alteration=altered,
            capability=one.capability,
            level=one.level,
            need=one.need,
            name="" if _is_derived(one) else one.name,
            seen=one.seen,
            platforms=one.platforms,
            devices=reached,
            at=at,
            was_at=was_at,
            soon=at is not None and at <= now + SOON,
            fresh=_is_fresh(one, known, reached),
        )


def _altered(old: Begin | None, new: Begin | None) -> Alteration | None:
    lasted, lasts = old is not None and old.at is None, new is not None and new.at is None
    if lasts:
        return None if lasted else Alteration.STOPS
    if lasted:
        return Alteration.COMES_BACK
    was_at, at = None if old is None else old.at, None if new is None else new.at
    if was_at == at:
        return None
    if was_at is None or (at is not None and at < was_at):
        return Alteration.SOONER
    return Alteration.LATER


def _key(one: Consequence) -> CapabilityKey:
    """The identity of a consequence, whichever certificate is the cause."""
    place = "" if one.component_id is None else str(one.component_id)
    name = "" if _is_derived(one) else one.name
    return (one.capability, one.level, one.need, place if BY_ID[one.need].several else "", name, *one.platforms)


def _is_fresh(one: Consequence, known: Container[int] | None, devices: int) -> bool:
    """Whether nobody relied on the component before. Devices relied on what they need to go on as they did, whatever
    the inventory knew of it."""
    if one.component_id is None:
        return False
    if known is None:
        return True
    return one.component_id not in known and not (devices and one.capability in HOLDS_UP)


def _is_derived(one: Consequence) -> bool:
    """Whether the cause is a CA certificate above others. The consequence then has the certificate's name."""
    return one.component_id is None and one.certificate_id is not None
