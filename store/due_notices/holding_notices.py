"""Which notices still hold: what they tell of is still to come, or still stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from ..consequences.interruptions import Interruptions
from ..consequences.landscape_reader import LandscapeReader
from ..model.documents import from_document
from ..model.notice import Notice
from ..persistence.database import Database
from ..persistence.records import RecordTable
from .due_notices import DueNotices
from .stopped_notices import stopped_notices
from .weekly_reminder import reminder_key

_RECENT = 500
"""How far back notices are looked at whose keys no rule computes again."""


class HoldingNotices:
    """The notices of a workspace that still hold. Their keys are computed again from what is due and what is stopped.

    ``others`` give the keys of what is no question of certificates: channels that fail, drills without an answer.
    """

    def __init__(
        self,
        database: Database,
        *,
        reader: LandscapeReader,
        due: DueNotices,
        others: Sequence[Callable[[], frozenset[str]]],
    ) -> None:
        self._reader = reader
        self._due = due
        self._more = others
        self._interruptions = Interruptions(database.table("interruptions"))
        self._notices = RecordTable(database.table("notices"), Notice)

    def notices(self, now: datetime) -> list[Notice]:
        """Those given and still holding, the oldest first."""
        keys = self.keys(now)
        found = [one for key in keys for one in self._notices.find("key", key)]
        known = {one.id for one in found}
        # A plan that waits, say: no rule here tells whether it still does, so it holds until somebody has read of it.
        found += [one for one in self._others() if one.id not in known and not one.read_by]
        return sorted(found, key=lambda one: one.id)

    def keys(self, now: datetime) -> frozenset[str]:
        """The keys of all notices that hold, given or not. Of several about one thing, only the latest holds: ten days'
        notice overtakes that of thirty."""
        latest: dict[str, tuple[datetime, str]] = {}
        for at, key in self._found(now):
            about = key.rpartition(":")[0]
            latest[about] = max((at, key), latest.get(about, (at, key)))
        return frozenset(key for _, key in latest.values()).union(*(more() for more in self._more))

    def _found(self, now: datetime) -> Iterator[tuple[datetime, str]]:
        known = self._reader.read()
        for one in (*self._due.expired(now), *self._due.failed(now)):
            if one.until is None or now < one.until:
                yield one.at, one.key
        for one in stopped_notices(self._interruptions.lasting(), known.landscape):
            yield one.at, one.key
        issuing = known.landscape.issuing(now)
        if issuing is not None:
            yield issuing.ready_at, f"authority-ready:{issuing.id}"
        key = reminder_key(now)
        if self._notices.find("key", key) and (reminder := self._due.reminder(now)) is not None:
            yield reminder.at, key

    def _others(self) -> list[Notice]:
        recent = (from_document(one, Notice) for one in self._notices.table.tail(_RECENT))
        return [one for one in recent if one.kind.startswith("plan-")]
