"""The event engine: moves a workspace's virtual clock and plays the events on the way.

Time advances in windows. In each window, the devices with an event are played one after the other, their certificates
are issued (possibly by worker processes), and everything is committed in one transaction together with the clock. The
next event depends on the records only. So an interrupted simulation resumes from its last commit, and the history
depends neither on the size of the windows nor on the number of workers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack, nullcontext
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from ...store.errors import Refusal
from ...store.model.authority import AuthorityRole
from ...store.times import from_unix
from ...store.workspace import Workspace
from ..scenarios.course import next_turn, take_turns
from .behaviour.failing import Failing, failures_of, put_failures
from .behaviour.next_step import Next
from .campaigns.campaign import has_mail, next_mail, send_mail
from .campaigns.tallies import ReEnrolled
from .issuing.issuance import Issuance
from .known_fleet import KnownFleet
from .memory.fleet_sampler import next_sample
from .memory.reading import Reading
from .processes.control import begin
from .processes.lock import simulator_lock
from .processes.seldom_collected import seldom_collected
from .processes.workers import executor_for
from .run_report import RunProgress as RunProgress
from .run_report import RunReport as RunReport
from .shards.shards import Shards
from .shards.window_playing import PlayApart, play_here
from .state.load import keep_load
from .state.simulation_record import checked_fleet, put_turnover, turnover_of
from .turnover.turns import Turning, added
from .windows.issuers import CertificateIssuer, PaperIssuer, SigningIssuer
from .windows.limit import window_limit
from .windows.observing import FleetObserver, ObservedBatch
from .windows.play import PlayStage
from .windows.spoiling import is_spoiled

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

    def __enter__(self) -> Self:
        workspace = self.workspace
        if not workspace.is_virtual:
            raise Refusal("clock-is-wall", "the workspace uses the wall clock", "A simulation needs a virtual one.")
        try:
            self._check_lock = self._open.enter_context(simulator_lock(workspace))
            record = checked_fleet(workspace)
            self._open.enter_context(seldom_collected())
            begin(workspace, self._speed)
            self._certificates = self._issuer or self._signing_issuer()
            self._fleet = KnownFleet(workspace, record, self._observer, self._shards, self._reading)
            self._begin_anew()
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
        while self._fleet.now < end and not (stop is not None and stop()):
            self._check_lock()
            happened = self._window(end)
            if happened is None:
                continue
            events += happened
            batches += 1
            if progress is not None:
                now = from_unix(self._fleet.now)
                progress(RunProgress(started_at=started_at, now=now, until=until, events=events))
        if self._fleet.now >= end:
            take_turns(self.workspace)  # those of the last second
        return RunReport(started_at=started_at, ended_at=self.workspace.now(), events=events, batches=batches)

    def resume(self) -> None:
        """Begin again from what was committed last, after the database couldn't be reached. Refuses with
        ``simulator-running`` if another machine was faster, and with ``database-unreachable``."""
        self._check_lock()
        self._fleet.load()
        self._begin_anew()

    @property
    def is_idle(self) -> bool:
        """Whether no event is left, apart from CAs that expire."""
        fleet = self._fleet
        awaited = any(group.ready_at.timestamp() > fleet.now for group in self.workspace.authorities.groups())
        idle = fleet.events.first_at is None and not awaited and not fleet.awaits_arrivals
        quiet = next_turn(self.workspace) is None and not has_mail(self.workspace)
        return idle and not fleet.sampler.is_news and quiet

    def states(self) -> Counter[str]:
        """The devices by state, those included that others have changed since the last window."""
        self._fleet.catch_up()
        return self._fleet.sampler.states()

    def _signing_issuer(self) -> CertificateIssuer:
        pool = self._open.enter_context(executor_for(self._workers, self._executor))
        return SigningIssuer(self.workspace, Issuance(pool))

    def _begin_anew(self) -> None:
        """Begin with windows of the size that suits the fleet."""
        self._batch = self._size = min(max(BATCH, len(self._fleet.sampler) // SHARE), MOST)

    def _follow(self) -> None:
        """Load what other processes committed, and the issuing group from now on."""
        if self._fleet.follow():
            self._begin_anew()

    def _window(self, end: int) -> int | None:
        """Play up to ``end`` or less; returns the number of events, or None if the window must be played again."""
        take_turns(self.workspace)
        self._send_mail()
        with self.workspace.database.moment():  # the reserved ids and the devices must belong to the same state
            self._follow()
            limit = self._fleet.upgrades.limit(self._size, window_limit(self.workspace, self._fleet.now, end))
            due, until = self._fleet.events.take(self._size, limit)
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
        fleet, due = self._fleet, next_mail(self.workspace)
        if due is not None and due.timestamp() <= fleet.now:
            self._follow()
            lost = fleet.lost.turned_away(self.workspace.now())
            fleet.look_at(send_mail(self.workspace, fleet.sampler.needing_person(), lost))
            fleet.lost.look_at(lost)

    def _rests_at(self, stage: PlayStage) -> int | None:
        """The end of a window after which no device has anything to do: the next sample; None if it is any other."""
        fleet = self._fleet
        if fleet.events.first_at is not None or any(stage.upcoming.values()) or fleet.awaits_arrivals:
            return None
        last = stage.batch.last_at
        at = max(stage.played_to, 0 if last is None else int(last.timestamp()))
        return next_sample(at or fleet.now) if at or fleet.sampler.is_news else None

    def _play(self, due: Mapping[int, Next], until: int) -> tuple[PlayStage, Turning]:
        workspace, fleet = self.workspace, self._fleet
        records = workspace.devices.records
        group = workspace.authorities.find_issuing(from_unix(fleet.now + 1))
        authority = None if group is None else workspace.authorities.of_group(group.name)[AuthorityRole.DEVICE]
        name, first_id = "" if group is None else group.name, records.next_certificate_id()
        knowledge = ReEnrolled(fleet.figures), Failing(failures_of(workspace))
        batch = None if self._observer is None and fleet.ledger is None else ObservedBatch()
        stage = PlayStage(authority, name, first_id, fleet.gate, workspace.policies.deployment, *knowledge, batch=batch)
        span, first_device = (fleet.now, until), records.next_device_id()
        apart: PlayApart | None = None
        if self._shards is not None:
            facts, concerned = fleet.facts(until, authority, name, knowledge[1].failures), fleet.turns.concerned(until)
            apart = PlayApart(self._shards, facts, first_id, fleet.upgrades, records, due, concerned)
        with apart or nullcontext():
            turning = fleet.turns.take(stage, records.find_id, fleet.gate, first_device, span)
            for id, at in turning.arrived:
                fleet.upgrades.note(stage.batch.devices[id], at)
            if apart is None:
                upgraded = play_here(stage, fleet.upgrades, records, due, span, turning.ids)
            else:
                upgraded = apart.end(stage, turning.ids)
        return stage, turning._replace(ids=turning.ids | upgraded)

    def _commit(self, stage: PlayStage, turning: Turning, due: Mapping[int, Next], until: int) -> bool:
        """Commit a window; False if its basis was changed by another process, so it must be played again."""
        workspace, fleet, batch = self.workspace, self._fleet, stage.batch
        changed: set[int] = set()
        with workspace.database.lock:
            with workspace.database.transaction(routine=True):
                changes = workspace.poll()
                if changes is not None:
                    changed = changes.tables.get("devices", set())
                concerned = {*due, *turning.ids}
                spoiled = changes is not None and is_spoiled(workspace, stage, changes, concerned, until, fleet.next_of)
                if not spoiled:
                    workspace.devices.records.write(batch)
                    stage.re_enrolled.write(workspace)
                    fleet.lost.close(turning.closed)
                    if turning.turns or turning.closed:
                        put_turnover(workspace, added(turnover_of(workspace), turning.brought))
                    if stage.failing.began:
                        put_failures(workspace, stage.failing.now())
                    workspace.set_clock(from_unix(until))
                    keep_load(workspace, stage.group, stage.check_ins, stage.issued)
                    fleet.sampler.sample(batch.traits, fleet.now, until)
                    if fleet.ledger is not None:
                        fleet.ledger.write(batch)
            # Nobody else can have changed the records that are skipped here.
            workspace.database.drain()
        if spoiled:
            fleet.look_at({*due, *changed})
            return False
        if self._observer is not None and isinstance(batch, ObservedBatch):
            self._observer.played(batch)
        fleet.keep(stage, turning, until)
        fleet.look_at({*changed, *(due.keys() - stage.upcoming.keys())}.difference(batch.devices, batch.device_texts))
        return True
