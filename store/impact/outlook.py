"""The outlook: consequences that begin and end if nobody acts, and the components that depend on a certificate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from ..model.component import Component, Use
from ..model.device import Platform
from .components import title_of
from .consequences import Consequence, consequences
from .interruptions import key_of
from .landscape import Landscape, turning_points
from .needs import BY_ID, Effect


class OutlookEvent(Struct, frozen=True, kw_only=True):
    """What begins and ends at a time if nobody acts."""

    at: datetime
    began: tuple[Consequence, ...]
    ended: tuple[Consequence, ...]


class Dependence(Struct, frozen=True, kw_only=True):
    """A component that depends on a certificate: by using it, or (``through_chain``) by using one that it issued.

    ``at`` is when it expires, ``effects`` what stops then. ``waits``: it has been replaced but stays in use until a
    task is done, or until its endpoint serves the new one.
    """

    component: Component
    title: str
    through_chain: bool
    waits: bool
    at: datetime
    effects: tuple[Effect, ...]


def upcoming(landscape: Landscape, now: datetime, until: datetime) -> tuple[OutlookEvent, ...]:
    """What begins and ends after ``now`` and up to ``until``, in order."""
    events = []
    before = {key_of(one): one for one in consequences(landscape, now)}
    for moment in turning_points(landscape):
        if not now < moment <= until:
            continue
        after = {key_of(one): one for one in consequences(landscape, moment)}
        began = tuple(one for key, one in after.items() if key not in before)
        ended = tuple(one for key, one in before.items() if key not in after)
        if began or ended:
            at = min((one.since for one in began if one.since is not None), default=moment)
            events.append(OutlookEvent(at=at, began=began, ended=ended))
        before = after
    return tuple(events)


def dependences(landscape: Landscape, certificate_id: int) -> tuple[Dependence, ...]:
    """What depends on a certificate of the inventory, in the order of the list of needs."""
    found = []
    for component in landscape.components:
        served, need = landscape.served(component), BY_ID.get(component.need)
        if served is None or need is None or component.use is Use.NOT_USED:
            continue
        chain = landscape.chains.get(served.id, (served.id,)) if need.shown else (served.id,)
        if certificate_id not in chain:
            continue
        certificate = landscape.certificates[certificate_id]
        found.append(
            Dependence(
                component=component,
                title=title_of(component),
                through_chain=certificate_id != served.id,
                waits=component.certificate_id != served.id,
                at=certificate.not_after,
                effects=need.effects,
            )
        )
    order = list(BY_ID)
    return tuple(sorted(found, key=lambda one: (order.index(one.component.need), one.component.name)))


def affected(platforms: Iterable[Platform], devices: Mapping[Platform, int]) -> int:
    """The number of affected devices, given the number of enrolled devices per platform."""
    return sum(devices.get(platform, 0) for platform in dict.fromkeys(platforms))
