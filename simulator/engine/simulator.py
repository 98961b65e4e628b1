"""The event engine: moves a workspace's virtual clock and plays the events on the way.

Time advances in windows. In each window, the devices with an event are played one after the other, their certificates
are issued (possibly by worker processes), and everything is committed in one transaction together with the clock. The
next event depends on the records only. So an interrupted simulation resumes from its last commit, and the history
depends neither on the size of the windows nor on the number of workers.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack, nullcontext
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from ...store.devices.gate import Gate
from ...store.errors import Refusal
from ...store.model.authority import Authority, AuthorityRole
from ...store.model.device import Device
from ...store.model.failures import NO_FAILURES, Failures
from ...store.workspace import Workspace
from ..fleet.drawing import Drawing
from ..platforms.site_habits import campaign_figures
from ..scenarios.course import next_turn, take_turns
from ..scenarios.standings import ledger_of
from .behaviour.next_step import Next, next_step_or_wait
from .campaigns.campaign import has_mail, next_mail, send_mail
from .campaigns.tallies import ReEnrolled
from .processes.control import begin
from .behaviour.failing import Failing, failures_of, put_failures
from .memory.fleet_sampler import FleetSampler, next_sample
from .issuing.issuance import Issuance
from .windows.issuers import CertificateIssuer, PaperIssuer, SigningIssuer
from .shards.knowledge import Knowledge
from .state.load import keep_load
from .processes.lock import simulator_lock
from .behaviour.lost_devices import LostDevices
from .windows.observing import FleetObserver, ObservedBatch
from .turnover.os_upgrades import OsUpgrades
from .shards.parts import WindowFacts
from .windows.play import PlayStage, moment
from .memory.reading import Reading, blocks_of
from .run_report import RunProgress as RunProgress
from .run_report import RunReport as RunReport
from .processes.seldom_collected import seldom_collected
from .shards.shards import LEAST, Shards
from .state.simulation_record import checked_fleet, put_turnover, turnover_of
from .windows.spoiling import is_spoiled
from .turnover.turns import Turning, Turns, added
from .memory.upcoming_events import UpcomingEvents
from .windows.limit import window_limit
from .shards.window_playing import PlayApart, play_here
from .processes.workers import executor_for

BATCH = 1024  # devices in a window, roughly; more in a large fleet, where each device touches a page of its own
SHARE = 25  # at least one device in this many of the fleet
MOST = 8192  # as long as they fit into the memory that is meant for it: some 10 kB each
SMALLEST = 16
FOREVER = int(datetime(9000, 1, 1, tzinfo=UTC).timestamp())


class Simulator:
    """Simulates one workspace; a context manager that holds the workspace's simulator lock.

    ``speed`` is for ``pace.run_paced``. ``issuer`` issues the certificates; by default the workspace's CAs sign them,
    in ``workers`` processes or by an ``executor``. An ``observer`` is told of every device. ``shards`` play the devices
    in other processes, with certificates on paper: for a forecast, instead of an observer. ``reading`` is told at the
    beginning how far the fleet has been read. Refuses with ``simulator-running``, ``clock-is-wall``, ``no-fleet``,
    ``fleet-unfinished`` or ``speed-invalid``.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        workers: int = 1,
        executor: Executor | None = None,
        speed: int | None = None,
        issuer: CertificateIssuer | None = None,
        observer: FleetObserver | None = None,
        shards: Shards | None = None,
        reading: Reading | None = None,
    ) -> None:
        self.workspace = workspace
        self._shards = shards
        self._issuer = issuer if shards is None else PaperIssuer()
        self._observer = observer if shards is None else shards.observer
        self._speed = speed
        self._reading = reading
        self._workers = workers
        self._executor = executor
        self._open = ExitStack()
        self._has_looked = False

    def __enter__(self) -> Self:
        workspace = self.workspace
        if not workspace.is_virtual:
            raise Refusal("clock-is-wall", "the workspace uses the wall clock", "A simulation needs a virtual one.")
        try:
            self._check_lock = self._open.enter_context(simulator_lock(workspace))
            self._record = checked_fleet(workspace)
            self._open.enter_context(seldom_collected())
            begin(workspace, self._speed)
            self._certificates = self._issuer or self._signing_issuer()
            self._drawing = Drawing.of(workspace, self._record)
            self._upgrades = OsUpgrades(self._drawing, enabled=self._record.churn > 0)
            if self._shards is not None:
                self._shards.begin(self._drawing.identities if self._record.churn > 0 else None)
            self._campaign_figures = campaign_figures(self._record.habits)
            self._ledger = ledger_of(workspace)
            self._load()
            self._reading = None
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def run(
        self,
        until: datetime,
        *,
        progress: Callable[[RunProgress], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> RunReport:
        """Advance the clock to ``until``. ``stop`` is called after each committed window and may end the run early."""
        started_at, end = self.workspace.now(), int(until.timestamp())
        events = batches = 0
        while self._now < end and not (stop is not None and stop()):
            self._check_lock()
            happened = self._window(end)
            if happened is None:
                continue
            events += happened
            batches += 1
            if progress is not None:
                now = moment(self._now)
                progress(RunProgress(started_at=started_at, now=now, until=until, events=events))
        if self._now >= end:
            take_turns(self.workspace)  # those of the last second
        return RunReport(started_at=started_at, ended_at=self.workspace.now(), events=events, batches=batches)

    def resume(self) -> None:
        """Begin again from what was committed last, after the database couldn't be reached. Refuses with
        ``simulator-running`` if another machine was faster, and with ``database-unreachable``."""
        self._check_lock()
        self._load()

    @property
    def is_idle(self) -> bool:
        """Whether no event is left, apart from CAs that expire."""
        awaited = any(group.ready_at.timestamp() > self._now for group in self.workspace.authorities.groups())
        idle = self._events.first_at is None and not awaited and not self._arrivals_to_come
        quiet = next_turn(self.workspace) is None and not has_mail(self.workspace)
        return idle and not self._sampler.is_news and quiet

    def states(self) -> Counter[str]:
        """The devices by state, those included that others have changed since the last window."""
        self._catch_up()
        return self._sampler.states()

    def _signing_issuer(self) -> CertificateIssuer:
        pool = self._open.enter_context(executor_for(self._workers, self._executor))
        return SigningIssuer(self.workspace, Issuance(pool))

    @property
    def _arrivals_to_come(self) -> bool:
        return self._gate.issued and (self._turns.first_at, self._lost.first_at) != (None, None)

    # Knowledge of the fleet

    def _load(self) -> None:
        workspace = self.workspace
        workspace.poll()
        self._now = math.floor(workspace.now().timestamp())
        self._sampler = FleetSampler(workspace)
        self._events = UpcomingEvents()
        self._lost = LostDevices(workspace)
        self._turns = Turns(self._drawing, self._now, self._lost)
        self._gate, self._channel = self._gate_ahead(), workspace.impact.channel()
        self._deleted = workspace.deletions.count()
        if self._shards is not None:
            known, is_first, self._has_looked = self._knowledge(self._shards), not self._has_looked, True
            self._events.put_all(known.first_steps(workspace, self._facts(self._now), is_first=is_first))
        else:
            self._events.put_all(self._first_steps())
        self._batch = self._size = min(max(BATCH, len(self._sampler) // SHARE), MOST)

    def _first_steps(self) -> Iterator[tuple[int, Next]]:
        for devices in blocks_of(self.workspace.devices.records, self._reading):
            self._sampler.begin_with(devices)
            for device in devices:
                self._saw(device)
                if (step := self._next(device)) is not None:
                    yield device.id, step

    def _note(self, device: Device, step: Next | None) -> None:
        """Record a device's state and its next event."""
        self._events.put(device.id, step)
        self._sampler.note(device)
        self._saw(device)

    def _saw(self, device: Device) -> None:
        self._turns.note(device)
        self._upgrades.note(device, self._now)
        if self._observer is not None:
            self._observer.saw(device, moment(self._now))
        if self._ledger is not None:
            self._ledger.saw(device, moment(self._now))

    def _follow(self) -> None:
        """Load what other processes committed, and the issuing group from now on."""
        self._catch_up()
        if self._gate_ahead() != self._gate or self.workspace.impact.channel() != self._channel:
            self._load()

    def _catch_up(self) -> None:
        changes = self.workspace.poll()
        if changes is not None:
            self._look_at(sorted(changes.tables.get("devices", set())))
            self._lost.look_at(sorted(changes.tables.get("deleted_devices", set())))
        if self.workspace.deletions.count() != self._deleted:
            self._forget_deleted()

    def _forget_deleted(self) -> None:
        """Forget the devices that have been deleted."""
        ids = self.workspace.deletions.ids()
        self._deleted = len(ids)
        self._lost.look_at(None)
        for id in ids:
            self._events.put(id, None)
        self._sampler.forget(ids)
        if self._observer is not None:
            self._observer.forgot(ids, moment(self._now))
        if self._ledger is not None:
            self._ledger.forgot(ids, moment(self._now))

    def _gate_ahead(self) -> Gate:
        """What devices can do from the next second until the end of a window."""
        return self.workspace.impact.gate(moment(self._now + 1))

    def _knowledge(self, shards: Shards) -> Knowledge:
        return Knowledge(self._turns, self._sampler, self._upgrades, shards, self._reading)

    def _look_at(self, ids: Iterable[int]) -> None:
        """Read devices again."""
        wanted = sorted(ids)
        if self._shards is not None and len(wanted) >= LEAST:
            known = self._knowledge(self._shards)
            for id, step in known.steps(self.workspace, self._facts(self._now), wanted):
                self._events.put(id, step)
            return
        for place in range(0, len(wanted), BATCH):
            for device in self.workspace.devices.records.all(wanted[place : place + BATCH]):
                self._note(device, self._next(device))

    def _next(self, device: Device) -> Next | None:
        return next_step_or_wait(device, self._now, self._gate)

    # Windows

    def _window(self, end: int) -> int | None:
        """Play up to ``end`` or less; returns the number of events, or None if the window must be played again."""
        take_turns(self.workspace)
        self._send_mail()
        with self.workspace.database.moment():  # the reserved ids and the devices must belong to the same state
            self._follow()
            limit = self._upgrades.limit(self._size, window_limit(self.workspace, self._now, end))
            due, until = self._events.take(self._size, limit)
            stage, turning = self._play(due, until)
            until = min(until, self._rests_at(stage) or until)
        self._certificates.issue(self.workspace, stage)
        if not self._commit(stage, turning, due, until):
            self._size = max(SMALLEST, self._size // 2)  # another process is writing: use a smaller window next time
            return None
        self._size = min(self._batch, self._size * 2)
        return len(stage.batch)

    def _send_mail(self) -> None:
        """Send what a campaign has to send by now, before anything later happens."""
        due = next_mail(self.workspace)
        if due is not None and due.timestamp() <= self._now:
            self._follow()
            needing = self._sampler.needing_person()
            lost = self._lost.turned_away(self.workspace.now())
            self._look_at(send_mail(self.workspace, needing, lost))
            self._lost.look_at(lost)

    def _rests_at(self, stage: PlayStage) -> int | None:
        """The end of a window after which no device has anything to do: the next sample; None if it is any other."""
        if self._events.first_at is not None or any(stage.upcoming.values()) or self._arrivals_to_come:
            return None
        last = stage.batch.last_at
        at = max(stage.played_to, 0 if last is None else int(last.timestamp()))
        return next_sample(at or self._now) if at or self._sampler.is_news else None

    def _play(self, due: Mapping[int, Next], until: int) -> tuple[PlayStage, Turning]:
        workspace = self.workspace
        records = workspace.devices.records
        group = workspace.authorities.find_issuing(moment(self._now + 1))
        authority = None if group is None else workspace.authorities.of_group(group.name)[AuthorityRole.DEVICE]
        name, first_id = "" if group is None else group.name, records.next_certificate_id()
        knowledge = ReEnrolled(self._campaign_figures), Failing(failures_of(workspace))
        batch = None if self._observer is None and self._ledger is None else ObservedBatch()
        stage = PlayStage(authority, name, first_id, self._gate, workspace.policies.deployment, *knowledge, batch=batch)
        span, first_device = (self._now, until), records.next_device_id()
        apart: PlayApart | None = None
        if self._shards is not None:
            facts, concerned = self._facts(until, authority, name, knowledge[1].failures), self._turns.concerned(until)
            apart = PlayApart(self._shards, facts, first_id, self._upgrades, records, due, concerned)
        with apart or nullcontext():
            turning = self._turns.take(stage, records.find_id, self._gate, first_device, span)
            for id, at in turning.arrived:
                self._upgrades.note(stage.batch.devices[id], at)
            if apart is None:
                upgraded = play_here(stage, self._upgrades, records, due, span, turning.ids)
            else:
                upgraded = apart.end(stage, turning.ids)
        return stage, turning._replace(ids=turning.ids | upgraded)

    def _facts(
        self, until: int, authority: Authority | None = None, group: str = "", failures: Failures = NO_FAILURES
    ) -> WindowFacts:
        """What other processes need to know for a window."""
        has_policies, figures = bool(self.workspace.policies.list()), self._campaign_figures
        return WindowFacts(authority, group, self._gate, figures, failures, self._now, until, has_policies)

    def _commit(self, stage: PlayStage, turning: Turning, due: Mapping[int, Next], until: int) -> bool:
        """Commit a window; False if its basis was changed by another process, so it must be played again."""
        workspace, batch = self.workspace, stage.batch
        changed: set[int] = set()
        with workspace.database.lock:
            with workspace.database.transaction(routine=True):
                changes = workspace.poll()
                if changes is not None:
                    changed = changes.tables.get("devices", set())
                concerned = {*due, *turning.ids}
                spoiled = changes is not None and is_spoiled(workspace, stage, changes, concerned, until, self._next)
                if not spoiled:
                    workspace.devices.records.write(batch)
                    stage.re_enrolled.write(workspace)
                    self._lost.close(turning.closed)
                    if turning.turns or turning.closed:
                        put_turnover(workspace, added(turnover_of(workspace), turning.brought))
                    if stage.failing.began:
                        put_failures(workspace, stage.failing.now())
                    workspace.set_clock(moment(until))
                    keep_load(workspace, stage.group, stage.check_ins, stage.issued)
                    self._sampler.sample(batch.traits, self._now, until)
                    if self._ledger is not None:
                        self._ledger.write(batch)
            # Nobody else can have changed the records that are skipped here.
            workspace.database.drain()
        if spoiled:
            self._look_at({*due, *changed})
            return False
        if self._observer is not None and isinstance(batch, ObservedBatch):
            self._observer.played(batch)
        self._now = until
        self._turns.done(turning)
        self._lost.look_at(turning.closed)
        self._upgrades.done(until)
        for id, step in stage.upcoming.items():
            if (device := batch.devices.get(id)) is None:
                self._events.put(id, step)
            else:
                self._note(device, step)
        if self._shards is not None:
            known = self._knowledge(self._shards)
            for glance in batch.glances:
                known.glanced(glance, moment(until))
        self._look_at({*changed, *(due.keys() - stage.upcoming.keys())}.difference(batch.devices, batch.device_texts))
        return True
