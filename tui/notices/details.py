"""A notice in full: what it says, whom it goes to, and how its deliveries stand."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text
from textual.app import App

from ...store.model.notice import Channel, Delivery, DeliverySettings, DeliveryState, Notice, Urgency
from ..components.fields import Value, fields
from ..components.styles import ink_style, inked
from ..components.wording import clean, minute, plural
from ..shell.looks import Ink

URGENCY_SYMBOLS = {Urgency.INFO: "○", Urgency.WARNING: "◆", Urgency.URGENT: "▲"}
URGENCY_INKS = {Urgency.INFO: Ink.PENDING, Urgency.WARNING: Ink.EXPIRING, Urgency.URGENT: Ink.EXPIRED}
STATE_INKS = {
    DeliveryState.WAITING: Ink.PENDING,
    DeliveryState.DELIVERED: Ink.VALID,
    DeliveryState.FAILED: Ink.EXPIRED,
}
CHANNELS = {Channel.SMTP: "Mail", Channel.WEBHOOK: "Webhook"}


def urgency_text(urgency: Urgency) -> str:
    """``▲ urgent``."""
    return f"{URGENCY_SYMBOLS[urgency]} {urgency}"


def notice_title(app: App[object], notice: Notice) -> Text:
    """The title, as long as it is."""
    return Text(clean(notice.title), ink_style(app, Ink.STRONG))


def notice_body(
    app: App[object],
    notice: Notice,
    deliveries: Sequence[Delivery],
    settings: DeliverySettings,
    *,
    about: str,
    unread: bool,
) -> RenderableType:
    """The rest; ``about`` says what it is about, in words. Deliveries have the machine's times."""
    standing = inked(
        app,
        (urgency_text(notice.urgency), URGENCY_INKS[notice.urgency]),
        (f"   {minute(notice.at)} UTC   ", Ink.DIM),
        ("● unread", Ink.ACCENT) if unread else ("read", Ink.DIM),
    )
    text = Text("\n".join(clean(line) for line in notice.text.splitlines()))
    pairs: list[tuple[str, Value]] = []
    if about:
        way = "" if about.endswith("gone") else "   g goes there"
        pairs.append(("About", inked(app, about, (way, Ink.DIM))))
    pairs.append(("For", _for_whom(notice, settings)))
    pairs += [(CHANNELS[one.channel], _delivery(app, one)) for one in deliveries]
    if not deliveries:
        kept = "kept here alone" + ("" if settings.smtp or settings.webhook else "; o has it sent by mail or webhook")
        pairs.append(("Delivery", Text(kept, ink_style(app, Ink.DIM))))
    return Group(standing, Text(), text, Text(), fields(app, pairs, width=9))


def _for_whom(notice: Notice, settings: DeliverySettings) -> str:
    people = "the administrators" if settings.smtp is None else ", ".join(map(clean, settings.smtp.recipients))
    return people if notice.recipient is None else f"{people}, and {clean(notice.recipient)}, whom it concerns"


def _delivery(app: App[object], one: Delivery) -> Text:
    ink = ink_style(app, STATE_INKS[one.state])
    to = f" to {', '.join(map(clean, one.to))}" if one.to else ""
    tried = f" after {plural(one.attempts, 'attempt')}" if one.attempts else ""
    why = f"\n{clean(one.last_error)}" if one.last_error else ""
    if one.delivered_at is not None:
        return Text("delivered", ink).append(f" {minute(one.delivered_at)} UTC{to}")
    if one.given_up_at is not None:
        return Text("failed", ink).append(f"{tried}; y tries it again{why}")
    if not one.attempts:
        return Text("waiting", ink).append(" for its first attempt")
    return Text("waiting", ink).append(f"{tried}, next {minute(one.next_try_at)} UTC; y tries it now{why}")
