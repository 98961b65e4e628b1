"""What is watched: each endpoint with what its addresses serve, and what that means for its component."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from ..inventory.certificate_table import Entries
from ..model.certificate import Certificate
from ..model.component import Component
from ..model.endpoint import Endpoint
from ..model.sighting import Sighting
from ..model.task import Task
from .seen_certificates import Seen, SeenCertificate


class Watched(Struct, frozen=True, kw_only=True):
    """An endpoint with the component that it belongs to, what its addresses serve by their last answer, and how those
    fail that give no answer now. ``before`` has what an address served before, by the id of the sighting after it;
    ``entries`` the entries of the inventory that are served or were, by their fingerprint. ``asked_at``: since when
    somebody is to put in place what is bound, by the follow-up, or by the binding."""

    endpoint: Endpoint
    component: Component | None
    serving: tuple[Sighting, ...]
    failing: tuple[Sighting, ...]
    before: Mapping[int, Sighting]
    entries: Mapping[str, Certificate]
    asked_at: datetime | None = None

    def where(self, one: Sighting) -> str:
        """``gw.example.com:443``, with the address if the host has several."""
        several = len({each.address for each in (*self.serving, *self.failing)}) > 1
        return f"{self.endpoint.title} ({one.address})" if several and one.address else self.endpoint.title

    def seen(self) -> tuple[SeenCertificate, ...]:
        """What it serves, as components need it."""
        return tuple(self._seen(one) for one in self.serving)

    def _seen(self, one: Sighting) -> SeenCertificate:
        assert one.not_before is not None and one.not_after is not None
        entry = self.entries.get(one.fingerprint_sha256)
        return SeenCertificate(
            endpoint_id=self.endpoint.id,
            where=self.where(one),
            certificate_id=None if entry is None else entry.id,
            name=one.name,
            not_before=one.not_before,
            not_after=one.not_after,
            since=one.since,
        )


class WatchedEndpoints:
    """Puts together what is watched. An endpoint of which nothing has changed stays the same object."""

    def __init__(self, inventory: Entries) -> None:
        self._inventory = inventory
        self._known: dict[int, tuple[tuple[object, ...], Watched]] = {}

    def of(
        self,
        endpoints: Iterable[Endpoint],
        components: Sequence[Component],
        history: Iterable[Sighting],
        tasks: Sequence[Task],
    ) -> tuple[Watched, ...]:
        """Every endpoint, by id."""
        by_endpoint: dict[int, list[Sighting]] = {}
        for sighting in history:
            by_endpoint.setdefault(sighting.endpoint_id, []).append(sighting)
        by_place = {(one.need, one.name): one for one in components}
        asked = {one.id: _asked_at(one, tasks) for one in components}
        entries, known = self._inventory.table.generation, dict[int, tuple[tuple[object, ...], Watched]]()
        for endpoint in endpoints:
            component = None if endpoint.need is None else by_place.get((endpoint.need, endpoint.name))
            asked_at = None if component is None else asked[component.id]
            own = by_endpoint.get(endpoint.id, [])
            key = endpoint, component, asked_at, own, entries
            before = self._known.get(endpoint.id)
            if before is not None and before[0] == key:
                known[endpoint.id] = before
            else:
                known[endpoint.id] = key, self._watched(endpoint, component, asked_at, own)
        self._known = known
        return tuple(one for _, one in known.values())

    def _watched(
        self, endpoint: Endpoint, component: Component | None, asked_at: datetime | None, own: Sequence[Sighting]
    ) -> Watched:
        serving = tuple(sorted((one for one in own if one.until is None and one.fingerprint_sha256), key=_place))
        before = {one.id: earlier for one in serving if (earlier := _before(one, own)) is not None}
        return Watched(
            endpoint=endpoint,
            component=component,
            serving=serving,
            failing=tuple(one for one in own if one.until is None and one.failure is not None),
            before=before,
            entries=_entries((*serving, *before.values()), self._inventory),
            asked_at=asked_at,
        )


def seen_by_component(all_watched: Iterable[Watched]) -> Seen:
    """What components were seen to serve, by their id."""
    found: dict[int, tuple[SeenCertificate, ...]] = {}
    for one in all_watched:
        if one.component is not None and one.serving:
            found[one.component.id] = (*found.get(one.component.id, ()), *one.seen())
    return found


def _asked_at(component: Component, tasks: Sequence[Task]) -> datetime | None:
    found = [
        task.opened_at
        for task in tasks
        if task.component_id == component.id and task.certificate_id == component.certificate_id
    ]
    return found[-1] if found else component.bound_at


def _place(one: Sighting) -> tuple[int, str]:
    return len(one.address), one.address


def _before(one: Sighting, own: Sequence[Sighting]) -> Sighting | None:
    earlier = [each for each in own if each.address == one.address and each.fingerprint_sha256 and each.id < one.id]
    return earlier[-1] if earlier else None


def _entries(sightings: Iterable[Sighting], inventory: Entries) -> dict[str, Certificate]:
    found = {}
    for one in sightings:
        entry = inventory.by_public_key(one.public_key_sha256)
        if entry is not None and entry.fingerprint_sha256 == one.fingerprint_sha256:
            found[one.fingerprint_sha256] = entry
    return found
