"""A notice in full: its text, its recipients, and the state of its deliveries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text
from textual.app import App

from ...store.model.notice import Channel, Delivery, DeliverySettings, DeliveryState, Notice, Stage, Urgency
from ...store.notices.acknowledging import acknowledged_text
from ...store.printable import printable
from ...store.words import minute, plural
from ..components.fields import Value, fields
from ..components.text_styles import Tone, style_of, styled
from ..shell.keys.keys import keyed

URGENCY_SYMBOLS = {Urgency.INFO: "○", Urgency.WARNING: "◆", Urgency.URGENT: "▲"}
URGENCY_TONES = {Urgency.INFO: Tone.PENDING, Urgency.WARNING: Tone.EXPIRING, Urgency.URGENT: Tone.EXPIRED}
STATE_TONES = {
    DeliveryState.WAITING: Tone.PENDING,
    DeliveryState.DELIVERED: Tone.VALID,
    DeliveryState.FAILED: Tone.EXPIRED,
}
CHANNELS = {Channel.SMTP: "Mail", Channel.WEBHOOK: "Webhook"}


def urgency_text(urgency: Urgency) -> str:
    """``▲ urgent``."""
    return f"{URGENCY_SYMBOLS[urgency]} {urgency}"


def notice_title(app: App[object], notice: Notice) -> Text:
    """The full title."""
    return Text(printable(notice.title), style_of(app, Tone.STRONG))


def notice_body(
    app: App[object],
    notice: Notice,
    deliveries: Sequence[Delivery],
    settings: DeliverySettings,
    *,
    about: str,
    unread: bool,
    now: datetime,
) -> RenderableType:
    """The body; ``about`` names the subject in words. Delivery times are the machine's."""
    standing = styled(
        app,
        (urgency_text(notice.urgency), URGENCY_TONES[notice.urgency]),
        (f"   {minute(notice.at)} UTC   ", Tone.DIM),
        ("● unread", Tone.ACCENT) if unread else ("read", Tone.DIM),
    )
    text = Text("\n".join(printable(line) for line in notice.text.splitlines()))
    pairs: list[tuple[str, Value]] = []
    if about:
        way = "" if about.endswith("gone") else keyed("   {follow} goes there")
        pairs.append(("About", styled(app, about, (way, Tone.DIM))))
    if notice.stage is Stage.ALL:
        pairs.append(("For", _for_whom(notice, settings)))
    pairs += _answers(app, notice, now)
    pairs += [(CHANNELS[one.channel], _delivery(app, one)) for one in deliveries]
    if not deliveries:
        kept = "kept here alone" + (
            "" if settings.smtp or settings.webhook else keyed("; {settings} has it sent by mail or webhook")
        )
        pairs.append(("Delivery", Text(kept, style_of(app, Tone.DIM))))
    return Group(standing, Text(), text, Text(), fields(app, pairs, width=10))


def _answers(app: App[object], notice: Notice, now: datetime) -> Iterator[tuple[str, Value]]:
    """Who answers for it, and who deals with it."""
    if notice.owner:
        stage = {Stage.OWNER: "", Stage.DEPUTY: "; it has gone to the deputy", Stage.ALL: "; it has gone to all"}
        deputy = f", deputy {printable(notice.deputy)}" if notice.deputy else ""
        yield "Owner", f"{printable(notice.owner)}{deputy}{stage[notice.stage]}"
    if notice.over_at is not None:
        yield "Over", f"since {minute(notice.over_at)} UTC"
    elif said := acknowledged_text(notice, now):
        yield "Dealt with", Text(printable(said), style_of(app, Tone.VALID))
    elif notice.owner:
        yield "Dealt with", Text(keyed("by nobody; {acknowledge} acknowledges it"), style_of(app, Tone.DIM))
    if notice.runbook:
        yield "Runbook", "\n".join(printable(line) for line in notice.runbook.split("\n"))


def _for_whom(notice: Notice, settings: DeliverySettings) -> str:
    people = "the administrators" if settings.smtp is None else ", ".join(map(printable, settings.smtp.recipients))
    return people if notice.recipient is None else f"{people}, and {printable(notice.recipient)}, whom it concerns"


def _delivery(app: App[object], one: Delivery) -> Text:
    tone = style_of(app, STATE_TONES[one.state])
    to = f" to {', '.join(map(printable, one.to))}" if one.to else ""
    tried = f" after {plural(one.attempts, 'attempt')}" if one.attempts else ""
    why = f"\n{printable(one.last_error)}" if one.last_error else ""
    if one.delivered_at is not None:
        return Text("delivered", tone).append(f" {minute(one.delivered_at)} UTC{to}")
    if one.given_up_at is not None:
        return Text("failed", tone).append(f"{tried}; {keyed('{again}')} tries it again{why}")
    if not one.attempts:
        return Text("waiting", tone).append(" for its first attempt")
    return Text("waiting", tone).append(
        f"{tried}, next {minute(one.next_try_at)} UTC; {keyed('{again}')} tries it now{why}"
    )
