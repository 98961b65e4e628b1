"""Reading the landscape that consequences are computed from; cached until something in it changes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Container, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from ..inventory.certificate_table import Entries
from ..model.authority import AuthorityRole
from ..model.certificate import Certificate
from ..model.component import Component
from ..model.endpoint import Endpoint
from ..model.profile import ProvisioningProfile
from ..model.push_channel import PushChannel
from ..model.sighting import Sighting
from ..model.simulated_outage import SimulatedOutage
from ..model.site import SiteSettings
from ..model.start_by import StartBy
from ..model.task import Task
from ..model.trust import TrustAnchor
from ..persistence.database import Database
from ..served.seen_certificates import Seen
from ..served.simulated_nodes import operator_turns
from ..served.watched_endpoints import Watched, WatchedEndpoints, seen_by_component
from .consequences import Consequence, consequences
from .landscape import Landscape, turning_points

if TYPE_CHECKING:
    from ..authorities.ca_groups import CaGroups
    from ..certificates.facts import ParsedCertificate

TABLES = (
    "components",
    "certificates",
    "profiles",
    "settings",
    "trust_anchors",
    "push_certificates",
    "push_channel",
    "authority_groups",
    "authorities",
    "simulated_outages",
    "start_by",
    "endpoints",
    "endpoint_history",
)
"""The tables of the landscape; a change in one of them invalidates it."""

_CERTIFICATES = TABLES.index("certificates")


class Known:
    """A landscape with its turning points and consequences, and the endpoints that are watched."""

    def __init__(self, landscape: Landscape, endpoints: tuple[Watched, ...] = ()) -> None:
        self.landscape = landscape
        self.endpoints = endpoints
        self.turns = tuple(sorted({*turning_points(landscape), *operator_turns(endpoints, landscape.site)}))
        self._consequences: dict[int, tuple[Consequence, ...]] = {}  # by the position between two turns

    def consequences(self, at: datetime) -> tuple[Consequence, ...]:
        """What is stopped or degraded at a time."""
        position = bisect_right(self.turns, at)
        if position not in self._consequences:
            # Nothing changes between two turns, so it is the same whoever asks first.
            at = self.turns[position - 1] if position else at
            self._consequences[position] = consequences(self.landscape, at)
        return self._consequences[position]

    def next_turn(self, after: datetime) -> datetime | None:
        """The next time at which a consequence may begin or end; None if there is none."""
        position = bisect_right(self.turns, after)
        return self.turns[position] if position < len(self.turns) else None


class LandscapeReader:
    """Reads the landscape of a workspace. ``read`` costs one comparison while nothing changes."""

    def __init__(self, database: Database, *, site: Callable[[], SiteSettings], groups: CaGroups) -> None:
        self._database = database
        self._site = site
        self._groups = groups
        self._tables = tuple(database.table(name) for name in TABLES)
        self._entries = Entries(database)
        self._watched_endpoints = WatchedEndpoints(self._entries)
        self._public: dict[str, bool] = {}
        self._known: tuple[tuple[int, ...], Known] | None = None

    def key(self) -> tuple[int, ...]:
        """A value that differs after each change of a table of the landscape."""
        return tuple(table.generation for table in self._tables)

    def read(self) -> Known:
        """The current landscape."""
        if self._known is not None and self._known[0] == self.key():
            return self._known[1]
        with self._database.lock:
            if self._known is not None and self._still_holds(*self._known):
                known = self._known[1]
            else:
                endpoints = self._watched()
                known = Known(self._landscape(seen_by_component(endpoints)), endpoints)
            self._known = self.key(), known
        return known

    def _still_holds(self, key: tuple[int, ...], known: Known) -> bool:
        """Whether only entries have changed that no component depends on."""
        if any(old != new for at, (old, new) in enumerate(zip(key, self.key(), strict=True)) if at != _CERTIFICATES):
            return False
        same = all(self._entries.peek(id) == entry for id, entry in known.landscape.certificates.items())
        return same and (not known.endpoints or self._watched() == known.endpoints)

    def _watched(self) -> tuple[Watched, ...]:
        table = self._database.table
        endpoints = table("endpoints").records(Endpoint)
        if not endpoints:
            return ()
        components, tasks = table("components").records(Component), table("tasks").records(Task)
        return self._watched_endpoints.of(endpoints, components, table("endpoint_history").records(Sighting), tasks)

    def _landscape(self, seen: Seen) -> Landscape:
        table = self._database.table
        components = tuple(table("components").records(Component))
        certificates: dict[int, Certificate] = {}
        chains: dict[int, tuple[int, ...]] = {}
        for component in components:
            shown = {one.certificate_id for one in seen.get(component.id, ())}
            for id in {component.certificate_id, component.still_serves, *shown} - {None}:
                assert id is not None
                chains[id] = self._chain(id, certificates)
        tops = {chain[-1]: certificates[chain[-1]] for chain in chains.values() if chain}
        return Landscape(
            site=self._site(),
            components=components,
            certificates=certificates,
            chains=chains,
            public_tops=_PublicTops(tops, self._entries.parsed, self._public),
            profiles={one.id: one for one in table("profiles").records(ProvisioningProfile)},
            anchors={one.id: one for one in table("trust_anchors").records(TrustAnchor)},
            revoked=self._revoked(certificates),
            channel=table("push_channel").record(1, PushChannel),
            groups=tuple(self._groups.groups()),
            start_by=table("start_by").record(1, StartBy),
            seen=seen,
            simulated_outages=tuple(table("simulated_outages").records(SimulatedOutage)),
            device_cas=tuple(one for one in self._groups.all() if one.role is AuthorityRole.DEVICE),
        )

    def _chain(self, id: int, certificates: dict[int, Certificate]) -> tuple[int, ...]:
        chain: list[int] = []
        step: int | None = id
        while step is not None and step not in chain:
            if step not in certificates:
                entry = self._entries.peek(step)
                if entry is None:
                    break
                certificates[step] = entry
            chain.append(step)
            step = certificates[step].issuer_id
        return tuple(chain)

    def _revoked(self, certificates: Mapping[int, Certificate]) -> dict[int, datetime]:
        by_fingerprint = {certificate.fingerprint_sha256: id for id, certificate in certificates.items()}
        found = {}
        for document in self._database.table("push_certificates"):
            id = by_fingerprint.get(document["fingerprint_sha256"])
            if id is not None and document["revoked_at"] is not None:
                found[id] = msgspec.convert(document["revoked_at"], datetime)
        return found


class _PublicTops(Container[int]):
    """The entries at the top of chains that are public roots.

    Looked up on demand: reading the list of public roots takes longer than most commands.
    """

    def __init__(
        self, tops: Mapping[int, Certificate], parsed: Callable[[int], ParsedCertificate], known: dict[str, bool]
    ) -> None:
        self._tops = tops
        self._parsed = parsed
        self._known = known

    def __contains__(self, id: object) -> bool:
        top = self._tops.get(id) if isinstance(id, int) else None
        if top is None:
            return False
        if top.fingerprint_sha256 not in self._known:
            from ..certificates.public_roots import is_publicly_trusted

            self._known[top.fingerprint_sha256] = is_publicly_trusted(self._parsed(top.id))
        return self._known[top.fingerprint_sha256]
