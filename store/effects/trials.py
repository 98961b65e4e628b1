"""Trying a change: it runs in a transaction, its effects are determined, and it is rolled back, or kept if agreed.

While a judge is set, the effects of each transaction of the workspace are determined before its commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Generic, NamedTuple, TypeVar

from msgspec.structs import replace

from ..consequences.landscape_reader import Known, LandscapeReader
from ..devices.device_tables import DeviceRecords
from ..devices.gate import Gate
from ..impact.impact import Impact
from ..inventory.certificate_table import Entries
from ..model.audit import AuditLine
from ..model.kept_change import KeptChange
from ..model.notice import Notice
from ..model.task import Task
from ..moments.moments import Moments
from ..persistence.copies.packed_texts import PackedTexts
from ..persistence.storage import Before
from ..settling.settling import Settling
from ..use_cases import Context, UseCases
from .capabilities import beginnings, capability_effects
from .code import code_of
from .devices import device_effects
from .effects import HORIZON, CapabilityEffect, Effects, EntryAlteration
from .entries import entry_effects, without_new_ids
from .keeping import TABLES, drafted, forbidden, is_undoable, keep
from .outages import outage_effects
from .protection import Protection
from .records import KINDS, record_effects
from .rows import WrittenRows
from .trust import trust_effects
from .undo import undo_of

Result = TypeVar("Result")
WATCHED = ("devices", "certificates", "certificate_der", "tasks", "notices", *KINDS)
"""The tables whose rows are compared."""
_KEPT = (*(table for table in TABLES if table != "devices"), "tasks")
"""The tables whose rows are watched where nothing is compared: of many devices that would take long."""


Judge = Callable[[Effects], None]
"""Receives the effects of a transaction before it is committed, and raises to have it rolled back. Nobody else can
write meanwhile, so it must not wait for a person."""

_MOMENT = timedelta(minutes=1)
"""A wall clock's advance during a change is not an effect of the change."""

_JUDGES: ContextVar[tuple[tuple[Trials, Judge], ...]] = ContextVar("judges", default=())


class NotAgreed(Exception):
    """A judge raises it to have a transaction rolled back; the caller reports its effects."""

    def __init__(self, effects: Effects) -> None:
        super().__init__()
        self.effects = effects


class Present(NamedTuple):
    """The basis of the consequences before a change, and its time. Without ``known`` nothing is stopped."""

    at: datetime
    known: Known | None
    gate: Gate
    restorations: int
    last_line: int
    """The newest line of the audit trail."""


class Draft(NamedTuple):
    """The lines of the audit trail that a change would leave, and what would be kept of it; None without a line."""

    lines: tuple[AuditLine, ...]
    change: KeptChange | None


class CarriedOut(NamedTuple, Generic[Result]):
    """The result of a change, its effects, and whether it was kept."""

    answer: Result
    effects: Effects
    kept: bool


class Trials(UseCases):
    """Tries changes of a workspace, made through any of its use cases."""

    def __init__(
        self, context: Context, *, impact: Impact, settling: Settling, reader: LandscapeReader, moments: Moments
    ) -> None:
        super().__init__(context)
        self._moments = moments
        self._impact = impact
        self._settling = settling
        self._reader = reader
        self._together: Before | None = None
        self._notes: list[str] | None = None  # while the effects of a change are determined
        self._drafts: list[Draft] | None = None  # while somebody asks what a change would be kept as
        self._devices = DeviceRecords(self._database)
        self._entries = Entries(self._database)
        self.protection = Protection(self._database)

    def try_out(self, change: Callable[[], object]) -> Effects:
        """The effects that a change would have. Nothing of it stays: no record, no audit line, no id.

        Refuses as the change itself does. While it runs, nobody else can write.
        """
        return self.perform(change, lambda effects: False).effects

    def perform(self, change: Callable[[], Result], agreed: Callable[[Effects], bool]) -> CarriedOut[Result]:
        """Carry out a change if ``agreed`` accepts its effects; otherwise nothing of it stays.

        ``agreed`` is called while nobody else can write, so it must not wait for a person.
        """
        with self._database.lock:
            if self._database.in_transaction:
                raise RuntimeError("a trial is a transaction of its own")
        found = Effects()

        def judge(effects: Effects) -> None:
            nonlocal found
            found = effects
            if not agreed(effects):
                raise NotAgreed(effects)

        try:
            with self.judged_by(judge), self._database.transaction():
                answer = change()
        except NotAgreed:
            return CarriedOut(answer, found, kept=False)
        return CarriedOut(answer, found, kept=True)

    def draft(self, change: Callable[[], object]) -> Draft:
        """What a change would leave in the audit trail and be kept as. Nothing of it stays; refuses as it does."""
        with self._database.lock:
            drafts: list[Draft] = []
            self._drafts = drafts
            try:
                self.try_out(change)
            finally:
                self._drafts = None
        return drafts[-1] if drafts else Draft((), None)

    @contextmanager
    def judged_by(self, judge: Judge) -> Iterator[None]:
        """Inside, in this thread or asyncio task, each transaction is submitted to ``judge`` before its commit."""
        token = _JUDGES.set(((self, judge), *_JUDGES.get()))
        try:
            yield
        finally:
            _JUDGES.reset(token)

    @contextmanager
    def around(self) -> Iterator[None]:
        """Wraps each transaction, after the work that is due by the clock."""
        judge = next((judge for trials, judge in _JUDGES.get() if trials is self), None)
        name = "" if self._database.is_routine else self.protection.name
        if self._together is not None:
            with self._database.watch(self._together):
                yield
                self._settling.conclude()
            return
        if self._database.is_routine and judge is None:
            yield
            return
        if judge is None and not name:
            line = self._moments.last_line()
            before: Before = {table: {} for table in _KEPT}
            with self._database.watch(before):
                yield
            self._keep(line, WrittenRows(self._database, before))
            return
        was, before, self._notes = self.present(), watched(), []
        try:
            with self._database.watch(before):
                yield
                self._settling.conclude()
            rows = WrittenRows(self._database, before)
            effects = self._effects(was, rows)
            if self._drafts is not None:
                lines = self._moments.since(was.last_line)
                self._drafts.append(Draft(tuple(lines), drafted(lines, rows)))
            if judge is not None:
                judge(effects)
            self.protection.check(name, effects, self._moments.since(was.last_line))
            self._keep(was.last_line, rows)
        finally:
            self._notes = None

    def _keep(self, line: int, rows: WrittenRows) -> None:
        """Keep a person's change after this line of the audit trail, if it may be undone."""
        if not self._database.is_routine and self._moments.last_line() != line:
            keep(self._database, self._moments.since(line), rows)

    @contextmanager
    def together(self, *, from_nothing: bool = False) -> Iterator[Callable[[], Effects]]:
        """For a copy that nobody else writes to: the effects of all transactions inside, from any thread.
        ``from_nothing``: compared with no deployment at all, as if nothing was stopped before, in a workspace that
        takes the ids over."""
        present = self.present()
        was, self._together, self._notes = present._replace(known=None) if from_nothing else present, watched(), []
        before = self._together
        try:
            yield lambda: self._effects(was, WrittenRows(self._database, before), provisional=not from_nothing)
        finally:
            self._together = self._notes = None

    def difference_from(self, earlier: Present, rows: Before) -> Effects:
        """The difference between an earlier state of the workspace, whose ``rows`` differed, and the present one,
        without an undo."""
        return replace(self._effects(earlier, WrittenRows(self._database, rows), provisional=False), undo=None)

    def take_note(self, sentences: Iterable[str]) -> None:
        """Add notes about the running change to its effects."""
        if self._notes is not None:
            self._notes += sentences

    def present(self) -> Present:
        """The basis of the consequences now."""
        return Present(
            self._clock.now(),
            self._reader.read(),
            self._impact.gate(),
            self._database.restorations,
            self._moments.last_line(),
        )

    def _effects(self, was: Present, rows: WrittenRows, *, provisional: bool = True) -> Effects:
        capabilities = self._capabilities(was)
        devices, queues = device_effects(rows)
        trust = trust_effects(was.gate, self._impact.gate(), rows, self._devices.each)
        outages = outage_effects(rows, self._database.table("devices"))
        entries = entry_effects(rows, self._title, self._entries.rootless, provisional=provisional)
        added = [one for one in entries if provisional and one.alteration is EntryAlteration.ADDED]
        records = record_effects(rows)
        tasks = list(rows.records("tasks", Task))
        done = tuple(one.after.title for one in tasks if one.before and one.after and _is_done(one.before, one.after))
        notices = rows.records("notices", Notice)
        return Effects(
            capabilities=capabilities,
            devices=devices,
            queues=queues,
            trust=trust,
            outages=outages,
            entries=entries,
            tasks=tuple(one.after.title for one in tasks if one.before is None and one.after is not None),
            done=done,
            notices=tuple(one.after.title for one in notices if one.before is None and one.after is not None),
            records=records,
            notes=tuple(dict.fromkeys(without_new_ids(note, added) for note in self._notes or ())),
            undo=undo_of(
                devices,
                queues,
                entries,
                records,
                done,
                later=self._clock.now() - was.at >= _MOMENT or self._database.restorations != was.restorations,
                goes_back=self._moments.is_kept_before(was.last_line),
                kept=is_undoable(self._moments.since(was.last_line)) and not forbidden(rows),
                provisional=provisional,
            ),
            code=code_of(capabilities, devices, queues, trust, outages),
            provisional=provisional,
        )

    def _capabilities(self, was: Present) -> tuple[CapabilityEffect, ...]:
        after, now = self._reader.read(), self._clock.now()
        if after is was.known and now - was.at < _MOMENT:
            return ()
        end = now + HORIZON
        old = {} if was.known is None else beginnings(was.known, was.at, end)
        new = beginnings(after, now, end)
        if old == new:
            return ()
        known = None if was.known is None else {component.id for component in was.known.landscape.components}
        return capability_effects(old, new, self._impact.platforms(), now, known)

    def _title(self, certificate_id: int) -> str:
        entry = self._entries.peek(certificate_id)
        return f"entry {certificate_id}" if entry is None else entry.name


def watched() -> Before:
    """The rows whose earlier state will be recorded: none yet."""
    return {table: PackedTexts() for table in WATCHED}


def _is_done(before: Task, after: Task) -> bool:
    return before.done_at is None and after.done_at is not None
