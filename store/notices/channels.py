"""The configured channels, the vault names of their secrets, and their displayable addresses."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

import msgspec

from ..model.documents import to_document
from ..model.notice import DELIVERY, Channel, DeliverySettings, SmtpSettings, WebhookSettings
from ..persistence.database import Database
from ..persistence.engine import Row

NAMES = {Channel.SMTP: "mail", Channel.WEBHOOK: "webhook"}
"""What notices go out by, in a sentence."""


def delivery_settings(database: Database) -> DeliverySettings:
    """The channels of a workspace; none in a new one."""
    document = database.table("settings").get(doc_id=DELIVERY)
    return DeliverySettings() if document is None else msgspec.convert(dict(document), DeliverySettings)


def keep_settings(database: Database, settings: DeliverySettings) -> None:
    """Store them, inside a transaction."""
    database.table("settings").write([Row(DELIVERY, to_document(settings))])


def filed_under(channel: Channel) -> str:
    """The vault's name for a channel's secret, which belongs to no public key."""
    return f"delivery:{channel}"


def shown(settings: SmtpSettings | WebhookSettings) -> str:
    """A channel's destination, for audit lines and messages.

    For a webhook only scheme and host: many services put a key into the path.
    """
    if isinstance(settings, SmtpSettings):
        return f"{_literal(settings.host)}:{settings.port}"
    parts = urlsplit(settings.url)
    return f"{parts.scheme}://{parts.netloc}"


def destination(settings: DeliverySettings, channel: Channel) -> str:
    """The same for a channel of the configuration; empty if it isn't configured."""
    where = settings.smtp if channel is Channel.SMTP else settings.webhook
    return "" if where is None else shown(where)


def identity_of(settings: WebhookSettings) -> str:
    """What distinguishes a webhook's URL from others: the beginning of its SHA-256, in hex, since it may hold a key."""
    return hashlib.sha256(settings.url.encode()).hexdigest()[:16]


def _literal(host: str) -> str:
    return f"[{host}]" if ":" in host else host
