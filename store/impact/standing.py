"""How a workspace stands: what its certificates let people and devices do, and what follows from the passing of time.

``settle`` does what is due by the clock, and ``gate`` is what devices go by. Everything here is made of the same
landscape, which is read anew when one of its tables has changed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from ..audit import AuditTrail
from ..authorities.authorities import Authorities
from ..clock import Clock
from ..devices.device_tables import Batch, DeviceRecords
from ..devices.gate import Gate, ServedChain
from ..devices.push import push_lost
from ..devices.trust import trusts
from ..inventory.certificate_table import Entries
from ..model.audit import SYSTEM
from ..model.certificate import Certificate
from ..model.component import Component, Use
from ..model.device import Device, DeviceState, Platform
from ..model.documents import from_document, to_document
from ..model.profile import ProvisioningProfile
from ..model.push_channel import PushChannel
from ..model.task import Task
from ..model.trust import TrustAnchor
from ..notices.inbox import Notices
from ..persistence.database import Database
from .channel import follow
from .checklist import Row, checklist
from .consequences import Consequence, consequences
from .due_notices import Due, expiry_notices, failed_renewals, stopped_notices
from .gates import gate_of
from .interruptions import Interruptions, turn
from .landscape import Landscape, turning_points
from .outlook import Dependence, Event, dependences, upcoming
from .public_roots import is_publicly_trusted
from .site import Site

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
)
"""What the landscape is made of: whoever has seen one of them change has to look again."""


class Placed(Struct, frozen=True):
    """What of a device tells where it counts."""

    id: int
    platform: Platform
    state: DeviceState


class _Known:
    """What was made of the tables as they were: the landscape, when it turns, which notices are due when."""

    def __init__(self, landscape: Landscape, due: Sequence[Due]) -> None:
        self.landscape = landscape
        self.turns = turning_points(landscape)
        self.due = due
        self.due_at = [one.at for one in due]
        self.consequences: dict[int, tuple[Consequence, ...]] = {}  # by the position between two turns


class Standing:
    """How a workspace stands."""

    def __init__(
        self,
        database: Database,
        *,
        audit: AuditTrail,
        clock: Clock,
        site: Site,
        authorities: Authorities,
        notices: Notices,
    ) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._site = site
        self._authorities = authorities
        self._notices = notices
        self._tables = tuple(database.table(name) for name in TABLES)
        self._entries = Entries(database.table("certificates"), database.table("certificate_der"))
        self._components = database.table("components")
        self._profiles = database.table("profiles")
        self._anchors = database.table("trust_anchors")
        self._portal = database.table("push_certificates")
        self._tasks = database.table("tasks")
        self._channel = database.table("push_channel")
        self._failures = database.table("renewal_failures")
        self._interruption_table = database.table("interruptions")
        self._interruptions = Interruptions(self._interruption_table)
        self._devices = DeviceRecords(database)
        self._public: dict[str, bool] = {}
        self._known: tuple[tuple[int, ...], _Known] | None = None
        self._gate: tuple[object, Gate] | None = None
        self._settled: tuple[object, datetime | None] | None = None
        self._changing_at: datetime | None = None

    # Looking

    def now(self) -> datetime:
        """The workspace's time."""
        return self._clock.now()

    def landscape(self) -> Landscape:
        """What the consequences follow from, as it is."""
        return self._read().landscape

    def consequences(self, at: datetime | None = None) -> tuple[Consequence, ...]:
        """What is stopped or degraded at a time, by default now, if nobody does anything until then."""
        known = self._read()
        at = at or self._clock.now()
        position = bisect_right(known.turns, at)
        if position not in known.consequences:
            known.consequences[position] = consequences(known.landscape, at)
        return known.consequences[position]

    def next_turn(self, after: datetime) -> datetime | None:
        """The next moment at which something may begin or end by itself; None where there is none."""
        turns = self._read().turns
        position = bisect_right(turns, after)
        return turns[position] if position < len(turns) else None

    def gate(self, at: datetime | None = None) -> Gate:
        """What devices can do at a time, by default now."""
        at = at or self._clock.now()
        known = self._read()
        issued = self._authorities.find_issuing(at) is not None
        key = self._known_key(), self._interruption_table.generation, bisect_right(known.turns, at), issued
        if self._gate is None or self._gate[0] != key:
            with self._database.lock:
                found = gate_of(known.landscape, self.consequences(at), self._interruptions.list(), issued=issued)
            self._gate = key, found
        return self._gate[1]

    def upcoming(self, until: datetime) -> tuple[Event, ...]:
        """What begins and ends by itself up to a time, if nobody does anything."""
        return upcoming(self.landscape(), self._clock.now(), until)

    def dependences(self, certificate_id: int) -> tuple[Dependence, ...]:
        """What depends on a certificate of the inventory."""
        return dependences(self.landscape(), certificate_id)

    def checklist(self, *, count: bool = True, devices: Sequence[Device] | None = None) -> tuple[Row, ...]:
        """The checklist as of now. ``count`` off leaves the number of devices out, which takes a while in a large
        fleet: about a second for 100,000 where some of them may lack trust.

        Whoever has read the devices already gives them; then nobody else has to wait for the store meanwhile.
        """
        with self._database.moment():
            landscape, now, gate = self.landscape(), self._clock.now(), self.gate()
            tasks = [from_document(document, Task) for document in self._tasks]
            if not count:
                return checklist(landscape, now, tasks=tasks)
            doubtful = _doubtful(gate)
            if devices is None and doubtful:
                devices = self._devices.all()
            platforms = self.platforms() if devices is None else None
        if devices is not None:
            platforms = count_platforms(devices)
        lacking = _untrusting(devices or (), doubtful, gate)
        return checklist(landscape, now, tasks=tasks, platforms=platforms, untrusting=lambda id: lacking[id])

    def untrusting(self) -> Mapping[int, int]:
        """How many devices lack trust in each chain that devices are shown, by the entry at its top. In a large fleet
        it takes as long as ``checklist``."""
        with self._database.moment():
            gate = self.gate()
            chains = _doubtful(gate)
            devices = self._devices.all() if chains else ()
        return _untrusting(devices, chains, gate)

    def trust_note(self, certificate_id: int) -> str | None:
        """How many devices get SSL Error 61 by a certificate that they are shown, in a sentence; None for none."""
        with self._database.moment():
            gate = self.gate()
            served = (*gate.to_enroll, *gate.to_check_in)
            chain = next((chain for chain in served if chain.ids[0] == certificate_id and not chain.everywhere), None)
            lacking = 0 if chain is None else _untrusting(self._devices.all(), [chain], gate)[chain.ids[-1]]
        if chain is None or not lacking:
            return None
        devices = "1 device doesn't" if lacking == 1 else f"{lacking:,} devices don't"
        return f"{devices} trust {chain.top}, and will get SSL Error 61: deploy certificate {chain.ids[-1]} to them"

    def platforms(self) -> dict[Platform, int]:
        """How many devices of each platform are enrolled, or have been and must re-enroll."""
        return count_platforms(self._database.table("devices").records(Placed))

    def interruptions(self) -> Interruptions:
        """What was stopped or degraded, from when until when."""
        return self._interruptions

    def channel(self) -> PushChannel | None:
        """The way to the enrolled Apple devices."""
        return self._read().landscape.channel

    # What is due by the clock

    def settle(self) -> None:
        """Do what is due by now: begin and end interruptions, part with devices that can't be reached, give notices.

        Whoever moves the clock calls it, in the same transaction; on a wall clock whoever looks. It costs a comparison
        where nothing is due.
        """
        self._settle(None)

    def changing(self) -> None:
        """To be called before something changes that the landscape is made of, in the same transaction."""
        self.settle()
        self._changing_at = self._clock.now()

    def changed(self) -> None:
        """To be called after it: what is otherwise now is so from now on."""
        self._settle(self._changing_at)

    def _settle(self, changed_at: datetime | None) -> None:
        now = self._clock.now()
        key = self._known_key(), self._failures.generation
        if self._settled is not None and self._settled[0] == key:
            quiet_until = self._settled[1]
            if quiet_until is None or now < quiet_until:
                return
        with self._database.transaction():
            now = self._clock.now()
            self._follow_channel(now)
            landscape = self._read().landscape
            change = turn(self._interruptions.list(), self.consequences(now), landscape, now, changed_at=changed_at)
            began = self._interruptions.keep(change)
            self._tell(stopped_notices(began, self._read().landscape))
            known = self._read()
            self._tell(known.due[: bisect_right(known.due_at, now)])
            self._tell_failures(now)
        self._settled = (self._known_key(), self._failures.generation), self._quiet_until(now)

    def _quiet_until(self, now: datetime) -> datetime | None:
        known = self._read()
        position = bisect_right(known.due_at, now)
        moments = [
            self.next_turn(now),
            known.due_at[position] if position < len(known.due_at) else None,
            (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0),
        ]
        return min(moment for moment in moments if moment is not None)

    def _follow_channel(self, now: datetime) -> None:
        while True:
            landscape = self._read().landscape
            component = landscape.one("apns")
            if component is not None and component.use is Use.NOT_USED:
                if landscape.channel is not None:
                    self._channel.remove(doc_ids=[1])
                return
            certificate = landscape.served(component)
            revoked = None if certificate is None else landscape.revoked.get(certificate.id)
            grace = timedelta(days=landscape.site.apns_grace_days)
            followed = follow(landscape.channel, certificate, revoked, now, grace)
            if followed.channel == landscape.channel or followed.channel is None:
                return
            self._channel.upsert(self._channel.document_class(to_document(followed.channel), 1))
            if not followed.broken:
                return
            self._part_with_devices(followed.channel)

    def _part_with_devices(self, channel: PushChannel) -> None:
        """Every Apple device that was enrolled over the channel must re-enroll."""
        assert channel.broken_at is not None and channel.reason is not None
        outages = self.gate(channel.broken_at).outages
        batch = Batch()
        for device in self._devices.all():
            change = push_lost(device, channel.reason, channel.broken_at, outages)
            if change.events:
                batch.take(change, channel.broken_at)
        self._devices.write(batch)
        count = len(batch.devices)
        self._audit.record(
            "push.lost",
            f"certificate:{channel.certificate_id}",
            f"push topic lost ({channel.reason}): {count:,} Apple device{'' if count == 1 else 's'} must re-enroll",
            by=SYSTEM,
        )

    def _tell(self, due: Sequence[Due]) -> None:
        for one in due:
            self._notices.tell(
                one.kind,
                one.record,
                one.title,
                one.text,
                one.at,
                key=one.key,
                urgency=one.urgency,
                recipient=one.recipient,
            )

    def _tell_failures(self, now: datetime) -> None:
        due = []
        for document in self._failures.tail(7):
            notice = failed_renewals(document["day"], document["failing"], document["ended"])
            if notice.at <= now:
                due.append(notice)
        self._tell(due)

    # Reading

    def _known_key(self) -> tuple[int, ...]:
        return tuple(table.generation for table in self._tables)

    def _read(self) -> _Known:
        key = self._known_key()
        if self._known is not None and self._known[0] == key:
            return self._known[1]
        with self._database.lock:
            landscape = self._make()
            known = _Known(landscape, expiry_notices(landscape, self._authorities.all()))
            self._known = self._known_key(), known
        return known

    def _make(self) -> Landscape:
        components = tuple(
            sorted(
                (from_document(document, Component) for document in self._components),
                key=lambda component: component.id,
            )
        )
        certificates: dict[int, Certificate] = {}
        chains: dict[int, tuple[int, ...]] = {}
        for component in components:
            for id in {component.certificate_id, component.still_serves} - {None}:
                assert id is not None
                chains[id] = self._chain(id, certificates)
        tops = {chain[-1] for chain in chains.values() if chain}
        return Landscape(
            site=self._site.get(),
            components=components,
            certificates=certificates,
            chains=chains,
            public_tops=frozenset(top for top in tops if self._is_public(certificates[top])),
            profiles={document.doc_id: from_document(document, ProvisioningProfile) for document in self._profiles},
            anchors={document.doc_id: from_document(document, TrustAnchor) for document in self._anchors},
            revoked=self._revoked(certificates),
            channel=self._channel_record(),
        )

    def _chain(self, id: int, certificates: dict[int, Certificate]) -> tuple[int, ...]:
        chain: list[int] = []
        step: int | None = id
        while step is not None and step not in chain:
            if step not in certificates:
                document = self._database.table("certificates").get(doc_id=step)
                if document is None:
                    break
                certificates[step] = from_document(document, Certificate)
            chain.append(step)
            step = certificates[step].issuer_id
        return tuple(chain)

    def _is_public(self, top: Certificate) -> bool:
        known = self._public.get(top.fingerprint_sha256)
        if known is None:
            known = self._public[top.fingerprint_sha256] = is_publicly_trusted(self._entries.parsed(top.id))
        return known

    def _revoked(self, certificates: dict[int, Certificate]) -> dict[int, datetime]:
        by_fingerprint = {certificate.fingerprint_sha256: id for id, certificate in certificates.items()}
        found = {}
        for document in self._portal:
            id = by_fingerprint.get(document["fingerprint_sha256"])
            if id is not None and document["revoked_at"] is not None:
                found[id] = msgspec.convert(document["revoked_at"], datetime)
        return found

    def _channel_record(self) -> PushChannel | None:
        document = self._channel.get(doc_id=1)
        return None if document is None else from_document(document, PushChannel)


def count_platforms(devices: Iterable[Placed | Device]) -> dict[Platform, int]:
    """How many of these devices of each platform are enrolled, or have been and must re-enroll."""
    out = (DeviceState.NOT_ENROLLED, DeviceState.REVOKED)
    return dict(Counter(device.platform for device in devices if device.state not in out))


def _doubtful(gate: Gate) -> list[ServedChain]:
    """The chains that some device may lack trust in, each once."""
    return [chain for chain in dict.fromkeys((*gate.to_enroll, *gate.to_check_in)) if not chain.everywhere]


def _untrusting(devices: Iterable[Device], chains: Iterable[ServedChain], gate: Gate) -> Counter[int]:
    """How many of these devices lack trust in each of these chains, by the entry at its top."""
    counted: Counter[int] = Counter()
    chains = list(chains)
    for device in devices if chains else ():
        if device.state is DeviceState.REVOKED:
            continue
        counted.update({chain.ids[-1] for chain in chains if not trusts(device, chain, gate.anchors, gate.outages)})
    return counted
