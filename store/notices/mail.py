"""Notices by mail: RFC 5322 messages in plain text, handed to one server (RFC 5321) by smtplib."""

from __future__ import annotations

import base64
import smtplib
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from ..certificates.text import shortened
from ..model.notice import Delivery, Notice, Security, SmtpSettings, Urgency
from ..printable import printable
from ..words import minute
from .addresses import mail_address
from .sending import NotDelivered, ending, timed_out, why

_LONGEST_SUBJECT = 200
_PERMANENT = range(500, 600)
_LOGIN = "the server rejects the user name or the password"

Replies = dict[str, tuple[int, bytes]]


def recipients(settings: SmtpSettings, delivery: Delivery, notice: Notice) -> tuple[str, ...]:
    """The recipients of a notice: those of the delivery, else those of the settings and its own."""
    if delivery.addresses:
        return delivery.addresses
    own = () if notice.recipient is None else (mail_address(notice.recipient) or shortened(notice.recipient),)
    return tuple({address.casefold(): address for address in (*settings.recipients, *own)}.values())


def compose(notice: Notice, delivery: Delivery, sender: str, to: tuple[str, ...], workspace: str) -> EmailMessage:
    """The message. Names from certificates can't break a header or hide anything: see ``printable``.

    Its Message-ID is the delivery's, so a receiver can recognise repeats.
    """
    title = shortened(notice.title, _LONGEST_SUBJECT)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"Urgent: {title}" if notice.urgency is Urgency.URGENT else title
    message["From"] = _address(sender, "certfleet")
    message["To"] = tuple(_address(address) for address in to)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{delivery.uuid}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic replies
    lines = [printable(line) for line in notice.text.replace("\r\n", "\n").split("\n")]
    if notice.owner:
        deputy = f"; deputy: {notice.deputy}" if notice.deputy else ""
        lines += ["", f"Owner: {printable(notice.owner)}{printable(deputy)}."]
        if notice.id:
            lines.append(f"Acknowledge it: `certfleet notice ack {notice.id}`, or a on the console's Notices.")
    if notice.runbook:
        lines += ["", "Runbook:", *(printable(line) for line in notice.runbook.split("\n"))]
    lines += ["", "-- ", f"certfleet, workspace {printable(workspace)}"]
    if notice.id:
        lines.append(f"notice {notice.id}, {minute(notice.at.astimezone(UTC))} UTC on the workspace's clock")
    message.set_content("\n".join(lines), cte="quoted-printable")  # not every server takes 8 bits
    return message


def send(
    settings: SmtpSettings,
    password: str | None,
    delivery: Delivery,
    notice: Notice,
    *,
    workspace: str,
    timeout: float,
    stop: threading.Event | None,
) -> None:
    """Send a notice to all recipients who don't have it yet; raises ``NotDelivered``, also if the server accepts only
    some."""
    connection = _Connection(settings, timeout)
    connected = False
    try:
        with ending(lambda: connection.smtp.sock, timeout, stop):
            connection.open(password)
            connected = True
            missing = tuple(
                address for address in recipients(settings, delivery, notice) if address not in delivery.accepted
            )
            refused = _hand_over(connection.smtp, settings, delivery, notice, missing, workspace) if missing else {}
    except smtplib.SMTPResponseException as error:
        raise NotDelivered(
            _said(error.smtp_code, _LOGIN if _is_login(error) else error.smtp_error),
            permanent=error.smtp_code in _PERMANENT,
            of_channel=not connected,
            secret=password,
        ) from None
    except smtplib.SMTPNotSupportedError as error:
        raise NotDelivered(str(error), permanent=True, of_channel=not connected) from None
    except (OSError, ValueError) as error:
        of_channel = not connected or timed_out(error)
        raise NotDelivered(why(error, timeout), of_channel=of_channel, secret=password) from None
    finally:
        connection.close()
    if refused:
        accepted = tuple(address for address in missing if address not in refused)
        told = "; ".join(f"{address}: {_said(*reply)}" for address, reply in refused.items())
        permanent = all(code in _PERMANENT for code, _ in refused.values())
        raise NotDelivered(f"refused for {told}", permanent=permanent, accepted=accepted, secret=password)


class _Connection:
    """A connection to the mail server, protected and logged in according to the settings."""

    def __init__(self, settings: SmtpSettings, timeout: float) -> None:
        self._settings = settings
        self._context = None if settings.security is Security.NONE else ssl.create_default_context()
        self.smtp = (
            smtplib.SMTP_SSL(timeout=timeout, context=self._context)
            if settings.security is Security.TLS
            else smtplib.SMTP(timeout=timeout)
        )
        # The name expected in the server's certificate. The constructor would connect at once, and the wait for
        # the greeting could not be interrupted.
        vars(self.smtp)["_host"] = settings.host

    def open(self, password: str | None) -> None:
        code, reply = self.smtp.connect(self._settings.host, self._settings.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, reply)
        self.smtp.ehlo_or_helo_if_needed()
        if self._settings.security is Security.STARTTLS:
            self.smtp.starttls(context=self._context)
            self.smtp.ehlo_or_helo_if_needed()
        if self._settings.user is not None:
            self._log_in(self._settings.user, password or "")

    def _log_in(self, user: str, password: str) -> None:
        if user.isascii() and password.isascii():
            self.smtp.login(user, password)
            return
        # RFC 4616 uses UTF-8, smtplib ASCII.
        plain = base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
        code, reply = self.smtp.docmd("AUTH", f"PLAIN {plain}")
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, reply)

    def close(self) -> None:
        """Send QUIT without waiting for a response: the message has been accepted."""
        with suppress(OSError):
            if self.smtp.sock is not None:
                self.smtp.putcmd("QUIT")
        with suppress(OSError):
            self.smtp.close()


def _hand_over(
    smtp: smtplib.SMTP,
    settings: SmtpSettings,
    delivery: Delivery,
    notice: Notice,
    missing: tuple[str, ...],
    workspace: str,
) -> Mapping[str, tuple[int, bytes]]:
    """The recipients whom the server refused, with its replies."""
    refused: Replies = {}
    for address in missing:
        if mail_address(address) != address:
            refused[address] = 553, b"it is not a valid mail address"
        elif not address.isascii() and not smtp.has_extn("smtputf8"):
            refused[address] = 553, b"the server takes no addresses in other scripts"
    to = tuple(address for address in missing if address not in refused)
    if to:
        message = compose(notice, delivery, settings.sender, to, workspace)
        try:
            refused |= smtp.send_message(message, settings.sender, to)
        except smtplib.SMTPRecipientsRefused as error:
            refused |= error.recipients
    return refused


def _address(address: str, name: str = "") -> Address:
    local, _, domain = address.rpartition("@")
    return Address(display_name=name, username=local, domain=domain)


def _is_login(error: smtplib.SMTPResponseException) -> bool:
    # A server's reply to a password is not repeated: it may contain the password.
    return isinstance(error, smtplib.SMTPAuthenticationError)


def _said(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {' '.join(text.split())}"
