"""The outbox: which notice is being delivered by which channel, and its state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import uuid4

from msgspec import Struct
from msgspec.structs import replace

from ..audit import AuditTrail
from ..errors import Refusal
from ..model.documents import from_document, to_document
from ..model.notice import Channel, Delivery, DeliverySettings, DeliveryState
from ..persistence.database import Database
from ..persistence.engine import Row
from ..persistence.table_result import TableResult
from .channels import NAMES, delivery_settings, identity_of


class OutboxCounts(NamedTuple):
    """How many deliveries are waiting, and how many have failed."""

    waiting: int
    failed: int


class DeliveryProgress(Struct):
    """The fields of a delivery that say how far it is."""

    id: int
    channel: Channel
    uuid: str
    next_try_at: datetime
    delivered_at: datetime | None
    given_up_at: datetime | None
    together: bool = False


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

    def retry(self, notice_id: int, *, again: bool = False) -> list[Delivery]:
        """Send a notice by every configured channel by which it has not arrived, from the start, now: what waits, what
        was given up, and what was never queued because the channel was set up later. ``again``: also by those by which
        it has arrived.

        Refuses with ``notice-unknown``, ``channel-not-configured``, or ``already-delivered`` if nothing is left.
        """
        with self._database.transaction():
            if self._database.table("notices").get(doc_id=notice_id) is None:
                raise notice_unknown(notice_id)
            settings, known = delivery_settings(self._database), self.list_for(notice_id)
            if not any(settings.has(channel) for channel in Channel):
                raise no_channel()
            found: list[Delivery] = []
            for channel in Channel:
                if not settings.has(channel):
                    continue
                own = [one for one in known if one.channel is channel]
                open = [one for one in own if again or one.state is not DeliveryState.DELIVERED]
                found += map(_afresh, open) if own else [_new(notice_id, channel)]
            if not found:
                raise Refusal(
                    "already-delivered",
                    f"notice {notice_id} has been delivered",
                    f"`certfleet notice retry {notice_id} --again` sends it once more.",
                )
            found = [one if one.id else self._insert(one) for one in found]
            self._write(*found)
            ways = " and ".join(NAMES[channel] for channel in dict.fromkeys(one.channel for one in found))
            self._audit.record("delivery.retry", f"notice:{notice_id}", f"delivery by {ways} is tried again")
        return found

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

    def add(self, notice_id: int, addresses: tuple[str, ...] = (), *, without: Channel | None = None) -> None:
        """Queue a notice for every configured channel, except ``without``; by mail to ``addresses`` only if there are
        some."""
        settings = delivery_settings(self._database)
        for channel in Channel:
            if settings.has(channel) and channel is not without:
                to = addresses if channel is Channel.SMTP else ()
                self._insert(replace(_new(notice_id, channel), addresses=to))

    def add_together(self, notice_ids: Sequence[int], channel: Channel, addresses: tuple[str, ...] = ()) -> None:
        """Queue notices as one message by a channel, to ``addresses`` only if there are some. What was given up before
        goes with it."""
        uuid, many = str(uuid4()), len(notice_ids) > 1
        for id in notice_ids:
            given_up = (one for one in self.list_for(id) if one.state is DeliveryState.FAILED)
            known = next((one for one in given_up if one.channel is channel and one.addresses == addresses), None)
            one = _new(id, channel) if known is None else _afresh(known)
            one = replace(one, uuid=uuid, together=many, addresses=addresses)
            self._write(one if one.id else self._insert(one))

    def missing(self, notice_ids: Iterable[int], channel: Channel, address: str | None = None) -> list[int]:
        """Those of the notices that neither went to where the channel leads now nor wait to go there. ``address``: to
        one more address, besides the recipients of all mails."""
        settings = delivery_settings(self._database)
        return [
            id
            for id in notice_ids
            if not any(
                one.channel is channel and (_goes_to(one, address) or _went_to(one, settings, address))
                for one in self.list_for(id)
            )
        ]

    def next_attempt(self) -> Delivery | None:
        """The waiting delivery that is tried next."""
        waiting = self._kept.get().waiting
        first = min(waiting, key=lambda one: (one.next_try_at, one.id), default=None)
        return None if first is None else self._table.record(first.id, Delivery)

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

    def _insert(self, delivery: Delivery) -> Delivery:
        return replace(delivery, id=self._table.insert(to_document(delivery)))

    def _write(self, *deliveries: Delivery) -> None:
        self._table.write([Row(delivery.id, to_document(delivery)) for delivery in deliveries])


def not_configured(channel: Channel) -> Refusal:
    """The refusal for a channel that isn't configured."""
    name = "mail server" if channel is Channel.SMTP else "webhook"
    return Refusal("channel-not-configured", f"no {name} is configured for notices", "Configure one first.")


def no_channel() -> Refusal:
    """The refusal if there is no channel at all."""
    return Refusal(
        "channel-not-configured",
        "neither a mail server nor a webhook is configured for notices",
        "`certfleet notice smtp set` or `certfleet notice webhook set` configures one.",
    )


def notice_unknown(id: int) -> Refusal:
    """The refusal for a notice that isn't there."""
    return Refusal("notice-unknown", f"there is no notice {id}")


def _new(notice_id: int, channel: Channel) -> Delivery:
    return Delivery(id=0, notice_id=notice_id, channel=channel, uuid=str(uuid4()), next_try_at=datetime.now(UTC))


def _afresh(delivery: Delivery) -> Delivery:
    # Whoever has it already, or had it in a summary, must not take it for that.
    is_new = delivery.together or delivery.state is DeliveryState.DELIVERED
    return replace(
        delivery,
        uuid=str(uuid4()) if is_new else delivery.uuid,
        together=False,
        accepted=() if is_new else delivery.accepted,
        attempts=0,
        refusals=0,
        next_try_at=datetime.now(UTC),
        delivered_at=None,
        given_up_at=None,
    )


def _goes_to(delivery: Delivery, address: str | None) -> bool:
    """Whether it waits to go where its channel leads, or to one more address."""
    waits = delivery.state is DeliveryState.WAITING
    return waits and (address is None or not delivery.together or address in delivery.addresses)


def _went_to(delivery: Delivery, settings: DeliverySettings, address: str | None) -> bool:
    """Whether it was delivered to where its channel leads now."""
    if delivery.state is not DeliveryState.DELIVERED:
        return False
    if delivery.channel is Channel.WEBHOOK:
        here = "" if settings.webhook is None else identity_of(settings.webhook)
        # An earlier release kept no more than scheme and host.
        return delivery.destination in ("", here)
    if settings.smtp is None:
        return False
    wanted = settings.smtp.recipients if address is None else (address,)
    have = {one.casefold() for one in delivery.to}
    return (address is None and bool(delivery.addresses)) or all(one.casefold() in have for one in wanted)


def open_deliveries(database: Database) -> TableResult[DeliveryProgress, Open]:
    """The undelivered ones, always current."""
    return TableResult(database, "deliveries", DeliveryProgress, _open)


def _open(all: list[DeliveryProgress]) -> Open:
    missing = [progress for progress in all if progress.delivered_at is None]
    return Open(
        [progress for progress in missing if progress.given_up_at is None],
        [progress for progress in missing if progress.given_up_at is not None],
    )
