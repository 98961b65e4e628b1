"""``certfleet notice``: the table of its commands."""

from __future__ import annotations

import click

from .frame.lazy_loading import Lazy, LazyGroup

COMMANDS = {
    "list": Lazy("notice_list", "list_notices", "List the notices, newest first."),
    "show": Lazy("notice_list", "show", "Show one notice, and how its delivery stands."),
    "read": Lazy("notice_marks", "read", "Mark notices as read, for yourself."),
    "unread": Lazy("notice_marks", "unread", "Mark notices as unread."),
    "deliver": Lazy("notice_delivery", "deliver", "Deliver what is due by mail and by webhook, once: for cron."),
    "retry": Lazy("notice_delivery", "retry", "Try again what did not arrive."),
    "smtp": Lazy("notice_smtp", "smtp", "The mail server that notices go out by."),
    "webhook": Lazy("notice_webhook", "webhook", "The webhook that notices are posted to."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def notice() -> None:
    """What you should know without having asked: a certificate that expires, something that has stopped, a CA group
    that has become ready."""
