"""Tables of a push certificate and its renewal: the facts, the portal's list, and the steps."""

from __future__ import annotations

from dataclasses import dataclass

from rich.table import Table
from rich.text import Text
from textual.app import App

from ...store.inventory.status import days_until, status_within
from ...store.model.push import PortalStatus
from ...store.printable import printable
from ...store.views.certificate import certificate_title, status_text
from ...store.words import day, days_text, minute
from ..components.fields import Value, fields
from ..components.text_styles import STATUS_TONES, Tone, style_of, styled
from ..lists.columns import Column
from ..lists.fixed_table import FixedTable
from ..shell.keys.keys import keyed
from .renewal import PortalLine, PushRenewal

REQUEST, SIGNATURE, UPLOAD, ANSWER = range(1, 5)
_TOPIC = 13  # cells; the last group of a UUID has twelve
_PORTAL_TONES = {
    PortalStatus.ACTIVE: Tone.VALID,
    PortalStatus.EXPIRED: Tone.EXPIRED,
    PortalStatus.REVOKED: Tone.EXPIRED,
    PortalStatus.SUPERSEDED: Tone.DIM,
}
_PORTAL_SYMBOLS = {
    PortalStatus.ACTIVE: "●",
    PortalStatus.EXPIRED: "×",
    PortalStatus.REVOKED: "■",
    PortalStatus.SUPERSEDED: "→",
}


def _topic(line: PortalLine) -> str:
    """The end of a topic, its distinctive part: a management topic is a UUID, an app's topic its bundle id."""
    topic = printable(line.record.topic)
    return topic if len(topic) <= _TOPIC else f"…{topic[1 - _TOPIC :]}"


PORTAL = (
    Column[PortalLine]("id", "#", lambda line: str(line.id), width=3, right=True),
    Column[PortalLine]("owner", "Apple ID", lambda line: printable(line.record.apple_id), width=14, grow=1),
    Column[PortalLine]("topic", "Topic", _topic, width=_TOPIC, keep=1),
    Column[PortalLine](
        "status",
        "Status",
        lambda line: f"{_PORTAL_SYMBOLS[line.status]} {line.status}",
        tone=lambda line: _PORTAL_TONES[line.status],
        width=12,
    ),
    Column[PortalLine]("expires", "Expires", lambda line: day(line.record.not_after), width=10),
    Column[PortalLine](
        "used", "", lambda line: "in use" if line.in_use else "", tone=lambda line: Tone.ACCENT, width=6
    ),
)


@dataclass(frozen=True)
class RenewalStep:
    """One of the steps to a new certificate."""

    id: int
    title: str
    state: str
    tone: Tone


STEPS = (
    Column[RenewalStep]("id", "", lambda step: str(step.id), width=1),
    Column[RenewalStep]("title", "Step", lambda step: step.title, width=21),
    Column[RenewalStep]("state", "How far", lambda step: step.state, tone=lambda step: step.tone, width=30, grow=1),
)


class PortalTable(FixedTable[PortalLine]):
    """The portal's list."""

    def __init__(self, *, id: str) -> None:
        super().__init__(PORTAL, empty="The portal lists none.", id=id)


class StepTable(FixedTable[RenewalStep]):
    """The steps in their order."""

    def __init__(self, *, id: str) -> None:
        super().__init__(STEPS, id=id)


def facts_of(app: App[object], renewal: PushRenewal) -> Table:
    """The certificate in use, its expiry and its owner."""
    current, none = renewal.current, Text("none", style_of(app, Tone.EXPIRED))
    if current is None:
        return fields(app, [("In use", none)])
    status = status_within(current.not_before, current.not_after, renewal.now, renewal.rule)
    days = days_text(days_until(current.not_after, renewal.now))
    end = styled(app, (status_text(status), STATUS_TONES[status]), f"  {days}, {minute(current.not_after)} UTC")
    if any(line.in_use and line.status is PortalStatus.REVOKED for line in renewal.portal):
        end = styled(app, ("■ revoked  ", Tone.EXPIRED)).append_text(end)
    unknown = Text(keyed("not known; {edit} writes it down"), style_of(app, Tone.EXPIRING))
    pairs: list[tuple[str, Value]] = [
        ("In use", certificate_title(current)),
        ("Expires", end),
        ("Topic", printable(renewal.topic) if renewal.topic else Text("none named", style_of(app, Tone.EXPIRING))),
        ("Apple ID", printable(renewal.owner) if renewal.owner else unknown),
    ]
    return fields(app, pairs)


def steps_of(renewal: PushRenewal, saved: str | None) -> list[RenewalStep]:
    """The steps; ``saved`` is the file that holds the vendor's signature."""
    request, issued, current = renewal.request, renewal.issued, renewal.current
    made = uploaded = signed = None
    if request is not None:
        made = f"#{request.id} of {minute(request.created_at)}"
        signed = None if saved is None else f"saved to {saved}"
    if issued is not None:
        uploaded = f"#{issued.id}, as {printable(issued.apple_id)}, until {day(issued.not_after)}"
    as_whom = printable(renewal.owner) if renewal.owner else "the Apple ID that made the certificate"
    signature = _step(SIGNATURE, "Vendor's signature", signed, "the simulated vendor's, in a file")
    if renewal.is_app:
        signature = RenewalStep(SIGNATURE, "Vendor's signature", "– none for an app", Tone.DIM)
    place = "the answer to the request" if current is None else f"in place of #{current.id}"
    return [
        _step(REQUEST, "Request", made, "a key and a CSR"),
        signature,
        _step(UPLOAD, "Upload to the portal", uploaded, f"as {as_whom}"),
        _step(ANSWER, "Import the answer", None, place),
    ]


def _step(id: int, title: str, done: str | None, otherwise: str) -> RenewalStep:
    return (
        RenewalStep(id, title, f"○ {otherwise}", Tone.DIM)
        if done is None
        else RenewalStep(id, title, f"● {done}", Tone.VALID)
    )
