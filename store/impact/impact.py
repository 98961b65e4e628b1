"""Consequences, the checklist, the gate for devices, and the outlook.

Everything is computed from the landscape and a time; nothing is written.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from ..campaigns import running_campaign
from ..checklist.checklist import checklist
from ..checklist.checklist_row import ChecklistRow
from ..checklist.device_rows import soon_limit
from ..checklist.worries import Worries
from ..components.naming import title_of
from ..consequences.consequences import Consequence
from ..consequences.gates import gate_of
from ..consequences.interruptions import Interruptions
from ..consequences.landscape import Landscape
from ..consequences.landscape_reader import LandscapeReader
from ..consequences.simulated_outages import with_outages
from ..devices.counts import Place, count_places
from ..devices.device_tables import DeviceRecords
from ..devices.gate import Gate
from ..devices.trust import would_be_refused
from ..inventory.certificate_table import Entries
from ..model.certificate import Certificate
from ..model.device import Device, DeviceState, Platform
from ..model.policy import Policy
from ..model.push_channel import PushChannel
from ..model.task import Task
from ..outlook.awaiting import awaiting, still_used, waits_for
from ..outlook.dependences import Dependence, all_dependences, depended_on, dependences, unused_ends
from ..outlook.device_ends import CertificateHolder, DeviceEnd, device_ends
from ..outlook.outlook import OutlookEvent, upcoming
from ..outlook.stops import NextStop, next_stops, stops_now
from ..persistence.conditions import All, OneOf, OrderKey, Within
from ..persistence.schema import NOT_AFTER, STATE
from ..served.watched_endpoints import Watched
from ..start_by.asked_groups import asked_groups, former_groups
from ..start_by.start_by import KnownStarts, known_starts
from ..trust.ssl_errors import WERE_REFUSED, SslErrors, count_untrusting, doubtful_chains, ssl_errors
from ..use_cases import Context, UseCases
from .platform_counts import OUT, count_groups, count_platforms

if TYPE_CHECKING:
    from ..authorities.ca_groups import CaGroups

_ADMITTED = tuple(state.value for state in DeviceState if state.is_admitted)
_FIRST = 20  # a renewed certificate that its device has not used yet expires later than the one it is found by


class Impact(UseCases):
    """The purposes of certificates, and what follows from them, now and later."""

    def __init__(
        self,
        context: Context,
        *,
        groups: CaGroups,
        provision: Callable[[], None],
        reader: LandscapeReader,
        worries: Worries,
    ) -> None:
        super().__init__(context)
        self._worries = worries
        self._groups, self._provision = groups, provision
        self._reader = reader
        self._tasks = self._database.table("tasks")
        self._interruption_table = self._database.table("interruptions")
        self._interruptions = Interruptions(self._interruption_table)
        self._devices = DeviceRecords(self._database)
        self._entries = Entries(self._database)
        self._gate: tuple[object, Gate] | None = None
        self._places: tuple[int, dict[Place, int]] | None = None
        self._device_ends: tuple[int, date, tuple[DeviceEnd, ...]] | None = None
        self._asked: tuple[object, frozenset[str]] | None = None

    def now(self) -> datetime:
        """The workspace's time."""
        return self._clock.now()

    def landscape(self) -> Landscape:
        """The current landscape, which the consequences follow from."""
        return self._reader.read().landscape

    def endpoints(self) -> tuple[Watched, ...]:
        """The endpoints, with what their addresses serve."""
        return self._reader.read().endpoints

    def consequences(self, at: datetime | None = None) -> tuple[Consequence, ...]:
        """What is stopped or degraded at a time, by default now, if nobody acts until then."""
        return self._reader.read().consequences(at or self._clock.now())

    def next_turn(self, after: datetime) -> datetime | None:
        """The next time at which a consequence may begin or end; None if there is none."""
        return self._reader.read().next_turn(after)

    def gate(self, at: datetime | None = None) -> Gate:
        """What devices can do at a time, by default now."""
        at = at or self._clock.now()
        if not self._groups.have_begun():
            self._provision()
        known = self._reader.read()
        key = known, self._interruption_table.generation, bisect_right(known.turns, at)
        if self._gate is None or self._gate[0] != key:
            with self._database.lock:
                found = gate_of(known.landscape, self.consequences(at), self._interruptions.list())
                found = with_outages(found, known.landscape.simulated_outages, at)
            self._gate = key, found
        return self._gate[1]

    def upcoming(self, until: datetime) -> tuple[OutlookEvent, ...]:
        """What begins and ends up to a time if nobody acts."""
        return upcoming(self.landscape(), self._clock.now(), until)

    def next_stops(
        self,
        until: datetime,
        *,
        devices: Mapping[Platform, int] | None = None,
        ends: Iterable[DeviceEnd] | None = None,
    ) -> tuple[NextStop, ...]:
        """What is stopped, and what stops up to a time if nobody acts, each with the step that prevents it.

        Callers that have counted the devices already pass their numbers, and ``ends``, the ``outlook.device_ends`` of
        all of them; else every device is read.
        """
        with self._database.moment():
            return next_stops(
                self.landscape(),
                self._clock.now(),
                self.consequences(),
                self.upcoming(until),
                tasks=self._open_tasks(),
                devices=self.platforms() if devices is None else devices,
                ends=self.device_ends(until, ends),
                unused=self.unused_ends(until),
            )

    def stops(self, at: datetime | None = None) -> tuple[NextStop, ...]:
        """What is stopped at a time, by default now, each with the step that ends or prevents it."""
        with self._database.moment():
            return tuple(stops_now(self.landscape(), self.consequences(at), self._open_tasks()))

    def _open_tasks(self) -> list[Task]:
        return [task for task in self._tasks.records(Task) if task.done_at is None]

    def unused_ends(self, until: datetime) -> tuple[Certificate, ...]:
        """The certificates that expire up to a time and that nothing is known to depend on."""
        with self._database.moment():
            policies = self._database.table("policies").records(Policy)
            depended = depended_on(self.landscape()) | {one.vpn.certificate_id or 0 for one in policies}
            return unused_ends(self._entries.all(), depended, self._clock.now(), until)

    def device_ends(self, until: datetime, known: Iterable[DeviceEnd] | None = None) -> tuple[DeviceEnd, ...]:
        """The device certificates that expire up to a time, counted by day and platform; of ``known`` if given.

        Else it reads the devices, again only after one of them was written.
        """
        today = self._clock.now().date()
        found = self._ends_by(until) if known is None else known
        return tuple(one for one in found if today <= one.day <= until.date())

    def _ends_by(self, until: datetime) -> tuple[DeviceEnd, ...]:
        """The device certificates that expire on the day of ``until`` or before."""
        table, day = self._database.table("devices"), until.date()
        with self._database.lock:
            if self._device_ends is None or self._device_ends[:2] != (table.generation, day):
                # A renewed certificate that its device has not used yet expires later than the active one, and counts.
                soon = table.ids_where(Within(NOT_AFTER, None, datetime.combine(day, time.max, UTC)))
                found = device_ends(table.each(CertificateHolder, soon))
                self._device_ends = table.generation, day, tuple(one for one in found if one.day <= day)
            return self._device_ends[2]

    def _first_end(self, after: datetime) -> datetime | None:
        """When the first certificate expires of an admitted device, of those that do after a time."""
        table = self._database.table("devices")
        condition = All((Within(NOT_AFTER, after, None), OneOf(STATE, _ADMITTED)))
        first = table.page(condition, [OrderKey(NOT_AFTER)], limit=_FIRST)
        return min(
            (one.at for one in device_ends(table.each(CertificateHolder, first)) if one.at > after), default=None
        )

    def dependences(self, certificate_id: int) -> tuple[Dependence, ...]:
        """The components that depend on a certificate of the inventory."""
        return dependences(self.landscape(), certificate_id)

    def all_dependences(self) -> dict[int, tuple[Dependence, ...]]:
        """The components that depend on each certificate that any depends on, by its id."""
        return all_dependences(self.landscape())

    def checklist(self, *, count: bool = True, devices: Sequence[Device] | None = None) -> tuple[ChecklistRow, ...]:
        """The current checklist. With ``count`` off it has no numbers of devices, which take a while in a large fleet:
        about a second for 100,000 devices some of which may lack trust.

        Callers that have read the devices already pass them; then nobody else has to wait for the store meanwhile.
        """
        with self._database.moment():
            landscape, now, gate = self.landscape(), self._clock.now(), self.gate()
            tasks, campaign = self._tasks.records(Task), running_campaign(self._database)
            if not count:
                rows = checklist(landscape, now, tasks=tasks, starts=known_starts(landscape, now))
                return (*rows, *self._worries.rows())
            doubtful = doubtful_chains(gate)
            if devices is None:
                platforms, asked = self.platforms(), self.asked_groups()
                groups, limit = self._device_groups(), soon_limit(landscape, now)
                ends, first_end = self._ends_by(limit), self._first_end(limit)
                lacking = count_untrusting(self._devices.each() if doubtful else (), doubtful, gate)
        if devices is not None:
            platforms, ends, groups = count_platforms(devices), device_ends(devices), count_groups(devices)
            limit = soon_limit(landscape, now)
            first_end = min((one.at for one in ends if one.at > limit), default=None)
            asked = asked_groups(landscape, devices)
            lacking = count_untrusting(devices, doubtful, gate)
        rows = checklist(
            landscape,
            now,
            tasks=tasks,
            platforms=platforms,
            ends=ends,
            untrusting=lambda id: lacking[id],
            campaign=campaign,
            starts=known_starts(landscape, now, devices=sum(platforms.values()), asked=asked),
            groups=groups,
            first_end=first_end,
        )
        return (*rows, *self._worries.rows())

    def untrusting(self) -> Mapping[int, int]:
        """The number of devices that lack trust in each chain that devices are shown, by the entry at its top. In a
        large fleet it takes as long as ``checklist``."""
        with self._database.moment():
            gate = self.gate()
            chains = doubtful_chains(gate)
            return count_untrusting(self._devices.each() if chains else (), chains, gate)

    def ssl_errors(self, devices: Sequence[Device] | None = None) -> SslErrors:
        """The number of devices that would get SSL Error 61 now, and that got it last time. In a large fleet it takes
        as long as ``checklist``, unless every device trusts all chains."""
        with self._database.moment():
            gate = self.gate()
            if devices is None and not doubtful_chains(gate):
                return SslErrors(were_refused=self._database.table("devices").count_where(WERE_REFUSED))
            if devices is None:
                return ssl_errors(self._devices.each(), gate)
        return ssl_errors(devices, gate)

    def trust_notes(self, certificate_id: int) -> tuple[str, ...]:
        """One sentence per shown certificate that causes SSL Error 61, with the number of devices."""
        with self._database.moment():
            gate = self.gate()
            served = (*gate.to_enroll, *gate.to_check_in)
            chain = next((chain for chain in served if chain.ids[0] == certificate_id and not chain.everywhere), None)
            lacking = 0 if chain is None else count_untrusting(self._devices.each(), [chain], gate)[chain.ids[-1]]
        if chain is None or not lacking:
            return ()
        whom = "it" if lacking == 1 else "them"
        return (f"{would_be_refused(lacking)}: deploy certificate {chain.ids[-1]} ({chain.top}) to {whom}",)

    def endpoint_notes(self, certificate_id: int) -> tuple[str, ...]:
        """Which components a certificate is bound to whose endpoints serve another one, a sentence each."""
        landscape = self.landscape()
        return tuple(
            f"{title_of(one)} goes on with {still_used(landscape, one)} until {waits_for(landscape, one)}"
            for one in awaiting(landscape, certificate_id)
            if one.id in landscape.seen
        )

    def platforms(self) -> dict[Platform, int]:
        """The number of devices per platform that are enrolled, or have been and must re-enroll."""
        counted: Counter[Platform] = Counter()
        for place, count in self._managed().items():
            counted[place.platform] += count
        return dict(counted)

    def _device_groups(self) -> dict[str, int]:
        """The same per CA group of their certificates."""
        counted: Counter[str] = Counter()
        for place, count in self._managed().items():
            counted[place.issuer_group or ""] += count
        return dict(counted)

    def _managed(self) -> dict[Place, int]:
        """The same per platform, state and CA group; the database counts them again only after one was written."""
        table = self._database.table("devices")
        with self._database.lock:
            self._database.catch_up()
            if self._places is None or self._places[0] != table.generation:
                counted = count_places(table, by_group=True)
                self._places = table.generation, {one: count for one, count in counted.items() if one.state not in OUT}
            return self._places[1]

    def known_starts(self) -> KnownStarts | None:
        """The last days to start, and whether they hold; None if none were computed."""
        with self._database.moment():
            landscape = self.landscape()
            if landscape.start_by is None:
                return None
            devices = sum(self.platforms().values())
            return known_starts(landscape, self._clock.now(), devices=devices, asked=self.asked_groups())

    def asked_groups(self) -> frozenset[str]:
        """The records of former CA groups whose devices were asked to renew, of those whose last day is known. The
        devices are counted only for these, and again only after a device was written."""
        landscape, table = self.landscape(), self._database.table("devices")
        if not former_groups(landscape):
            return frozenset()
        with self._database.lock:
            key = landscape, table.generation
            if self._asked is None or self._asked[0] != key:
                self._asked = key, asked_groups(landscape, table)
            return self._asked[1]

    def interruptions(self) -> Interruptions:
        """What was stopped or degraded, from when until when."""
        return self._interruptions

    def channel(self) -> PushChannel | None:
        """The push channel to the enrolled Apple devices."""
        return self._reader.read().landscape.channel
