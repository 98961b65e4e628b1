"""Components that go on with another certificate than the one that is bound, and what they wait for."""

from __future__ import annotations

from collections.abc import Iterable

from ..consequences.landscape import Landscape
from ..model.component import Component
from ..served.seen_certificates import called, counting, lagging


def awaiting(landscape: Landscape, certificate_id: int) -> tuple[Component, ...]:
    """The components to which an entry is bound, and that don't use it yet."""
    return tuple(
        one for one in landscape.components if one.certificate_id == certificate_id != landscape.served_id(one)
    )


def waits_for(landscape: Landscape, component: Component) -> str:
    """``a task is done``, or ``gw.example.com:443 serves it``: until when it goes on with another certificate."""
    behind = lagging(component, landscape.seen.get(component.id, ()))
    if not behind:
        return "a task is done"
    places = _places(one.where for one in behind)
    return f"{places} serve it" if " and " in places else f"{places} serves it"


def still_used(landscape: Landscape, component: Component) -> str:
    """``#3``, or ``a certificate that is not in the inventory (gw.example.com)``: what it goes on with."""
    seen = counting(landscape.seen.get(component.id, ()))
    if seen is not None and seen.certificate_id is None:
        return called(seen)
    return f"#{landscape.served_id(component)}"


def _places(where: Iterable[str]) -> str:
    places = list(dict.fromkeys(where))
    if len(places) == 1:
        return places[0]
    return f"{places[0]} and {len(places) - 1} more"
