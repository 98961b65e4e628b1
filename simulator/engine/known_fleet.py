"""What a simulator knows of its fleet: read once at the beginning, then kept current with what is played and with what
others commit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from ...store.devices.gate import Gate
from ...store.model.authority import Authority
from ...store.model.device import Device
from ...store.model.failures import NO_FAILURES, Failures
from ...store.model.simulation import SimulationRecord
from ...store.times import from_unix
from ...store.workspace import Workspace
from ..fleet.drawing import Drawing
from ..platforms.site_habits import campaign_figures
from ..scenarios.standings import ledger_of
from .behaviour.lost_devices import LostDevices
from .behaviour.next_step import Next, next_step_or_wait
from .memory.fleet_sampler import FleetSampler
from .memory.reading import Reading, blocks_of
from .memory.upcoming_events import UpcomingEvents
from .shards.knowledge import Knowledge
from .shards.parts import WindowFacts
from .shards.shards import LEAST, Shards
from .turnover.os_upgrades import OsUpgrades
from .turnover.turns import Turning, Turns
from .windows.observing import FleetObserver
from .windows.play import PlayStage

_BLOCK = 1024  # devices that are read again at a time


class KnownFleet:
    """The fleet of a workspace at ``now`` (Unix seconds): the next event of each device, what samples count, who is
    lost, whose turn comes, which OS upgrades come. ``gate`` says what devices can do from the next second on.

    An ``observer`` and the ledger of a scenario are told of each device. With ``shards``, many devices at a time are
    looked at in other processes. ``reading`` is told at the beginning how far the fleet has been read.
    """

    def __init__(
        self,
        workspace: Workspace,
        record: SimulationRecord,
        observer: FleetObserver | None,
        shards: Shards | None,
        reading: Reading | None,
    ) -> None:
        self._workspace, self._observer, self._shards, self._reading = workspace, observer, shards, reading
        self._drawing, changes = Drawing.of(workspace, record), record.churn > 0
        self.upgrades = OsUpgrades(self._drawing, enabled=changes)
        if shards is not None:
            shards.begin(self._drawing.identities if changes else None)
        self.figures = campaign_figures(record.habits)
        self.ledger = ledger_of(workspace)
        self._has_looked = False
        self.load()
        self._reading = None

    def load(self) -> None:
        """Read all of it."""
        workspace = self._workspace
        workspace.poll()
        self.now = math.floor(workspace.now().timestamp())
        self.sampler = FleetSampler(workspace)
        self.events = UpcomingEvents()
        self.lost = LostDevices(workspace)
        self.turns = Turns(self._drawing, self.now, self.lost)
        self.gate, self._channel = self._gate_ahead(), workspace.impact.channel()
        self._deleted = workspace.deletions.count()
        if self._shards is not None:
            known, is_first, self._has_looked = self._knowledge(self._shards), not self._has_looked, True
            self.events.put_all(known.first_steps(workspace, self.facts(self.now), is_first=is_first))
        else:
            self.events.put_all(self._first_steps())

    def _first_steps(self) -> Iterator[tuple[int, Next]]:
        for devices in blocks_of(self._workspace.devices.records, self._reading):
            self.sampler.begin_with(devices)
            for device in devices:
                self._saw(device)
                if (step := self.next_of(device)) is not None:
                    yield device.id, step

    @property
    def awaits_arrivals(self) -> bool:
        """Whether devices will arrive, be replaced or come back, and can enroll."""
        return self.gate.issued and (self.turns.first_at, self.lost.first_at) != (None, None)

    def next_of(self, device: Device) -> Next | None:
        """The next event of a device."""
        return next_step_or_wait(device, self.now, self.gate)

    def follow(self) -> bool:
        """Load what other processes committed, and the issuing group from now on. Whether all had to be read again."""
        self.catch_up()
        has_turned = self._gate_ahead() != self.gate or self._workspace.impact.channel() != self._channel
        if has_turned:
            self.load()
        return has_turned

    def catch_up(self) -> None:
        """Load what other processes committed about devices."""
        changes = self._workspace.poll()
        if changes is not None:
            self.look_at(sorted(changes.tables.get("devices", set())))
            self.lost.look_at(sorted(changes.tables.get("deleted_devices", set())))
        if self._workspace.deletions.count() != self._deleted:
            self._forget_deleted()

    def _forget_deleted(self) -> None:
        """Forget the devices that have been deleted."""
        ids = self._workspace.deletions.ids()
        self._deleted = len(ids)
        self.lost.look_at(None)
        for id in ids:
            self.events.put(id, None)
        self.sampler.forget(ids)
        if self._observer is not None:
            self._observer.forgot(ids, from_unix(self.now))
        if self.ledger is not None:
            self.ledger.forgot(ids, from_unix(self.now))

    def _gate_ahead(self) -> Gate:
        """What devices can do from the next second until the end of a window."""
        return self._workspace.impact.gate(from_unix(self.now + 1))

    def _knowledge(self, shards: Shards) -> Knowledge:
        return Knowledge(self.turns, self.sampler, self.upgrades, shards, self._reading)

    def look_at(self, ids: Iterable[int]) -> None:
        """Read devices again."""
        wanted = sorted(ids)
        if self._shards is not None and len(wanted) >= LEAST:
            known = self._knowledge(self._shards)
            for id, step in known.steps(self._workspace, self.facts(self.now), wanted):
                self.events.put(id, step)
            return
        for place in range(0, len(wanted), _BLOCK):
            for device in self._workspace.devices.records.all(wanted[place : place + _BLOCK]):
                self._note(device, self.next_of(device))

    def keep(self, stage: PlayStage, turning: Turning, until: int) -> None:
        """Keep in mind what came of a window that ended at ``until`` and is committed."""
        batch = stage.batch
        self.now = until
        self.turns.done(turning)
        self.lost.look_at(turning.closed)
        self.upgrades.done(until)
        for id, step in stage.upcoming.items():
            if (device := batch.devices.get(id)) is None:
                self.events.put(id, step)
            else:
                self._note(device, step)
        if self._shards is not None:
            known = self._knowledge(self._shards)
            for glance in batch.glances:
                known.glanced(glance, from_unix(until))

    def _note(self, device: Device, step: Next | None) -> None:
        """Record a device's state and its next event."""
        self.events.put(device.id, step)
        self.sampler.note(device)
        self._saw(device)

    def _saw(self, device: Device) -> None:
        self.turns.note(device)
        self.upgrades.note(device, self.now)
        if self._observer is not None:
            self._observer.saw(device, from_unix(self.now))
        if self.ledger is not None:
            self.ledger.saw(device, from_unix(self.now))

    def facts(
        self, until: int, authority: Authority | None = None, group: str = "", failures: Failures = NO_FAILURES
    ) -> WindowFacts:
        """What other processes need to know for a window."""
        has_policies = bool(self._workspace.policies.list())
        return WindowFacts(authority, group, self.gate, self.figures, failures, self.now, until, has_policies)
