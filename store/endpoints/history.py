"""The history of endpoints: a record for each certificate that an address served, and for each time without an answer.

Only changes are written, so that what follows from it is computed again only after one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec.structs import replace

from ..model.certificate import CertificateFacts
from ..model.endpoint import AddressReading, EndpointReading, Failure
from ..model.sighting import Sighting
from ..persistence.database import Database
from ..persistence.records import RecordTable

KEPT = 100
"""How many sightings of an endpoint are kept, besides those that last."""


class EndpointHistory(RecordTable[Sighting]):
    """The table ``endpoint_history``. Writing needs a transaction."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.table("endpoint_history"), Sighting)

    def of(self, endpoint_id: int) -> list[Sighting]:
        """The history of an endpoint, the oldest first."""
        return self.find("endpoint_id", endpoint_id)

    def note(self, reading: EndpointReading, certificates: Iterable[CertificateFacts]) -> None:
        """Note what a check saw; ``certificates`` are those that it names, in any order."""
        facts = {one.fingerprint_sha256: one for one in certificates}
        known = self.of(reading.id)
        changed, added = sightings_after(known, reading, facts)
        self.put(changed)
        for one in added:
            self.add(one)
        ended = [one.id for one in (*known, *changed) if one.until is not None]
        self.remove(*sorted(set(ended))[: max(0, len(set(ended)) - KEPT)])

    def forget(self, endpoint_id: int) -> None:
        """Drop the history of an endpoint that was removed."""
        self.remove(*(one.id for one in self.of(endpoint_id)))


def sightings_after(
    known: list[Sighting], reading: EndpointReading, facts: Mapping[str, CertificateFacts]
) -> tuple[list[Sighting], list[Sighting]]:
    """What changes in the history of an endpoint with a check, and what is added.

    A name that no longer resolves says nothing of its addresses: they stay as they were seen.
    """
    lasting = {(one.address, one.failure is not None): one for one in known if one.until is None}
    read = {one.address: one for one in reading.addresses}
    at, changed, added = reading.checked_at, list[Sighting](), list[Sighting]()

    def ends(address: str, *, failing: bool) -> None:
        if (one := lasting.get((address, failing))) is not None:
            changed.append(replace(one, until=at))

    unresolved = any(one.failure is Failure.NO_ADDRESS for one in reading.addresses)
    for address, failing in lasting:
        if address not in read and not (unresolved and address):
            ends(address, failing=failing)
    for address, found in read.items():
        failure, serving = lasting.get((address, True)), lasting.get((address, False))
        if found.failure is not None:
            if failure is None:
                added.append(Sighting(id=0, endpoint_id=reading.id, address=address, since=at, failure=found.failure))
            elif failure.failure is not found.failure:
                changed.append(replace(failure, failure=found.failure))
            continue
        ends(address, failing=True)
        leaf = leaf_of(found)
        if serving is None or serving.fingerprint_sha256 != leaf:
            ends(address, failing=False)
            added.append(_sighting(reading.id, address, at, facts[leaf]))
    return changed, added


def leaf_of(found: AddressReading) -> str:
    """The SHA-256 fingerprint of the certificate that an address served as its own."""
    return found.chain[0]


def _sighting(endpoint_id: int, address: str, at: datetime, facts: CertificateFacts) -> Sighting:
    return Sighting(
        id=0,
        endpoint_id=endpoint_id,
        address=address,
        since=at,
        fingerprint_sha256=facts.fingerprint_sha256,
        public_key_sha256=facts.public_key_sha256,
        name=facts.common_name,
        not_before=facts.not_before,
        not_after=facts.not_after,
    )
