"""Attempts at deliveries: when each is due, claiming it once, and recording its result.

Everything here is a short transaction. Only the courier waits for a network.
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
"""After this many unanswered attempts, about two days, a delivery is given up."""
REFUSALS = 5
"""After this many permanent refusals, an hour apart, it is given up: a setting must be changed first."""


class Claim(NamedTuple):
    """A delivery to be tried now, its notice, and the current channels."""

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
        """The deliveries due now, longest-waiting first."""
        # A time further away than the longest wait comes from a wrong clock.
        due = [
            progress
            for progress in self._open.get().waiting
            if not now < progress.next_try_at <= now + LONGEST_WAIT and channel in (None, progress.channel)
        ]
        return [progress.id for progress in sorted(due, key=lambda progress: (progress.next_try_at, progress.id))]

    def claim(self, id: int, now: datetime) -> Claim | None:
        """Begin an attempt; None if the delivery is no longer needed.

        The attempt and the time of the next one are recorded before anything is sent, so a crash or a full disk can't
        cause endless repeats.
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
        """Record a success."""
        with self._database.transaction():
            delivery = self._table.record(id, Delivery)
            if delivery is not None:
                self._write(replace(delivery, to=to, accepted=to, delivered_at=now, given_up_at=None, last_error=""))

    def not_arrived(self, id: int, now: datetime, to: tuple[str, ...], why: NotDelivered) -> bool:
        """Record a complete or partial failure; returns whether it was the last attempt."""
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
    """The wait after this many attempts: a minute, doubled each time, at most an hour."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT)
