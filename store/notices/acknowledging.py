"""Acknowledging notices: somebody deals with it, until a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from ..errors import Refusal
from ..model.notice import DRILL, Notice
from ..persistence.records import RecordTable
from ..use_cases import Context, UseCases
from ..words import minute
from .outbox import notice_unknown

USUAL = timedelta(days=7)
"""For how long a notice is acknowledged if nobody says."""
LONGEST = timedelta(days=3650)


class Acknowledgements(UseCases):
    """Who deals with which notice. While it is acknowledged, it goes to nobody else."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._table = RecordTable(self._database.table("notices"), Notice)

    def acknowledge(self, ids: Iterable[int], until: datetime | None = None) -> tuple[Notice, ...]:
        """Acknowledge notices, until a time of the workspace's clock, in a week by default; whoever acknowledges the
        question of a drill has answered it, for good. It marks them as read.

        Refuses with ``notice-unknown`` or ``acknowledgement-past``.
        """
        with self._database.transaction():
            now, user = self._clock.now(), self._actor.user
            end = now + USUAL if until is None else until
            if not now < end <= now + LONGEST:
                raise Refusal(
                    "acknowledgement-past",
                    f"{minute(end)} UTC isn't a time to come within ten years",
                    "The workspace's clock counts.",
                )
            done = []
            for one in self._found(ids):
                answers = one.kind == DRILL
                readers = one.read_by if user in one.read_by else (*one.read_by, user)
                after = replace(
                    one,
                    acknowledged_by=user,
                    acknowledged_at=now,
                    acknowledged_until=None if answers else end,
                    read_by=readers,
                )
                if answers:
                    after = replace(after, over_at=now)
                self._table.write(one, after)
                said = "the drill is answered" if answers else f"acknowledged until {minute(end)} UTC"
                self._audit.record("notice.acknowledge", f"notice:{one.id}", f"{said}: {one.title}")
                done.append(after)
        return tuple(done)

    def withdraw(self, ids: Iterable[int]) -> tuple[Notice, ...]:
        """Take acknowledgements back; returns the notices that had one. Refuses with ``notice-unknown``."""
        with self._database.transaction():
            done = []
            for one in self._found(ids):
                if not one.acknowledged_by or one.kind == DRILL:
                    continue
                # From now on it counts again for how long nobody has acknowledged it.
                after = self._table.change(
                    one,
                    acknowledged_by="",
                    acknowledged_at=None,
                    acknowledged_until=None,
                    passed_on_at=self._clock.now(),
                )
                self._audit.record("notice.acknowledge", f"notice:{one.id}", f"no longer acknowledged: {one.title}")
                done.append(after)
        return tuple(done)

    def _found(self, ids: Iterable[int]) -> list[Notice]:
        wanted = set(ids)
        found = self._table.all(wanted)
        if missing := wanted - {one.id for one in found}:
            raise notice_unknown(min(missing))
        return found


def is_acknowledged(notice: Notice, now: datetime) -> bool:
    """Whether somebody deals with it now."""
    until = notice.acknowledged_until
    return bool(notice.acknowledged_by) and (until is None or now < until)


def acknowledged_text(notice: Notice, now: datetime) -> str:
    """``by ann until 2026-05-01 12:00 UTC``; empty if nobody has acknowledged it, or no longer."""
    if not is_acknowledged(notice, now):
        return ""
    until = notice.acknowledged_until
    return f"by {notice.acknowledged_by}" + ("" if until is None else f" until {minute(until)} UTC")
