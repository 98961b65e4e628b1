"""The endpoints of a workspace: added, listed, judged, removed. Nothing else is ever connected to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from msgspec import Struct

from ..devices.device_tables import DeviceRecords
from ..devices.gate import Gate, ServedChain
from ..devices.trust import trusts
from ..errors import Refusal
from ..inventory.certificate_table import Entries
from ..inventory.expiry import ExpiryRules
from ..inventory.host_names import read_host
from ..model.component import Component
from ..model.device import Device, DeviceState
from ..model.endpoint import Endpoint, EndpointReading, StartTls
from ..model.endpoint_verdict import EndpointVerdict
from ..model.sighting import Sighting
from ..persistence.records import RecordTable
from ..use_cases import Context, UseCases
from .host_port import read_host_port
from .known import KnownCertificates, known_of
from .tables import EndpointTables
from .verdicts import judge

LONGEST_DESCRIPTION = 1000
MOST = 100_000

EndpointList = list[Endpoint]  # named here because the class below has a method called ``list``


class NewEndpoint(Struct, frozen=True, kw_only=True):
    """What somebody adds. ``where`` is ``HOST`` or ``HOST:PORT``; the rest is as in ``Endpoint``."""

    where: str
    server_name: str = ""
    starttls: StartTls | None = None
    need: str | None = None
    name: str = ""
    description: str = ""


class Endpoints(UseCases):
    """The endpoints. ``checked_need`` refuses a need and a name that a component can't have; ``shown`` says whether
    devices are shown what a need uses; ``gate`` has what devices trust."""

    def __init__(
        self,
        context: Context,
        *,
        checked_need: Callable[[str, str], tuple[str, str]],
        shown: Callable[[str], bool],
        gate: Callable[[], Gate],
        expiry: Callable[[], ExpiryRules],
    ) -> None:
        super().__init__(context)
        self.tables = EndpointTables(self._database)
        self._entries = Entries(self._database)
        self._components = RecordTable(self._database.table("components"), Component)
        self._devices = DeviceRecords(self._database)
        self._checked_need, self._shown, self._gate, self._expiry = checked_need, shown, gate, expiry

    # Reading

    def list(self) -> EndpointList:
        """Every endpoint, by id."""
        return self.tables.endpoints.all()

    def get(self, id: int) -> Endpoint:
        """One endpoint; refuses with ``endpoint-unknown``."""
        return self.tables.endpoints.get(id)

    def some(self, ids: Iterable[int] | None) -> EndpointList:
        """Those of these ids, or all (None), by id; refuses with ``endpoint-unknown``."""
        return self.list() if ids is None else [self.get(id) for id in sorted(set(ids))]

    def reading(self, id: int) -> EndpointReading | None:
        """What an endpoint served when it was checked last."""
        return self.tables.readings.peek(id)

    def history(self, id: int) -> Sequence[Sighting]:
        """What an endpoint served when, the oldest first; refuses with ``endpoint-unknown``."""
        return self.tables.history.of(self.get(id).id)

    def entry_of(self, sighting: Sighting) -> int | None:
        """The entry of the inventory with the certificate that was served then."""
        entry = self._entries.by_public_key(sighting.public_key_sha256) if sighting.public_key_sha256 else None
        return entry.id if entry is not None and entry.fingerprint_sha256 == sighting.fingerprint_sha256 else None

    def note(self, reading: EndpointReading) -> None:
        """Note a check in the history, inside its transaction."""
        self.tables.history.note(reading, self.tables.served_by([reading]))

    def verdicts(self, ids: Iterable[int] | None = None, *, count: bool = True) -> Sequence[EndpointVerdict]:
        """What these endpoints, or all, serve, compared with the inventory as it is now; by id. It connects to nothing.

        With ``count`` off no devices are counted, which takes a while in a large fleet: no SSL Error 61 is told then.
        Refuses with ``endpoint-unknown``.
        """
        with self._database.moment():
            endpoints = self.some(ids)
            wanted = {endpoint.id for endpoint in endpoints}
            readings = {reading.id: reading for reading in self.tables.readings.all(wanted)}
            known, now = self._known(readings.values(), count=count), self._clock.now()
            return [judge(endpoint, readings.get(endpoint.id), known, now) for endpoint in endpoints]

    def of_certificate(self, certificate_id: int) -> Sequence[EndpointVerdict]:
        """The verdicts on the endpoints that serve an entry, or that are to serve it."""
        if not len(self.tables.endpoints):
            return ()
        with self._database.moment():
            fingerprint = self._entries.get(certificate_id).fingerprint_sha256
            bound = {(one.need, one.name) for one in self._components.find("certificate_id", certificate_id)}
            ids = {one.id for one in self.list() if (one.need, one.name) in bound}
            ids |= {
                reading.id
                for reading in self.tables.readings.all()
                if any(fingerprint in one.chain[:1] for one in reading.addresses)
            }
            return self.verdicts(ids, count=False) if ids else ()

    def of_need(self, need: str, name: str = "") -> Sequence[EndpointVerdict]:
        """The verdicts on the endpoints of a component, without counting devices."""
        if not len(self.tables.endpoints):
            return ()
        ids = [one.id for one in self.list() if (one.need, one.name) == (need, name)]
        return self.verdicts(ids, count=False) if ids else ()

    def _known(self, readings: Collection[EndpointReading], *, count: bool) -> KnownCertificates:
        gate = self._gate() if count else None
        return known_of(
            self._entries.all(),
            self._components.all(),
            self.tables.served_by(readings),
            rules=self._expiry(),
            preinstalled=() if gate is None else (id for id, anchor in gate.anchors.items() if anchor.preinstalled),
            lacking=(lambda chain: 0) if gate is None else _Counter(gate, self._devices.each),
            shown=self._shown,
        )

    # Changing

    def add(self, new: NewEndpoint) -> Endpoint:
        """Add an endpoint; it is not connected to yet.

        Refuses with ``host-invalid``, ``port-invalid``, ``need-unknown``, ``profile-needed``, ``name-needed``,
        ``name-not-wanted``, ``description-too-long``, ``endpoint-exists`` or ``too-many-endpoints``.
        """
        host, port = read_host_port(new.where, new.starttls)
        server_name = read_host(new.server_name).partition(":")[2] if new.server_name.strip() else ""
        need, name = (None, "") if new.need is None else self._checked_need(new.need, new.name)
        if len(new.description) > LONGEST_DESCRIPTION:
            raise Refusal("description-too-long", f"a description has at most {LONGEST_DESCRIPTION:,} characters")
        with self._database.transaction():
            endpoint = Endpoint(
                id=0,
                host=host,
                port=port,
                server_name="" if server_name == host else server_name,
                starttls=new.starttls,
                need=need,
                name=name,
                description=new.description.strip(),
                added_at=self._clock.now(),
                added_by=self._actor.user,
                over_network=self._actor.origin is not None and self._actor.role is not None,
            )
            # The rarer of the two: many names may be behind one address, and without a name the host tells them apart.
            field = "server_name" if endpoint.server_name else "host"
            for other in self.tables.endpoints.find(field, getattr(endpoint, field)):
                known = other.host, other.port, other.server_name, other.starttls
                if known == (host, port, endpoint.server_name, new.starttls):
                    raise Refusal(
                        "endpoint-exists",
                        f"endpoint {other.id} is {other.title} already",
                        "Several certificates behind one address are told apart by --server-name.",
                    )
            if len(self.tables.endpoints) >= MOST:
                raise Refusal("too-many-endpoints", f"there are {MOST:,} endpoints, and no more can be added")
            endpoint = self.tables.endpoints.add(endpoint)
            self._audit.record("endpoint.add", f"endpoint:{endpoint.id}", f"endpoint {_described(endpoint)} added")
        return endpoint

    def remove(self, id: int) -> Endpoint:
        """Remove an endpoint with what it served. Refuses with ``endpoint-unknown``."""
        with self._database.transaction():
            endpoint = self.get(id)
            self.tables.endpoints.remove(id)
            if self.tables.readings.peek(id) is not None:
                self.tables.readings.remove(id)
            self.tables.history.forget(id)
            self.tables.forget_unnamed()
            self._audit.record("endpoint.remove", f"endpoint:{id}", f"endpoint {_described(endpoint)} removed")
        return endpoint


class _Counter:
    """Counts the devices that lack trust in a chain; reads the devices once for each chain."""

    def __init__(self, gate: Gate, devices: Callable[[], Iterable[Device]]) -> None:
        self._gate, self._read = gate, devices
        self._counted: dict[tuple[int, ...], int] = {}

    def __call__(self, chain: ServedChain) -> int:
        if chain.ids not in self._counted:
            self._counted[chain.ids] = sum(
                device.state is not DeviceState.REVOKED
                and not trusts(device, chain, self._gate.anchors, self._gate.outages)
                for device in self._read()
            )
        return self._counted[chain.ids]


def _described(endpoint: Endpoint) -> str:
    """``gateway.example.com:443 for gateway-ssl``."""
    server_name = f", server name {endpoint.server_name}" if endpoint.server_name else ""
    starttls = f" by STARTTLS ({endpoint.starttls})" if endpoint.starttls is not None else ""
    need = "" if endpoint.need is None else f" for {endpoint.need} {endpoint.name}".rstrip()
    return f"{endpoint.title}{starttls}{server_name}{need}"
