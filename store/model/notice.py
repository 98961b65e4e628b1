"""A notice: what people are told without having asked; and how it leaves the house, by mail and by webhook."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

DELIVERY = 2
"""The document of the table ``settings`` that holds ``DeliverySettings``."""


class Urgency(StrEnum):
    """How soon somebody should do something."""

    INFO = "info"
    WARNING = "warning"
    URGENT = "urgent"


class Notice(Struct, frozen=True, kw_only=True):
    """``kind`` is stable (``authority-ready``); ``record`` names what it is about (``authority-group:2``).

    ``at`` is a time of the workspace's clock. ``key`` says what it is told of only once (``apns-expiry:12:30``), empty
    where it may come again. ``recipient`` is the e-mail address of a person whom it concerns beside the administrators,
    such as the Apple ID that a push certificate belongs to. ``read_by`` has the users who have marked it as read.
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


class Channel(StrEnum):
    """A way out of the house."""

    SMTP = "smtp"
    WEBHOOK = "webhook"


class DeliveryState(StrEnum):
    """How a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Delivery(Struct, frozen=True, kw_only=True):
    """A notice on its way through one channel. All times are the machine's, UTC: no server has a virtual clock.

    ``uuid`` is the same at every attempt, so that a receiver can tell a repeat. ``to`` are the addresses that it was
    last sent to, or the webhook's scheme and host; ``accepted`` those that have it already, where the server took some
    and refused others. ``attempts`` counts those that were begun, ``refusals`` those that met a permanent refusal.
    ``last_error`` is one short line and never holds a secret.
    """

    id: int
    notice_id: int
    channel: Channel
    uuid: str
    to: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    attempts: int = 0
    refusals: int = 0
    next_try_at: datetime
    delivered_at: datetime | None = None
    given_up_at: datetime | None = None
    last_error: str = ""

    @property
    def state(self) -> DeliveryState:
        """Whether it has arrived, is still tried, or was given up."""
        if self.delivered_at is not None:
            return DeliveryState.DELIVERED
        return DeliveryState.WAITING if self.given_up_at is None else DeliveryState.FAILED


class Security(StrEnum):
    """How the connection to a mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class SmtpSettings(Struct, frozen=True, kw_only=True):
    """The mail server, and whom every notice goes to. The password of ``user`` is in the vault."""

    host: str
    port: Annotated[int, Meta(ge=1, le=65535)]
    security: Security
    user: str | None = None
    sender: str
    recipients: tuple[str, ...]


class WebhookSettings(Struct, frozen=True, kw_only=True):
    """Where notices are posted to. The secret that signs them, where ``has_secret``, is in the vault."""

    url: str
    has_secret: bool = False


class DeliverySettings(Struct, frozen=True, kw_only=True):
    """The channels that are configured; None for one that isn't."""

    smtp: SmtpSettings | None = None
    webhook: WebhookSettings | None = None

    def has(self, channel: Channel) -> bool:
        """Whether a channel is configured."""
        return (self.smtp if channel is Channel.SMTP else self.webhook) is not None

    @property
    def with_secret(self) -> tuple[Channel, ...]:
        """The channels that have a secret in the vault."""
        smtp = (Channel.SMTP,) if self.smtp is not None and self.smtp.user is not None else ()
        return (*smtp, Channel.WEBHOOK) if self.webhook is not None and self.webhook.has_secret else smtp
