"""Attempts at deliveries: when each is due, that it is begun once, and what follows from how it ended.

Everything here is a short transaction. Nothing waits for a network; that is the courier's work.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from ..model.documents import to_document
from ..model.notice import Channel, Delivery, DeliverySettings, DeliveryState, Notice
from ..persistence.database import Database
from ..persistence.engine import Row
from .channels import delivery_settings
from .outbox import open_deliveries
from .sending import NotDelivered

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
ATTEMPTS = 53
"""After so many that found nobody, or no answer, a delivery is given up: with those waits about two days."""
REFUSALS = 5
"""After so many permanent refusals, an hour apart, it is given up: somebody has to change something first."""


class Claim(NamedTuple):
    """A delivery that is to be tried now, its notice, and the channels as they are configured at this moment."""

    delivery: Delivery
    notice: Notice
    settings: DeliverySettings


class Attempts:
    """The attempts at what is in the outbox."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.table("deliveries")
        self._notices = database.table("notices")
        self._open = open_deliveries(database)

    def due(self, now: datetime, channel: Channel | None = None) -> list[int]:
        """What is to be tried now: those first that have waited longest for it."""
        # One that is to be tried later than any wait lasts was put there by a clock that was wrong.
        due = [
            progress
            for progress in self._open.get().waiting
            if not now < progress.next_try_at <= now + LONGEST_WAIT and channel in (None, progress.channel)
        ]
        return [progress.id for progress in sorted(due, key=lambda progress: (progress.next_try_at, progress.id))]

    def claim(self, id: int, now: datetime) -> Claim | None:
        """Begin an attempt; None where there is nothing to be done any more.

        The attempt is on record, and the time of the next, before anything is sent: whatever happens to this
        process, or to the disk, nobody sends the same again and again.
        """
        with self._database.transaction():
            delivery = self._table.record(id, Delivery)
            if delivery is None or delivery.state is not DeliveryState.WAITING:
                return None
            settings = delivery_settings(self._database)
            notice = self._notices.record(delivery.notice_id, Notice)
            if notice is None or not settings.has(delivery.channel):
                why = "the notice is gone" if notice is None else "the channel was removed"
                self._write(replace(delivery, given_up_at=now, last_error=why))
                return None
            attempts = delivery.attempts + 1
            claimed = replace(delivery, attempts=attempts, next_try_at=now + _wait(attempts))
            self._write(claimed)
        return Claim(claimed, notice, settings)

    def arrived(self, id: int, now: datetime, to: tuple[str, ...]) -> None:
        """The attempt was a success."""
        with self._database.transaction():
            delivery = self._table.record(id, Delivery)
            if delivery is not None:
                self._write(replace(delivery, to=to, accepted=to, delivered_at=now, given_up_at=None, last_error=""))

    def not_arrived(self, id: int, now: datetime, to: tuple[str, ...], why: NotDelivered) -> bool:
        """The attempt was none, or one in part; the answer says whether it was the last."""
        with self._database.transaction():
            delivery = self._table.record(id, Delivery)
            if delivery is None or delivery.state is not DeliveryState.WAITING:
                return False
            refusals = delivery.refusals + why.permanent
            over = refusals >= REFUSALS or delivery.attempts >= ATTEMPTS
            self._write(
                replace(
                    delivery,
                    to=to,
                    accepted=(*delivery.accepted, *why.accepted),
                    refusals=refusals,
                    next_try_at=now + (LONGEST_WAIT if why.permanent else _wait(delivery.attempts)),
                    given_up_at=now if over else None,
                    last_error=why.reason,
                )
            )
        return over

    def _write(self, delivery: Delivery) -> None:
        self._table.write([Row(delivery.id, to_document(delivery))])


def _wait(attempts: int) -> timedelta:
    """After so many attempts: a minute, twice as long after each, never more than an hour."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT)
