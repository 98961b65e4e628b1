"""Notices to people, and their delivery by mail and webhook."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

DELIVERY = 2
"""The document of the table ``settings`` that holds ``DeliverySettings``."""


DRILL = "drill"
"""The kind of the notices that ask for an answer."""


class Urgency(StrEnum):
    """How soon somebody should act."""

    INFO = "info"
    WARNING = "warning"
    URGENT = "urgent"


class Stage(StrEnum):
    """To whom a notice has gone: to the owner of its subject, then to the deputy, then to all."""

    OWNER = "owner"
    DEPUTY = "deputy"
    ALL = "all"


class Notice(Struct, frozen=True, kw_only=True):
    """A notice. ``kind`` is stable (``authority-ready``); ``record`` is its subject (``authority-group:2``).

    ``at`` is a time of the workspace's clock. ``key`` prevents duplicates (``apns-expiry:12:30``); it is empty if the
    notice may be repeated. ``recipient`` is the e-mail address of an additional recipient, such as the Apple ID of a
    push certificate. ``read_by`` lists the users who have marked it as read. ``over_at``: what it tells of was over
    then.

    ``owner``, ``deputy`` and ``runbook`` are those of its subject when it was given; they are empty if it had none.
    ``stage`` says to whom it has gone by now, ``passed_on_at`` since when. ``acknowledged_by`` somebody who deals with
    it, until ``acknowledged_until``.
    """

    id: int
    at: datetime
    kind: str
    record: str
    title: str
    text: str
    key: str = ""
    urgency: Urgency = Urgency.INFO
    recipient: str | None = None
    read_by: tuple[str, ...] = ()
    over_at: datetime | None = None
    owner: str = ""
    deputy: str = ""
    runbook: str = ""
    stage: Stage = Stage.ALL
    passed_on_at: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_until: datetime | None = None


class Channel(StrEnum):
    """A delivery channel."""

    SMTP = "smtp"
    WEBHOOK = "webhook"


class DeliveryState(StrEnum):
    """The state of a delivery."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Delivery(Struct, frozen=True, kw_only=True):
    """The delivery of a notice by one channel. All times are the machine's, UTC: servers have no virtual clock.

    ``uuid`` is the same for every attempt, so a receiver can recognise repeats. Deliveries that go ``together`` share
    it: they are one message, the summary of their notices. ``addresses`` are the only recipients of a mail; empty for
    those of the settings and the notice's own. ``to`` are the addresses of the last attempt, or the webhook's scheme
    and host; ``accepted`` are the addresses that already have it, if the server refused others. ``destination`` tells
    the webhooks apart that have had a notice, without their keys. ``attempts`` counts attempts, ``refusals`` permanent
    refusals. ``last_error`` is one short line without secrets.
    """

    id: int
    notice_id: int
    channel: Channel
    uuid: str
    together: bool = False
    addresses: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    destination: str = ""
    attempts: int = 0
    refusals: int = 0
    next_try_at: datetime
    delivered_at: datetime | None = None
    given_up_at: datetime | None = None
    last_error: str = ""

    @property
    def state(self) -> DeliveryState:
        """Whether it was delivered, is waiting, or has failed."""
        if self.delivered_at is not None:
            return DeliveryState.DELIVERED
        return DeliveryState.WAITING if self.given_up_at is None else DeliveryState.FAILED


class ChannelState(Struct, frozen=True, kw_only=True):
    """A channel by which nothing has arrived since the first failure (``since``, the machine's time, UTC). ``reason``
    is the last one, one short line without secrets; ``notice_id`` the notice about it, 0 before there is one."""

    id: int
    channel: Channel
    since: datetime
    reason: str
    notice_id: int = 0


class Security(StrEnum):
    """The protection of the connection to a mail server."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class SmtpSettings(Struct, frozen=True, kw_only=True):
    """The mail server and the recipients of every notice. The password of ``user`` is in the vault."""

    host: str
    port: Annotated[int, Meta(ge=1, le=65535)]
    security: Security
    user: str | None = None
    sender: str
    recipients: tuple[str, ...]


class WebhookSettings(Struct, frozen=True, kw_only=True):
    """The webhook's URL. If ``has_secret``, the vault has the secret that signs its notices."""

    url: str
    has_secret: bool = False


class DeliverySettings(Struct, frozen=True, kw_only=True):
    """The configured channels; None for the others."""

    smtp: SmtpSettings | None = None
    webhook: WebhookSettings | None = None

    def has(self, channel: Channel) -> bool:
        """Whether a channel is configured."""
        return (self.smtp if channel is Channel.SMTP else self.webhook) is not None

    @property
    def with_secret(self) -> tuple[Channel, ...]:
        """The channels with a secret in the vault."""
        smtp = (Channel.SMTP,) if self.smtp is not None and self.smtp.user is not None else ()
        return (*smtp, Channel.WEBHOOK) if self.webhook is not None and self.webhook.has_secret else smtp
