"""Configuring the delivery of notices: the mail server and the webhook."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from msgspec.structs import replace

from ..audit import AuditTrail
from ..certificates.text import shortened
from ..errors import Refusal
from ..model.events import ChannelConfigured, Tell
from ..model.notice import Channel, DeliverySettings, Security, SmtpSettings, WebhookSettings
from ..persistence.database import Database
from ..vault.secret_kind import SecretKind
from ..vault.vault import Vault
from .addresses import host_name, is_loopback, mail_address, web_address
from .channel_states import ChannelStates
from .channels import delivery_settings, filed_under, keep_settings, shown
from .outbox import Outbox, not_configured

LONGEST_SECRET = 1000
MOST_RECIPIENTS = 50
_RECORD = "settings:2"
_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


def usual_port(security: Security) -> int:
    """The port of a mail server that is reached so."""
    return _PORTS[security]


class DeliveryConfiguration:
    """The delivery channels. Secrets are in the vault; nothing here returns one."""

    def __init__(
        self, database: Database, *, vault: Vault, audit: AuditTrail, outbox: Outbox, tell: Tell, states: ChannelStates
    ) -> None:
        self._database = database
        self._tell = tell
        self._states = states
        self._vault = vault
        self._audit = audit
        self._outbox = outbox

    def get(self) -> DeliverySettings:
        """The configuration."""
        return delivery_settings(self._database)

    def set_smtp(
        self,
        *,
        host: str,
        port: int,
        security: Security,
        sender: str,
        recipients: Iterable[str],
        user: str | None = None,
        password: str | None = None,
    ) -> SmtpSettings:
        """Send notices to ``recipients`` by this mail server; waiting deliveries are retried at once. What still holds
        and has not gone to them goes out as one summary.

        ``password`` None keeps the stored password, for the same user on the same host. A password is sent only over
        TLS or to this machine. Refuses with ``smtp-invalid``, and as the vault does.
        """
        settings = SmtpSettings(
            host=_required(host_name(host), f"{shortened(host)!r} is not a valid host", "smtp-invalid"),
            port=port,
            security=security,
            user=user or None,
            sender=_required(
                mail_address(sender), f"{shortened(sender)!r} is not a valid mail address", "smtp-invalid"
            ),
            recipients=_recipients(recipients),
        )
        if not 1 <= port <= 65535:
            raise _smtp_invalid(f"{port} is not a port", "Use 587 with STARTTLS, 465 with TLS, 25 without.")
        if settings.user is None and password:
            raise _smtp_invalid("a password needs a user")
        if settings.user is not None:
            if security is Security.NONE and not is_loopback(settings.host):
                raise _smtp_invalid("a password must not cross the network in the clear", "Choose STARTTLS or TLS.")
            if not settings.user.isprintable() or len(settings.user) > LONGEST_SECRET:
                raise _smtp_invalid("that is not the name of a user")
        if password:
            self._vault.unlock()  # may ask for the passphrase, and takes a while
        with self._database.transaction():
            before = self.get()
            kept = before.smtp
            if settings.user is not None and not password:
                if password is not None or kept is None or kept.user is None:
                    raise _smtp_invalid(f"the password of {settings.user} is missing")
                if (kept.host, kept.user) != (settings.host, settings.user):
                    raise _smtp_invalid(
                        "the password that is kept is for another user or another host", "Give the password again."
                    )
            if kept == settings and not password:
                return settings
            self._secret(Channel.SMTP, password, keep=settings.user is not None, code="smtp-invalid")
            keep_settings(self._database, replace(before, smtp=settings))
            self._outbox.hasten(Channel.SMTP)
            how = {Security.NONE: "without TLS", Security.STARTTLS: "with STARTTLS", Security.TLS: "with TLS"}[security]
            login = "without logging in" if settings.user is None else f"as {settings.user}, with a password"
            self._audit.record(
                "delivery.smtp",
                _RECORD,
                f"notices go by mail to {', '.join(settings.recipients)}, from {settings.sender}, through "
                f"{shown(settings)} {how}, {login}",
            )
            self._set_up(Channel.SMTP)
        return settings

    def set_webhook(self, *, url: str, secret: str | None = None) -> WebhookSettings:
        """Post notices to ``url``, signed if there is a secret; waiting deliveries are retried at once. What still
        holds and has not gone there goes out as one summary.

        ``secret`` None keeps the stored secret if scheme and host are unchanged; an empty one removes it. Plain http is
        accepted, but signed notices are sent only over https or to this machine. The URL is stored in plain text:
        anybody who can read the workspace can read it. Refuses with ``webhook-invalid``, and as the vault does.
        """
        address = _required(
            web_address(url), "that is not an http or https URL, or it has a user name in it", "webhook-invalid"
        )
        if secret:
            self._vault.unlock()
        with self._database.transaction():
            before = self.get()
            kept = before.webhook
            signs = bool(secret) or (secret is None and kept is not None and kept.has_secret)
            settings = WebhookSettings(url=address, has_secret=signs)
            if signs and not secret and (kept is None or shown(kept) != shown(settings)):
                raise Refusal(
                    "webhook-invalid",
                    "the secret that is kept is for another host",
                    "Give the secret again, or an empty one.",
                )
            if signs and not _is_private(address):
                raise Refusal(
                    "webhook-invalid",
                    "notices that are signed must not cross the network in the clear",
                    "Use an https URL, or an empty secret.",
                )
            if kept == settings and not secret:
                return settings
            self._secret(Channel.WEBHOOK, secret, keep=signs, code="webhook-invalid")
            keep_settings(self._database, replace(before, webhook=settings))
            self._outbox.hasten(Channel.WEBHOOK)
            signed = "signed with a secret" if signs else "not signed"
            self._audit.record("delivery.webhook", _RECORD, f"notices are posted to {shown(settings)}, {signed}")
            self._set_up(Channel.WEBHOOK)
        return settings

    def remove(self, channel: Channel) -> None:
        """Remove a channel and give up its waiting deliveries.

        Refuses with ``channel-not-configured``.
        """
        with self._database.transaction():
            before = self.get()
            if not before.has(channel):
                raise not_configured(channel)
            after = replace(before, smtp=None) if channel is Channel.SMTP else replace(before, webhook=None)
            keep_settings(self._database, after)
            self._vault.forget(SecretKind.DELIVERY_SECRET, filed_under(channel))
            waiting = self._outbox.give_up(channel)
            self._states.begin_anew(channel)
            name = "by mail" if channel is Channel.SMTP else "by webhook"
            given_up = f"; {waiting:,} that were waiting are given up" if waiting else ""
            self._audit.record("delivery.remove", _RECORD, f"notices no longer go out {name}{given_up}")

    def _set_up(self, channel: Channel) -> None:
        """What still holds and never went there goes out by the channel, and how it did before no longer counts."""
        self._states.begin_anew(channel)
        self._tell(ChannelConfigured(channel))

    def _secret(self, channel: Channel, secret: str | None, *, keep: bool, code: str) -> None:
        """Store a new secret, keep the old one, or delete it."""
        if secret:
            if len(secret) > LONGEST_SECRET or not secret.isprintable():
                raise Refusal(code, f"a secret has at most {LONGEST_SECRET:,} printable characters")
            self._vault.put(SecretKind.DELIVERY_SECRET, filed_under(channel), secret.encode())
        elif not keep:
            self._vault.forget(SecretKind.DELIVERY_SECRET, filed_under(channel))


def _recipients(texts: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for text in texts:
        address = _required(mail_address(text), f"{shortened(text)!r} is not a valid mail address", "smtp-invalid")
        found.setdefault(address.casefold(), address)
    if not 0 < len(found) <= MOST_RECIPIENTS:
        raise _smtp_invalid(f"notices go to 1 to {MOST_RECIPIENTS} people")
    return tuple(found.values())


def _is_private(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


def _required(value: str | None, message: str, code: str) -> str:
    if value is None:
        raise Refusal(code, message)
    return value


def _smtp_invalid(message: str, hint: str | None = None) -> Refusal:
    return Refusal("smtp-invalid", message, hint)
