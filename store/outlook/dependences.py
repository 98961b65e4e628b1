"""What depends on a certificate: components that use it or one that it issued, and whether any does."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from datetime import datetime

from msgspec import Struct

from ..components.capabilities import Effect
from ..components.naming import title_of
from ..components.needs import BY_ID
from ..consequences.landscape import Landscape
from ..model.certificate import Certificate
from ..model.component import Component, Use
from ..model.task import Task


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


def depended_on(landscape: Landscape) -> set[int]:
    """The entries that a component uses, will use once a task is done, or has in a chain that it shows."""
    found: set[int] = set()
    for component in landscape.components:
        need = BY_ID.get(component.need)
        if need is None or component.use is Use.NOT_USED:
            continue
        seen = (one.certificate_id for one in landscape.seen.get(component.id, ()))
        for id in (component.certificate_id, component.still_serves, *seen):
            if id is not None:
                found |= {id, *(landscape.chains.get(id, ()) if need.shown else ())}
    return found


def unused_ends(
    entries: Iterable[Certificate], depended: Container[int], now: datetime, until: datetime
) -> tuple[Certificate, ...]:
    """The entries that expire from ``now`` up to ``until`` and that nothing is known to depend on, in order."""
    found = (
        entry
        for entry in entries
        if now <= entry.not_after <= until and entry.replaced_by is None and entry.id not in depended
    )
    return tuple(sorted(found, key=lambda entry: (entry.not_after, entry.id)))
