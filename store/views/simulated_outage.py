"""A simulated outage: its document and its words."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from ..model.simulated_outage import OutageOf, SimulatedOutage
from ..words import minute
from .documents import document, document_type

SERVICES = {OutageOf.APNS: "APNs", OutageOf.FCM: "FCM", OutageOf.WNS: "WNS", OutageOf.SERVER: "the server"}
OUTAGES = {
    OutageOf.APNS: "no push arrives through APNs",
    OutageOf.FCM: "no push arrives through FCM",
    OutageOf.WNS: "no push arrives through WNS",
    OutageOf.SERVER: "no device checks in or enrolls",
}
"""What doesn't happen during an outage."""

SimulatedOutageDocument = document_type("SimulatedOutageDocument", SimulatedOutage, "A simulated outage.", state=str)


def outage_document(outage: SimulatedOutage, now: datetime) -> Struct:
    """The document of an outage."""
    return document(SimulatedOutageDocument, outage, state=outage_state(outage, now))


def outage_state(outage: SimulatedOutage, now: datetime) -> str:
    """``planned``, ``on`` or ``over``."""
    return "planned" if now < outage.since else "on" if outage.is_on(now) else "over"


def outage_cause(outage: SimulatedOutage) -> str:
    """``outage 3 of APNs, until 2026-01-06 14:00``."""
    return f"outage {outage.id} of {SERVICES[outage.service]}, until {minute(outage.until)}"


def outage_prevention(outage: SimulatedOutage) -> str:
    """``end outage 3, which is simulated``."""
    return f"end outage {outage.id}, which is simulated"


def outage_end_command(outage: SimulatedOutage) -> str:
    """The command that does it."""
    return f"certfleet simulate end-outage {outage.id}"


def outage_text(outage: SimulatedOutage) -> str:
    """``APNs, 2026-01-06 08:00 to 2026-01-06 14:00``."""
    return f"{SERVICES[outage.service]}, {minute(outage.since)} to {minute(outage.until)}"
