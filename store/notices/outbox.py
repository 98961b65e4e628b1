"""The outbox: which notice is being delivered by which channel, and its state."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import uuid4

from msgspec import Struct
from msgspec.structs import replace

from ..audit import AuditTrail
from ..errors import Refusal
from ..model.documents import from_document, to_document
from ..model.notice import Channel, Delivery, DeliveryState
from ..persistence.database import Database
from ..persistence.engine import Row
from .channels import delivery_settings
from .matching_documents import Kept


class OutboxCounts(NamedTuple):
    """How many deliveries are waiting, and how many have failed."""

    waiting: int
    failed: int


class DeliveryProgress(Struct):
    """The fields of a delivery that say how far it is."""

    id: int
    channel: Channel
    next_try_at: datetime
    delivered_at: datetime | None
    given_up_at: datetime | None


class Open(NamedTuple):
    """Those not delivered."""

    waiting: list[DeliveryProgress]
    failed: list[DeliveryProgress]


class Outbox:
    """The deliveries of a workspace."""

    def __init__(self, database: Database, audit: AuditTrail) -> None:
        self._database = database
        self._table = database.table("deliveries")
        self._audit = audit
        self._kept = open_deliveries(database)

    # Reading

    def counts(self) -> OutboxCounts:
        """How many are waiting and how many have failed; cheap enough to call every second."""
        open = self._kept.get()
        return OutboxCounts(len(open.waiting), len(open.failed))

    def pending(self) -> list[Delivery]:
        """Those waiting for their first or next attempt, oldest first."""
        return self._table.records(Delivery, [progress.id for progress in self._kept.get().waiting])

    def failed(self) -> list[Delivery]:
        """Those that were given up, oldest first."""
        return self._table.records(Delivery, [progress.id for progress in self._kept.get().failed])

    def list_for(self, notice_id: int) -> list[Delivery]:
        """The deliveries of a notice, one for each channel configured when it was given."""
        return [from_document(document, Delivery) for document in self._table.find("notice_id", notice_id)]

    def states(self, notice_ids: Iterable[int]) -> dict[int, DeliveryState]:
        """The state of each of these notices: failed if one of its deliveries has failed, else waiting if one is still
        waiting, else delivered. Notices without a delivery are left out."""
        states: dict[int, DeliveryState] = {}
        for id in notice_ids:
            found = {delivery.state for delivery in self.list_for(id)}
            for state in (DeliveryState.FAILED, DeliveryState.WAITING, DeliveryState.DELIVERED):
                if state in found:
                    states[id] = state
                    break
        return states

    def retry(self, id: int) -> Delivery:
        """Try a delivery again from the start, now.

        Refuses with ``delivery-unknown``, ``already-delivered`` or ``channel-not-configured``.
        """
        with self._database.transaction():
            delivery = self._table.record(id, Delivery)
            if delivery is None:
                raise Refusal("delivery-unknown", f"there is no delivery {id}")
            if delivery.state is DeliveryState.DELIVERED:
                raise Refusal("already-delivered", f"notice {delivery.notice_id} has been delivered")
            if not delivery_settings(self._database).has(delivery.channel):
                raise not_configured(delivery.channel)
            again = _afresh(delivery)
            self._write(again)
            self._audit.record(
                "delivery.retry", f"notice:{delivery.notice_id}", f"delivery by {delivery.channel} is tried again"
            )
        return again

    def retry_all(self) -> int:
        """Retry everything that has not arrived, by the configured channels; returns how many."""
        with self._database.transaction():
            settings = delivery_settings(self._database)
            again = [
                _afresh(delivery) for delivery in [*self.pending(), *self.failed()] if settings.has(delivery.channel)
            ]
            self._write(*again)
            if again:
                noun = "delivery is" if len(again) == 1 else "deliveries are"
                self._audit.record("delivery.retry", "workspace:1", f"{len(again):,} {noun} tried again")
        return len(again)

    # Writing, inside the caller's transaction

    def add(self, notice_id: int) -> None:
        """Queue a notice for every configured channel."""
        settings, now = delivery_settings(self._database), datetime.now(UTC)
        for channel in Channel:
            if settings.has(channel):
                delivery = Delivery(id=0, notice_id=notice_id, channel=channel, uuid=str(uuid4()), next_try_at=now)
                self._table.insert(to_document(delivery))

    def hasten(self, channel: Channel) -> None:
        """Retry the waiting deliveries of a channel now: its settings have changed."""
        now = datetime.now(UTC)
        self._write(*(replace(delivery, next_try_at=now) for delivery in self.pending() if delivery.channel is channel))

    def give_up(self, channel: Channel) -> int:
        """Give up the waiting deliveries of a removed channel; returns how many."""
        now = datetime.now(UTC)
        waiting = [delivery for delivery in self.pending() if delivery.channel is channel]
        self._write(*(replace(delivery, given_up_at=now, last_error="the channel was removed") for delivery in waiting))
        return len(waiting)

    def _write(self, *deliveries: Delivery) -> None:
        self._table.write([Row(delivery.id, to_document(delivery)) for delivery in deliveries])


def not_configured(channel: Channel) -> Refusal:
    """The refusal for a channel that isn't configured."""
    name = "mail server" if channel is Channel.SMTP else "webhook"
    return Refusal("channel-not-configured", f"no {name} is configured for notices", "Configure one first.")


def _afresh(delivery: Delivery) -> Delivery:
    return replace(delivery, attempts=0, refusals=0, next_try_at=datetime.now(UTC), given_up_at=None)


def open_deliveries(database: Database) -> Kept[DeliveryProgress, Open]:
    """The undelivered ones, always current."""
    return Kept(database, "deliveries", DeliveryProgress, _open)


def _open(all: list[DeliveryProgress]) -> Open:
    missing = [progress for progress in all if progress.delivered_at is None]
    return Open(
        [progress for progress in missing if progress.given_up_at is None],
        [progress for progress in missing if progress.given_up_at is not None],
    )
