"""Work due by the clock: interruptions that begin and end, devices that can't be reached any more, notices.

It is done first in every transaction and when a workspace is opened, so every answer is current. At the end of a
transaction consequences are compared again: differences are due to the transaction's changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from ..apns.channel_keeping import ChannelKeeping
from ..components.tasks import Tasks
from ..consequences.gates import outages_at
from ..consequences.interruptions import Interruptions, Turn, turn
from ..due_notices.due import Due
from ..due_notices.due_notices import DueNotices
from ..due_notices.stopped_notices import stopped_notices
from ..model.reminder import Reminder
from ..persistence.records import RecordTable
from ..times import next_week, week_of
from ..use_cases import Context, UseCases
from .endpoint_follow_ups import EndpointFollowUps
from .simulated_endpoints import SimulatedEndpoints

if TYPE_CHECKING:
    from ..authorities.ca_groups import CaGroups
    from ..consequences.landscape_reader import LandscapeReader
    from ..devices.deletion import Deletions
    from ..due_notices.escalation import Escalation
    from ..notices.drills import Drills
    from ..notices.inbox import Notices


class Settling(UseCases):
    """Keeps a workspace in step with its clock."""

    def __init__(
        self,
        context: Context,
        *,
        groups: CaGroups,
        notices: Notices,
        reader: LandscapeReader,
        due: DueNotices,
        deletions: Deletions,
        escalation: Escalation,
        drills: Drills,
    ) -> None:
        super().__init__(context)
        self._groups = groups
        self._notices = notices
        self._reader = reader
        self._deletions = deletions
        self._escalation = escalation
        self._drills = drills
        self._due = due
        self._simulated = SimulatedEndpoints(self._database, context.tell)
        self._follow_ups = EndpointFollowUps(Tasks(context, site=lambda: reader.read().landscape.site))
        self._channel = ChannelKeeping(context, reader=reader)
        self._failures = self._database.table("renewal_failures")
        self._reminders = RecordTable(self._database.table("reminders"), Reminder)
        self._interruption_table = self._database.table("interruptions")
        self._interruptions = Interruptions(self._interruption_table)
        self._notice_table = self._database.table("notices")
        self._ownership_table = self._database.table("ownerships")
        self._device_table = self._database.table("devices")
        self._first_devices: tuple[object, bool] | None = None
        self._quiet: tuple[object, datetime] | None = None
        self._as_of: datetime | None = None

    def settle(self) -> None:
        """Do what is due by now. If nothing is due, it costs one comparison and takes no lock.

        Long-running processes call it from time to time on a wall clock.
        """
        with suppress(msgspec.ValidationError):
            if not self._is_due():
                return
        with self._database.transaction(routine=True):
            self._catch_up(None)

    @contextmanager
    def around(self) -> Iterator[None]:
        """Wraps a transaction: first the work due by the clock, at the end the consequences of its changes."""
        self._catch_up(None)
        self._as_of = self._clock.now()
        try:
            yield
            self.conclude()
        finally:
            self._as_of = None

    def conclude(self) -> None:
        """Compare the consequences at the beginning with those after the changes.

        Also called before the clock moves inside a transaction: the changes belong to the old time.
        """
        self._catch_up(self._as_of)
        if self._as_of is not None:
            self._as_of = self._clock.now()

    def _catch_up(self, changed_at: datetime | None) -> None:
        """``changed_at``: everything was settled then; later differences are due to changes."""
        # A damaged record is reported by reading it, and `workspace check` must still run.
        with suppress(msgspec.ValidationError):
            if self._is_due():
                self._do_what_is_due(changed_at)

    def _do_what_is_due(self, changed_at: datetime | None) -> None:
        now = self._clock.now()
        self._groups.announce()
        self._simulated.act(self._reader.read(), now)
        self._follow_ups.close(self._reader.read().landscape)
        self._channel.catch_up(now)
        change = self._turn(now, changed_at)
        self._give(stopped_notices(self._interruptions.keep(change), self._reader.read().landscape))
        self._give(self._due.expired(now))
        self._give(self._due.failed(now))
        self._delete_silent(now)
        self._remind(now)
        self._drills.run(now)
        self._escalation.pass_on(now)
        self._quiet = self._key(), self._quiet_until(now)

    def _is_due(self) -> bool:
        """Whether anything has to be written now; only reads."""
        now, key = self._clock.now(), self._key()
        if self._quiet is not None and self._quiet[0] == key and now < self._quiet[1]:
            return False
        with self._database.lock:
            if self._groups.to_announce() or self._channel.is_due(now):
                return True
            known = self._reader.read()
            if self._simulated.are_due(known, now) or self._follow_ups.are_due(known.landscape):
                return True
            change = self._turn(now, None)
            if change.began or change.ended:
                return True
            if not self._notices.are_told({one.key for one in (*self._due.expired(now), *self._due.failed(now))}):
                return True
            if self._is_to_remind(now) or self._escalation.due(now) is not None or self._drills.is_due(now):
                return True
            self._quiet = self._key(), self._quiet_until(now)
            return False

    def _key(self) -> object:
        """A value that differs after each change of these tables, including one that was rolled back."""
        tables = (
            self._failures,
            self._interruption_table,
            self._notice_table,
            self._reminders.table,
            self._ownership_table,
        )
        return self._reader.read(), tuple(table.generation for table in tables), self._has_first_devices()

    def _quiet_until(self, now: datetime) -> datetime:
        known = self._reader.read()
        moments = [
            known.next_turn(now),
            self._simulated.next_at(known, now),
            self._due.next_at(now),
            self._groups.next_ready(now),
            (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0),
            next_week(now),
            self._escalation.next_at(),
            self._drills.next_at(now),
        ]
        return min(moment for moment in moments if moment is not None)

    def _turn(self, now: datetime, changed_at: datetime | None) -> Turn:
        known = self._reader.read()
        return turn(self._interruptions.list(), known.consequences(now), known.landscape, now, changed_at=changed_at)

    def _has_first_devices(self) -> bool:
        """Whether there are devices, and no week has been looked at yet."""
        key = self._device_table.generation, self._reminders.table.generation
        if self._first_devices is None or self._first_devices[0] != key:
            self._first_devices = key, self._reminders.peek(1) is None and len(self._device_table) > 0
        return self._first_devices[1]

    def _is_to_remind(self, now: datetime) -> bool:
        last = self._reminders.peek(1)
        return self._has_first_devices() if last is None else last.week < week_of(now)

    def _remind(self, now: datetime) -> None:
        """Give the week's notice of device certificates. The first week with devices has none: they are new then."""
        if not self._is_to_remind(now):
            return
        if self._reminders.peek(1) is not None:
            due = self._due.reminder(now)
            self._give([] if due is None else [due])
        self._reminders.put([Reminder(id=1, week=week_of(now))])

    def _delete_silent(self, now: datetime) -> None:
        """Once a week, delete the devices that have been silent for too long, if the site wants it."""
        days = self._reader.read().landscape.site.delete_inactive_days
        if days and self._reminders.peek(1) is not None and self._is_to_remind(now):
            open_now = self._reader.read().consequences(now)
            self._deletions.delete_silent(days, outages_at(open_now, self._interruptions.list()))

    def _give(self, due: Sequence[Due]) -> None:
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
