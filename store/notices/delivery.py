"""The courier: sends what is in the outbox to the mail server and the webhook."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from msgspec import Struct

from ..errors import Refusal
from ..model.notice import Channel, Delivery, DeliverySettings, Notice
from ..persistence.database import Database
from ..persistence.process_lock import ProcessLock
from ..vault.secret_kind import SecretKind
from ..vault.vault import Vault
from .channel_states import ChannelStates
from .channels import delivery_settings, filed_under, shown
from .outbox import Outbox, not_configured
from .retries import Attempts, Claim
from .sending import TIMEOUT, NotDelivered

LOCK_FILE = "courier.lock"


class DeliveryReport(Struct, frozen=True, kw_only=True):
    """The result of one round. ``failed`` counts failed attempts, ``given_up`` the final ones among them, ``waiting``
    deliveries still to be tried, the first of them at ``next_attempt_at`` (the machine's time). ``busy``: another
    process was delivering. ``trouble`` says why something could not even be tried, for example because the vault is
    locked."""

    delivered: int = 0
    failed: int = 0
    given_up: int = 0
    waiting: int = 0
    next_attempt_at: datetime | None = None
    busy: bool = False
    trouble: str | None = None


class Courier:
    """Delivers by the machine's clock, even if the workspace has a virtual one.

    ``folder`` is the workspace's, None for one in memory; ``workspace`` is its name in messages; ``timeout`` is in
    seconds per server response.

    A notice arrives once: each success is recorded immediately, so no restart sends it again. If the process dies
    between the server's response and the record, that notice is repeated a minute later or more, with the same
    Message-ID and ``X-Certfleet-Delivery``, so the receiver can recognise it.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        outbox: Outbox,
        states: ChannelStates,
        *,
        folder: Path | None,
        workspace: str,
        timeout: float = TIMEOUT,
    ) -> None:
        self._database = database
        self._vault = vault
        self._outbox = outbox
        self._attempts = Attempts(database, states)
        self._folder = folder
        self._workspace = workspace
        self.timeout = timeout
        self._mine = threading.Lock()

    def deliver_due(self, now: datetime | None = None, stop: threading.Event | None = None) -> DeliveryReport:
        """Try what is due, one after the other, and return. It waits for servers, so call it from a separate thread.

        One process delivers at a time: if another one is delivering, this returns at once. No transaction or database
        lock is held while waiting for a server. A channel whose server does not respond is left for the next round.
        ``stop`` ends it within a second. It never asks for a passphrase: unlock the vault first. Refuses with
        ``workspace-unwritable``; nothing is sent then, because it could not be recorded.
        """
        if not self._attempts.due(now or datetime.now(UTC)):
            return self._report()
        with self._alone() as alone:
            if not alone:
                return self._report(busy=True)
            tally = _Tally()
            for channel in Channel:
                self._deliver(channel, tally, now, stop)
        return self._report(
            delivered=tally.delivered, failed=tally.failed, given_up=tally.given_up, trouble=tally.trouble
        )

    def _report(self, **counts: Any) -> DeliveryReport:
        next = self._outbox.next_attempt()
        at = None if next is None else next.next_try_at
        return DeliveryReport(waiting=self._outbox.counts().waiting, next_attempt_at=at, **counts)

    def send_test(self, channel: Channel, stop: threading.Event | None = None) -> None:
        """Send a test message at once; it is not recorded as a notice. ``stop`` ends the wait for a server within a
        second.

        Refuses with ``channel-not-configured``, with ``delivery-failed`` and the reason, or as the vault does. May ask
        for the passphrase.
        """
        if channel in delivery_settings(self._database).with_secret:
            self._vault.unlock()
        with self._database.moment():
            settings = delivery_settings(self._database)
            if not settings.has(channel):
                raise not_configured(channel)
            secret = self._secret(channel, settings)
        now = datetime.now(UTC)
        notice = Notice(
            id=0,
            at=now,
            kind="delivery-test",
            record="workspace:1",
            title="Test message",
            text="Notices of this workspace will arrive here.",
        )
        delivery = Delivery(id=0, notice_id=0, channel=channel, uuid=str(uuid4()), next_try_at=now)
        try:
            self._send(Claim(delivery, notice, settings), secret, stop)
        except NotDelivered as why:
            where = settings.smtp if channel is Channel.SMTP else settings.webhook
            assert where is not None
            raise Refusal("delivery-failed", f"{shown(where)}: {why.reason}", "Check the settings.") from why

    def _deliver(self, channel: Channel, tally: _Tally, now: datetime | None, stop: threading.Event | None) -> None:
        for id in self._attempts.due(now or datetime.now(UTC), channel):
            if stop is not None and stop.is_set():
                return
            try:
                # Read together, so that a new password never goes to the old server, and nothing is claimed
                # that can't be tried.
                with self._database.transaction():
                    claim = self._attempts.claim(id, now or datetime.now(UTC))
                    secret = None if claim is None else self._secret(channel, claim.settings)
            except Refusal as refusal:
                tally.trouble = refusal.message
                return
            if claim is None:
                continue
            to = _recipients(claim)
            try:
                self._send(claim, secret, stop)
            except NotDelivered as why:
                if why.of_channel and stop is not None and stop.is_set():
                    return  # interrupted by us, so not a failure; the claim says when it is tried again
                tally.failed += 1
                tally.given_up += self._attempts.not_arrived(claim, now or datetime.now(UTC), to, why)
                if why.of_channel:
                    return
            else:
                self._attempts.arrived(claim, now or datetime.now(UTC), to)
                tally.delivered += 1

    def _send(self, claim: Claim, secret: str | None, stop: threading.Event | None) -> None:
        delivery, notice, settings, parts = claim
        send: Callable[..., None]
        if delivery.channel is Channel.SMTP:
            from . import mail

            assert settings.smtp is not None
            send = partial(mail.send, settings.smtp)
        else:
            from . import webhook

            assert settings.webhook is not None
            send = partial(webhook.send, settings.webhook, parts)
        send(secret, delivery, notice, workspace=self._workspace, timeout=self.timeout, stop=stop)

    def _secret(self, channel: Channel, settings: DeliverySettings) -> str | None:
        if channel not in settings.with_secret:
            return None
        if not self._vault.unlocked and self._vault.protection == "passphrase":
            raise Refusal("passphrase-needed", "notices wait in the outbox: the passphrase has not been given yet")
        secret = self._vault.get(SecretKind.DELIVERY_SECRET, filed_under(channel))
        return None if secret is None else secret.decode()

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Lock out other couriers of the workspace; False if another one is active."""
        if not self._mine.acquire(blocking=False):
            yield False
            return
        try:
            if self._folder is None:
                yield True
                return
            lock = ProcessLock(self._folder, LOCK_FILE)
            try:
                is_ours = lock.acquire()
            except OSError as error:
                raise Refusal("workspace-unwritable", f"{self._folder} can't be written: {error.strerror}") from error
            if not is_ours:
                yield False
                return
            try:
                yield True
            finally:
                lock.release()
        finally:
            self._mine.release()


@dataclass
class _Tally:
    """The result of a round so far."""

    delivered: int = 0
    failed: int = 0
    given_up: int = 0
    trouble: str | None = None


def _recipients(claim: Claim) -> tuple[str, ...]:
    if claim.delivery.channel is Channel.SMTP:
        from .mail import recipients

        assert claim.settings.smtp is not None
        return recipients(claim.settings.smtp, claim.delivery, claim.notice)
    assert claim.settings.webhook is not None
    return (shown(claim.settings.webhook),)
