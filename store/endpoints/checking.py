"""Checking endpoints: asking what they serve, and keeping it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence

from msgspec.structs import replace

from ..model.endpoint import Endpoint, EndpointReading
from ..model.endpoint_verdict import EndpointVerdict
from ..model.events import EndpointChecked
from ..model.site import SiteSettings
from ..persistence.schema import is_virtual
from ..use_cases import Context, UseCases
from .endpoints import Endpoints
from .reading import TIME_LIMIT, ServedFiles
from .reading_many import AT_ONCE, Read, read_many


class EndpointChecks(UseCases):
    """Asks endpoints what they serve. The database is held while results are written, never during a connection."""

    def __init__(self, context: Context, *, endpoints: Endpoints, site: Callable[[], SiteSettings]) -> None:
        super().__init__(context)
        self._endpoints, self._tables = endpoints, endpoints.tables
        self._site = site

    def check(
        self, ids: Iterable[int] | None = None, *, time_limit: float = TIME_LIMIT, at_once: int = AT_ONCE
    ) -> Generator[EndpointVerdict, None, None]:
        """Ask these endpoints, or all, what they serve, ``at_once`` at a time; ``time_limit`` is in seconds, for each
        address.

        Yields each verdict once it is stored, in the order in which they come. Those that were unreachable before come
        last. Refuses with ``endpoint-unknown`` or ``not-permitted``.
        """
        self._audit.permit("endpoint.check")
        endpoints = self._endpoints.some(ids)
        before = {reading.id: reading for reading in self._tables.readings.all()}
        endpoints.sort(key=lambda one: one.id in before and not any(part.chain for part in before[one.id].addresses))
        return self._run(endpoints, time_limit, at_once)

    def _look(self, endpoints: Sequence[Endpoint]) -> Generator[EndpointVerdict, None, None]:
        """Look at endpoints on a virtual clock: what they serve is settled already, at the transaction's beginning."""
        with self._database.transaction():
            for before in self._tables.readings.all([endpoint.id for endpoint in endpoints]):
                reading = replace(before, checked_at=self._clock.now())
                self._tables.take_in(before, reading)
        yield from self._endpoints.verdicts([endpoint.id for endpoint in endpoints])

    def _run(
        self, endpoints: Sequence[Endpoint], time_limit: float, at_once: int
    ) -> Generator[EndpointVerdict, None, None]:
        if is_virtual(self._database):
            yield from self._look(endpoints)
            return
        allowed = self._site().private_endpoints
        for batch in read_many(endpoints, private_allowed=allowed, time_limit=time_limit, at_once=at_once):
            yield from self._endpoints.verdicts(self._take_in(batch))

    def take_in(self, endpoint: Endpoint, served: ServedFiles) -> None:
        """Keep what an endpoint served, as ``read_endpoint`` has it, in a transaction of its own."""
        self._take_in([(endpoint, served)])

    def _take_in(self, batch: Sequence[Read]) -> list[int]:
        """Keep what some endpoints served; the ids of those that are still there."""
        kept: list[int] = []
        with self._database.transaction():
            now, lines = self._clock.now(), []
            for endpoint, served in batch:
                if self._tables.endpoints.peek(endpoint.id) != endpoint:
                    continue  # removed meanwhile
                self._tables.keep(served.certificates.values())
                before = self._tables.readings.peek(endpoint.id)
                reading = EndpointReading(id=endpoint.id, checked_at=now, addresses=served.addresses)
                self._tables.take_in(before, reading)
                if before is None or _leaves(before) != _leaves(reading):
                    said = f"endpoint {endpoint.title} {_serves(served)}"
                    lines.append(("endpoint.check", f"endpoint:{endpoint.id}", said))
                self._tell(EndpointChecked(endpoint, before, reading))
                kept.append(endpoint.id)
            self._audit.record_all(lines)
        return kept


def _leaves(reading: EndpointReading) -> frozenset[str]:
    """The certificates that its addresses serve."""
    return frozenset(one.chain[0] for one in reading.addresses if one.chain)


def _serves(served: ServedFiles) -> str:
    leaves = dict.fromkeys(one.chain[0] for one in served.addresses if one.chain)
    if not leaves:
        return f"is unreachable: {served.addresses[0].said}"
    named = (served.certificates[leaf].facts for leaf in leaves)
    return "serves " + " and ".join(f"{one.name} (SHA-256 {one.fingerprint_sha256[:16]}…)" for one in named)
