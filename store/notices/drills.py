"""Drills: every owner is asked for an answer, by hand or twice a year, on the first Monday of March and of
September."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from ..errors import Refusal
from ..model.audit import SYSTEM
from ..model.drill import Drill, DrillQuestion
from ..model.notice import DRILL, Notice, Urgency
from ..model.reminder import Reminder
from ..model.site import SiteSettings
from ..persistence.records import RecordTable
from ..use_cases import Context, UseCases
from ..words import plural
from .answerable import ownerships
from .inbox import Notices

MONTHS = (3, 9)
ANSWER = timedelta(days=7)
"""For so long an owner has time; then it is a worry."""
_LOOKED = 2  # the document of ``reminders``


class DrillStanding(Struct, frozen=True, kw_only=True):
    """Who was asked in the last drill, and their notice: ``answered_by`` is empty until somebody has answered."""

    person: str
    notice_id: int
    asked_at: datetime
    answered_by: str = ""
    answered_at: datetime | None = None


class Drills(UseCases):
    """The drills of a workspace."""

    def __init__(self, context: Context, *, notices: Notices, site: Callable[[], SiteSettings]) -> None:
        super().__init__(context)
        self._notices = notices
        self._site = site
        self._ownerships = ownerships(self._database)
        self._table = RecordTable(self._database.table("drills"), Drill)
        self._reminders = RecordTable(self._database.table("reminders"), Reminder)

    def people(self) -> tuple[str, ...]:
        """Everybody who owns something."""
        names = [self._site().default_owner, *(one.owner for one in self._ownerships.all())]
        return tuple(sorted({name.casefold(): name for name in names if name}.values(), key=str.casefold))

    def standing(self) -> tuple[DrillStanding, ...]:
        """The people asked in the last drill; none before there was one."""
        documents = self._table.table.tail(1)
        if not documents:
            return ()
        drill = self._table.get(documents[0].doc_id)
        found = []
        for one in drill.questions:
            notice = self._database.table("notices").record(one.notice_id, Notice)
            if notice is not None:
                found.append(
                    DrillStanding(
                        person=one.person,
                        notice_id=one.notice_id,
                        asked_at=drill.at,
                        answered_by=notice.acknowledged_by,
                        answered_at=notice.acknowledged_at,
                    )
                )
        return tuple(found)

    def unanswered(self, now: datetime) -> tuple[DrillStanding, ...]:
        """Who has not answered in time."""
        return tuple(one for one in self.standing() if not one.answered_by and now - one.asked_at >= ANSWER)

    def keys(self) -> frozenset[str]:
        """The keys of the notices that still wait for an answer."""
        open = (self._notices.get(one.notice_id).key for one in self.standing() if not one.answered_by)
        return frozenset(open)

    def start(self) -> Drill:
        """Ask every owner now; a drill before is over. Refuses with ``nobody-to-ask``."""
        with self._database.transaction():
            if not (people := self.people()):
                raise Refusal(
                    "nobody-to-ask",
                    "nothing has an owner yet",
                    "`certfleet owner set` and `certfleet site set --default-owner` name owners.",
                )
            return self._ask(people, self._clock.now(), self._actor.user)

    def is_due(self, now: datetime) -> bool:
        """Whether one is due by the clock, or the first look at it."""
        last = self._reminders.peek(_LOOKED)
        if last is not None and last.week >= _latest(now):
            return False
        return self._site().drills and bool(self.people())

    def run(self, now: datetime) -> None:
        """Do what is due, inside a transaction. The first time that there are owners nobody is asked: they have just
        been named."""
        if not self.is_due(now):
            return
        if self._reminders.peek(_LOOKED) is not None:
            self._ask(self.people(), _latest(now), SYSTEM.user)
        self._reminders.put([Reminder(id=_LOOKED, week=_latest(now))])

    def next_at(self, now: datetime) -> datetime:
        """When the next one is due by the clock."""
        return min(at for year in (now.year, now.year + 1) for at in _days(year) if at > now)

    def _ask(self, people: tuple[str, ...], at: datetime, by: str) -> Drill:
        for one in self.standing():
            if not one.answered_by:
                self._notices.over(one.notice_id, at)
        number, questions = self._table.next_id(), []
        for who in people:
            id = self._notices.tell(
                DRILL,
                "workspace:1",
                f"Drill: {who}, do notices reach you?",
                "You own certificates, components or CA groups here. Acknowledge this notice within a week, so that it "
                "is known that notices reach you; nothing is wrong.",
                at,
                key=f"{DRILL}:{number}:{who}",
                urgency=Urgency.WARNING,
                owner=who,
            )
            questions.append(DrillQuestion(person=who, notice_id=id or 0))
        drill = self._table.add(Drill(id=0, at=at, started_by=by, questions=tuple(questions)))
        said = f"drill: {plural(len(people), 'owner')} asked for an answer"
        self._audit.record("notice.drill", f"drill:{drill.id}", said, by=SYSTEM if by == SYSTEM.user else None)
        return drill


def _days(year: int) -> tuple[datetime, ...]:
    """The days of a year on which owners are asked, 06:00 UTC."""
    firsts = (datetime(year, month, 1, 6, tzinfo=UTC) for month in MONTHS)
    return tuple(first + timedelta(days=-first.weekday() % 7) for first in firsts)


def _latest(now: datetime) -> datetime:
    return max(at for year in (now.year - 1, now.year) for at in _days(year) if at <= now)
