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
from .channel_states import ChannelStates
from .channels import delivery_settings, identity_of
from .outbox import open_deliveries
from .sending import NotDelivered
from .summary import summary

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
ATTEMPTS = 53
"""After this many unanswered attempts, about two days, a delivery is given up."""
REFUSALS = 5
"""After this many permanent refusals, an hour apart, it is given up: a setting must be changed first."""


class Claim(NamedTuple):
    """A delivery to be tried now, its notice, and the current channels. If it goes together with others, the notice is
    their summary, and ``parts`` are the notices in it."""

    delivery: Delivery
    notice: Notice
    settings: DeliverySettings
    parts: tuple[Notice, ...] = ()


class Attempts:
    """The attempts at what is in the outbox. What goes together is tried, arrives and fails together."""

    def __init__(self, database: Database, states: ChannelStates) -> None:
        self._database = database
        self._states = states
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
        ordered = sorted(due, key=lambda progress: (progress.next_try_at, progress.id))
        first = {progress.uuid: progress.id for progress in reversed(ordered) if progress.together}
        return [progress.id for progress in ordered if first.get(progress.uuid, progress.id) == progress.id]

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
            claimed, notices = [], []
            for one in self._with(delivery):
                notice = self._notices.record(one.notice_id, Notice)
                if notice is None or not settings.has(one.channel):
                    why = "the notice is gone" if notice is None else "the channel was removed"
                    self._write(replace(one, given_up_at=now, last_error=why))
                    continue
                attempts = one.attempts + 1
                claimed.append(replace(one, attempts=attempts, next_try_at=now + _wait(attempts)))
                notices.append(notice)
            self._write(*claimed)
        if not claimed:
            return None
        if len(notices) == 1:
            return Claim(claimed[0], notices[0], settings)
        return Claim(claimed[0], summary(notices), settings, tuple(notices))

    def arrived(self, claim: Claim, now: datetime, to: tuple[str, ...]) -> None:
        """Record a success."""
        webhook = claim.settings.webhook
        where = "" if claim.delivery.channel is Channel.SMTP or webhook is None else identity_of(webhook)
        with self._database.transaction():
            delivery = self._table.record(claim.delivery.id, Delivery)
            if delivery is not None:
                done = {"to": to, "accepted": to, "destination": where, "delivered_at": now}
                found = [one for one in self._with(delivery) if _is_part(one, claim)]
                self._write(*(replace(one, **done, given_up_at=None, last_error="") for one in found))
            self._states.begin_anew(claim.delivery.channel)

    def not_arrived(self, claim: Claim, now: datetime, to: tuple[str, ...], why: NotDelivered) -> bool:
        """Record a complete or partial failure; returns whether it was the last attempt."""
        with self._database.transaction():
            delivery = self._table.record(claim.delivery.id, Delivery)
            if delivery is None or delivery.state is not DeliveryState.WAITING:
                return False
            refusals = delivery.refusals + why.permanent
            over = refusals >= REFUSALS or delivery.attempts >= ATTEMPTS
            failed = {
                "to": to,
                "accepted": (*delivery.accepted, *why.accepted),
                "refusals": refusals,
                "next_try_at": now + (LONGEST_WAIT if why.permanent else _wait(delivery.attempts)),
                "given_up_at": now if over else None,
                "last_error": why.reason,
            }
            self._write(*(replace(one, **failed) for one in self._with(delivery) if _is_part(one, claim)))
            self._states.failed(delivery.channel, now, why.reason)
        return over

    def _with(self, delivery: Delivery) -> list[Delivery]:
        """A waiting delivery with those that go together with it, by id."""
        if not delivery.together:
            return [delivery]
        ids = [one.id for one in self._open.get().waiting if one.together and one.uuid == delivery.uuid]
        return self._table.records(Delivery, ids)

    def _write(self, *deliveries: Delivery) -> None:
        self._table.write([Row(delivery.id, to_document(delivery)) for delivery in deliveries])


def _is_part(delivery: Delivery, claim: Claim) -> bool:
    """Whether it was sent in this attempt."""
    return delivery.id == claim.delivery.id or any(one.id == delivery.notice_id for one in claim.parts)


def _wait(attempts: int) -> timedelta:
    """The wait after this many attempts: a minute, doubled each time, at most an hour."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT)
