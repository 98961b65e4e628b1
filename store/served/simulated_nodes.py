"""What simulated endpoints serve: in a workspace with a virtual clock nobody connects anywhere.

An operator puts the bound certificate on each node some hours after it was bound or replaced, and may forget some.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from ..model.site import SiteSettings
from ..times import shifted
from .watched_endpoints import Watched

NODE = "192.0.2."
"""The addresses of simulated nodes: TEST-NET-1 of RFC 5737, where nobody is."""


class Node(Struct, frozen=True, kw_only=True):
    """A node of a simulated endpoint. ``next`` is the entry that the operator puts in place ``at`` a time, if that is
    to come or is due."""

    address: str
    next: int | None = None
    at: datetime | None = None


def nodes_of(watched: Watched, site: SiteSettings, checked_at: datetime | None) -> tuple[Node, ...]:
    """The nodes of a simulated endpoint; ``checked_at`` is when it was read last.

    An address that was read on a real network, as a forecast has it, is put in order only if that was not late by then.
    """
    component = watched.component
    if not watched.serving:
        first = None if component is None else component.served_id
        at = None if first is None else watched.endpoint.added_at
        numbers = range(1, site.simulated_nodes + 1)
        return tuple(Node(address=f"{NODE}{number}", next=first, at=at) for number in numbers)
    due, bound = due_of(watched, site), None if component is None else component.certificate_id
    remembered = len(watched.serving) - site.forgotten_nodes
    found = []
    for number, one in enumerate(watched.serving):
        entry = watched.entries.get(one.fingerprint_sha256)
        other = bound is not None and (entry is None or entry.id != bound)
        if not other or due is None or watched.asked_at is None or number >= remembered:
            acts = False
        elif one.address.startswith(NODE):
            acts = one.since <= watched.asked_at  # else somebody has put something else in place since
        else:
            acts = one.since <= watched.asked_at and (checked_at is None or due > checked_at)
        found.append(Node(address=one.address, next=bound if acts else None, at=due if acts else None))
    return tuple(found)


def due_of(watched: Watched, site: SiteSettings) -> datetime | None:
    """When the operator puts what is bound in place."""
    return None if watched.asked_at is None else shifted(watched.asked_at, timedelta(hours=site.operator_hours))


def operator_turns(endpoints: Iterable[Watched], site: SiteSettings) -> Iterator[datetime]:
    """The times at which operators act, if the endpoints are simulated."""
    return (due for one in endpoints if (due := due_of(one, site)) is not None)
