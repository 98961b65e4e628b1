"""The outlook: consequences that begin and end if nobody acts, and the components that depend on a certificate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from ..model.component import Component, Use
from ..model.device import Platform
from ..model.task import Task
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


def at_stake(
    task: Task, components: Iterable[Component], depends: Callable[[int], Iterable[Dependence]]
) -> tuple[Dependence, ...]:
    """What stops unless a follow-up is done: what depends on the certificate that its component goes on using.
    ``depends`` gives what depends on an entry."""
    concerned = [
        one
        for one in components
        if (one.id == task.component_id if task.component_id is not None else one.need == task.need)
    ]
    return tuple(
        found
        for one in concerned
        if one.served_id is not None
        for found in depends(one.served_id)
        if found.component.id == one.id
    )


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
    return all_dependences(landscape).get(certificate_id, ())


def all_dependences(landscape: Landscape) -> dict[int, tuple[Dependence, ...]]:
    """What depends on each certificate of the inventory that something depends on, by its id."""
    found: dict[int, list[Dependence]] = {}
    order = {id: place for place, id in enumerate(BY_ID)}
    components = [one for one in landscape.components if one.need in BY_ID and one.use is not Use.NOT_USED]
    for component in sorted(components, key=lambda one: (order[one.need], one.name)):
        served, need = landscape.served(component), BY_ID[component.need]
        if served is None:
            continue
        chain = landscape.chains.get(served.id, (served.id,)) if need.shown else (served.id,)
        for id in dict.fromkeys(chain):
            found.setdefault(id, []).append(
                Dependence(
                    component=component,
                    title=title_of(component),
                    through_chain=id != served.id,
                    waits=component.certificate_id != served.id,
                    at=landscape.certificates[id].not_after,
                    effects=need.effects,
                )
            )
    return {id: tuple(dependences) for id, dependences in found.items()}


def affected(platforms: Iterable[Platform], devices: Mapping[Platform, int]) -> int:
    """The number of affected devices, given the number of enrolled devices per platform."""
    return sum(devices.get(platform, 0) for platform in dict.fromkeys(platforms))
