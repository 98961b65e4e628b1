"""``certfleet simulate outage``, ``outages`` and ``end-outage``."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from ...simulator.engine.state import outages as simulated
from ...store.model.simulated_outage import OutageOf
from ...store.views.simulated_outage import OUTAGES, SERVICES, outage_document, outage_state, outage_text
from ...store.words import second
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.parameters import DURATION, MOMENT, EnumChoice, id_argument
from ..frame.session import Session
from ..frame.tables import Listing


@command(
    examples=[
        "certfleet simulate outage server --for 6h --dry-run",
        "certfleet simulate outage apns --for 6h --yes",
        "certfleet simulate outage fcm --for 2d --at 2026-12-24T08:00Z --yes",
    ],
    changes=True,
)
@click.argument("service", type=EnumChoice(OutageOf), metavar="apns|fcm|wns|server")
@click.option("--for", "length", type=DURATION, metavar="6h", required=True, help="How long it lasts.")
@click.option("--at", type=MOMENT, metavar="2026-12-24T08:00Z", help="When it begins (UTC). Default: now.")
def outage(session: Session, service: OutageOf, length: timedelta, at: datetime | None) -> Answer:
    """Begin or plan an outage on the virtual clock. During one of apns, fcm or wns, no push arrives: devices come at
    their own check-ins, and are pushed to after its end. During one of the server, no device checks in or enrolls."""
    workspace = session.open()
    begun = simulated.begin_outage(workspace, service, length, at)
    return Answer(
        {"outage": outage_document(begun, workspace.now())},
        [f"outage {begun.id}: {outage_text(begun)}", f"{OUTAGES[service]} meanwhile"],
    )


@command(examples=["certfleet simulate outages"], lists="outages")
def outages(session: Session) -> Answer:
    """List the simulated outages: past, present and planned ones."""
    workspace = session.open()
    now, found = workspace.now(), simulated.outages(workspace)
    return Answer(
        {"outages": [outage_document(one, now) for one in found]},
        Listing(
            (
                {
                    "ID": str(one.id),
                    "OF": SERVICES[one.service],
                    "FROM (UTC)": second(one.since),
                    "TO (UTC)": second(one.until),
                    "STATE": outage_state(one, now),
                }
                for one in found
            ),
            right=("ID",),
            none="no outages",
        ),
    )


@command("end-outage", examples=["certfleet simulate end-outage 1"], changes=True)
@id_argument
def end_outage(session: Session, id: int) -> Answer:
    """End an outage now. One that has not begun is cancelled."""
    workspace = session.open()
    ended = simulated.end_outage(workspace, id)
    said = f"outage {id} is cancelled" if ended is None else f"outage {id} has ended: {outage_text(ended)}"
    return Answer({"outage": None if ended is None else outage_document(ended, workspace.now())}, said)
