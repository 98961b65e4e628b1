"""The tables of endpoints: what somebody added, what they served last, and the certificates that they sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from ..model.endpoint import Endpoint, EndpointReading, ServedCertificate
from ..persistence.database import Database
from ..persistence.records import FileTable, RecordTable
from .history import EndpointHistory

if TYPE_CHECKING:
    from ..certificates.facts import ParsedCertificate


class EndpointTables:
    """Typed access to them. Writing needs a transaction.

    A reading has the id of its endpoint. A certificate that endpoints sent has one record, whoever sent it; it stays
    while a reading names it.
    """

    def __init__(self, database: Database) -> None:
        unknown = "endpoint-unknown", "there is no endpoint {id}", "`certfleet endpoint list` shows them."
        self.endpoints = RecordTable(database.table("endpoints"), Endpoint, *unknown)
        self.readings = RecordTable(database.table("endpoint_readings"), EndpointReading)
        self.history = EndpointHistory(database)
        self.served = RecordTable(database.table("served_certificates"), ServedCertificate)
        self._der = FileTable(database.table("served_certificate_der"), "DER of served certificate")

    def served_by(self, readings: Iterable[EndpointReading]) -> list[ServedCertificate]:
        """The certificates that some readings name."""
        wanted = set(_named_by(readings))
        if len(wanted) > 50:
            return [one for one in self.served.all() if one.fingerprint_sha256 in wanted]
        found = (self.served.first("fingerprint_sha256", fingerprint) for fingerprint in sorted(wanted))
        return [one for one in found if one is not None]

    def der(self, fingerprint: str) -> bytes | None:
        """The DER of a certificate that an endpoint sent; None if it isn't kept."""
        found = self.served.first("fingerprint_sha256", fingerprint)
        return None if found is None else self._der.get(found.id)

    def keep(self, certificates: Iterable[ParsedCertificate]) -> None:
        """Keep certificates, each once."""
        new: list[tuple[ServedCertificate, bytes]] = []
        id = self.served.next_id()
        for one in certificates:
            if self.served.first("fingerprint_sha256", one.facts.fingerprint_sha256) is None:
                new.append((ServedCertificate(**asdict(one.facts), id=id + len(new)), one.der))
        self.served.put(record for record, _ in new)
        self._der.put((record.id, der) for record, der in new)

    def take_in(self, before: EndpointReading | None, reading: EndpointReading) -> None:
        """Make a reading the endpoint's present one."""
        if before is None:
            self.readings.put([reading])
        else:
            self.readings.write(before, reading)

    def forget_unnamed(self) -> None:
        """Delete the certificates that no reading names any more."""
        named = set(_named_by(self.readings.all()))
        gone = [one.id for one in self.served.all() if one.fingerprint_sha256 not in named]
        self.served.remove(*gone)
        self._der.remove(*gone)


def _named_by(readings: Iterable[EndpointReading]) -> Iterator[str]:
    for reading in readings:
        for address in reading.addresses:
            yield from address.chain
