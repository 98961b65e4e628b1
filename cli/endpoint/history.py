"""``certfleet endpoint history``: what an endpoint served, from when until when."""

from __future__ import annotations

from ...store.views.endpoint import endpoint_title
from ...store.views.endpoint_history import sighting_document, sighting_text, span_text
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.parameters import id_argument
from ..frame.session import Session
from ..frame.tables import Listing


@command(examples=["certfleet endpoint history 1"], lists="history")
@id_argument
def history(session: Session, id: int) -> Answer:
    """List what each address of endpoint ID served, from when until when, the oldest first. An address that gives no
    certificate has a line for what it served last, and one that says why. The last 100 changes are kept."""
    workspace = session.open()
    with workspace.database.moment():
        endpoint = workspace.endpoints.get(id)
        found = [(one, workspace.endpoints.entry_of(one)) for one in workspace.endpoints.history(id)]
    return Answer(
        {"history": [sighting_document(one, entry) for one, entry in found]},
        Listing(
            (
                {"WHEN (UTC)": span_text(one), "ADDRESS": one.address or "-", "SERVES": sighting_text(one, entry)}
                for one, entry in found
            ),
            none=f"{endpoint_title(endpoint)} was not checked yet",
        ),
    )
