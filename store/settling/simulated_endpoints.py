"""Endpoints of a workspace with a virtual clock: the operator acts when the clock gets there, and it is noted as if
somebody had looked at that moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from ..consequences.landscape_reader import Known
from ..endpoints.tables import EndpointTables
from ..inventory.certificate_table import Entries
from ..model.certificate import is_root
from ..model.endpoint import AddressReading, EndpointReading, Failure
from ..model.events import EndpointChecked, Tell
from ..persistence.database import Database
from ..persistence.schema import is_virtual
from ..served.simulated_nodes import Node, nodes_of
from ..served.watched_endpoints import Watched

if TYPE_CHECKING:
    from ..certificates.facts import ParsedCertificate


class SimulatedEndpoints:
    """What simulated endpoints serve, kept in step with the clock. Writing needs a transaction."""

    def __init__(self, database: Database, tell: Tell) -> None:
        self._database = database
        self._tell = tell
        self._tables = EndpointTables(database)
        self._entries = Entries(database)

    def next_at(self, known: Known, now: datetime) -> datetime | None:
        """When an operator acts next; None if nobody is to, or the clock is the wall clock."""
        return min(
            (at for one in self._simulated(known) for at in _times(self._nodes(known, one)) if at > now), default=None
        )

    def are_due(self, known: Known, now: datetime) -> bool:
        """Whether an operator acts by now, or an endpoint was just added."""
        return any(self._is_due(known, one, now) for one in self._simulated(known))

    def act(self, known: Known, now: datetime) -> bool:
        """Let the operators act that are due; returns whether there were any."""
        due = [one for one in self._simulated(known) if self._is_due(known, one, now)]
        for one in due:
            self.look(known, one.endpoint.id, now)
        return bool(due)

    def look(self, known: Known, endpoint_id: int, now: datetime) -> EndpointReading:
        """Read a simulated endpoint and note what it serves, inside a transaction."""
        one = next(each for each in known.endpoints if each.endpoint.id == endpoint_id)
        before = self._tables.readings.peek(endpoint_id)
        last = {each.address: each for each in (before.addresses if before is not None else ())}
        sent: list[ParsedCertificate] = []
        addresses = []
        for node in self._nodes(known, one):
            acts = node.next is not None and node.at is not None and node.at <= now
            if not acts and (kept := last.get(node.address)) is not None:
                addresses.append(kept)
            else:
                addresses.append(self._address(known, node.address, node.next if acts else None, sent))
        reading = EndpointReading(id=endpoint_id, checked_at=now, addresses=tuple(addresses))
        self._tables.keep(sent)
        self._tables.take_in(before, reading)
        self._tell(EndpointChecked(one.endpoint, before, reading))
        return reading

    def _address(
        self, known: Known, address: str, entry_id: int | None, sent: list[ParsedCertificate]
    ) -> AddressReading:
        """What a node serves: the entry with its chain, as it should be sent (RFC 8446, 4.4.2: without the root)."""
        chain = () if entry_id is None else known.landscape.chain(entry_id)
        if not chain:
            return AddressReading(address=address, failure=Failure.REFUSED, said="nothing is bound to it yet")
        links = (chain[0], *(one for one in chain[1:] if not is_root(one)))
        prints = tuple(one.fingerprint_sha256 for one in links)
        sent += (self._entries.parsed(one.id) for one in links)
        trusted = chain[-1].id in known.landscape.public_tops
        return AddressReading(
            address=address, tls_version="TLSv1.3", chain=prints, path=prints, publicly_trusted=trusted
        )

    def _simulated(self, known: Known) -> Iterator[Watched]:
        if known.endpoints and is_virtual(self._database):
            yield from known.endpoints

    def _nodes(self, known: Known, one: Watched) -> tuple[Node, ...]:
        reading = self._tables.readings.peek(one.endpoint.id)
        checked_at = None if reading is None else reading.checked_at
        return nodes_of(one, known.landscape.site, checked_at)

    def _is_due(self, known: Known, one: Watched, now: datetime) -> bool:
        return self._tables.readings.peek(one.endpoint.id) is None or any(
            at <= now for at in _times(self._nodes(known, one))
        )


def _times(nodes: tuple[Node, ...]) -> Iterator[datetime]:
    return (node.at for node in nodes if node.at is not None)
