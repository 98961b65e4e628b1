"""``certfleet endpoint``: list, show, remove, import."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ...store.inventory.sources import OnConflict
from ...store.inventory.status import days_until
from ...store.model.endpoint_verdict import EndpointState, EndpointVerdict
from ...store.views.certificate import certificate_title
from ...store.views.endpoint import (
    NOT_CHECKED,
    VERDICT_STYLES,
    endpoint_document,
    endpoint_title,
    link_text,
    need_text,
    note_text,
    served_text,
)
from ...store.words import day, minute
from ...store.workspace import Workspace
from ..certificate.importing import import_sentences, on_conflict_option, result_as_json
from ..frame.answer import Answer, Facts, Text
from ..frame.command import command
from ..frame.parameters import TEXT, EnumChoice, id_argument
from ..frame.session import Session
from ..frame.tables import Cell, Listing, styled

NONE = "no endpoint was added yet; `certfleet endpoint add` does it"


@command(
    "list",
    examples=["certfleet endpoint list", "certfleet endpoint list --verdict older --verdict unknown"],
    lists="endpoints",
)
@click.option(
    "--verdict", "wanted", type=EnumChoice(list(EndpointState)), multiple=True, help="Only this verdict; repeatable."
)
def list_endpoints(session: Session, wanted: tuple[EndpointState, ...]) -> Answer:
    """List the endpoints with what they served when they were checked last, compared with the inventory as it is now.
    Nothing is connected to."""
    workspace = session.open()
    found = [one for one in workspace.endpoints.verdicts() if not wanted or one.verdict in wanted]
    return Answer({"endpoints": [endpoint_document(one) for one in found]}, listing(workspace, found))


def listing(workspace: Workspace, verdicts: list[EndpointVerdict]) -> Listing:
    """Endpoints as a table, with their notes below."""
    return Listing(
        (_row(workspace, one) for one in verdicts),
        right=("ID", "DAYS"),
        least={"ENDPOINT": 20, "SERVES": 16},
        none=NONE if not workspace.endpoints.list() else "no such endpoint",
        notes=["; ".join(note_text(note, one) for note in one.notes) for one in verdicts],
    )


def _row(workspace: Workspace, one: EndpointVerdict) -> dict[str, str | Cell]:
    title = endpoint_title(one.endpoint).partition(" ")[2]
    return {
        "ID": str(one.endpoint.id),
        "ENDPOINT": title,
        "NEED": need_text(one.endpoint),
        "VERDICT": Cell(NOT_CHECKED) if one.verdict is None else styled(one.verdict, VERDICT_STYLES),
        "SERVES": served_text(one),
        "DAYS": "-" if one.not_after is None else str(days_until(one.not_after, workspace.now())),
        "CHECKED (UTC)": "-" if one.reading is None else minute(one.reading.checked_at),
    }


@command(examples=["certfleet endpoint show 1"])
@id_argument
def show(session: Session, id: int) -> Answer:
    """Show endpoint ID: each of its addresses, the chain as it was sent, and what is wrong with it."""
    workspace = session.open()
    (verdict,) = workspace.endpoints.verdicts([id])
    return Answer({"endpoint": endpoint_document(verdict)}, [Facts(_facts(verdict)), *_addresses(verdict)])


def _facts(verdict: EndpointVerdict) -> list[tuple[str, str]]:
    endpoint, reading = verdict.endpoint, verdict.reading
    facts = [
        ("endpoint", endpoint_title(endpoint)),
        ("for", need_text(endpoint)),
        ("verdict", NOT_CHECKED if verdict.verdict is None else verdict.verdict.value),
        ("checked", "never" if reading is None else f"{minute(reading.checked_at)} UTC"),
        ("added", f"{minute(endpoint.added_at)} UTC by {endpoint.added_by}"),
    ]
    if endpoint.starttls is not None:
        facts.insert(1, ("STARTTLS", endpoint.starttls.value))
    if endpoint.description:
        facts.append(("description", endpoint.description))
    return facts


def _addresses(verdict: EndpointVerdict) -> Iterator[Text]:
    for one in verdict.addresses:
        version = f", {one.reading.tls_version}" if one.reading.tls_version else ""
        yield ""
        yield f"{one.reading.address or 'no address'}: {one.verdict}{version}"
        for number, (link, id) in enumerate(zip(one.chain, one.chain_ids, strict=True), 1):
            yield f"  {number}  {link_text(link, id)}, until {day(link.not_after)}"
        for note in one.notes:
            yield f"  {note.code}: {note.message}"
    for note in verdict.notes:
        if note.code == "differs-between-addresses":
            yield f"{note.code}: {note.message}"


@command(examples=["certfleet endpoint remove 1"], changes=True)
@id_argument
def remove(session: Session, id: int) -> Answer:
    """Remove endpoint ID, with what is known of what it served."""
    workspace = session.open()
    (verdict,) = workspace.endpoints.verdicts([id], count=False)
    removed = workspace.endpoints.remove(id)
    return Answer({"removed": [endpoint_document(verdict)]}, f"removed {endpoint_title(removed)}")


@command("import", examples=["certfleet endpoint import 1 --dry-run", "certfleet endpoint import 1"], changes=True)
@id_argument
@click.option("--address", type=TEXT, metavar="ADDRESS", help="Which of them, if they serve different certificates.")
@on_conflict_option
def import_chain(session: Session, id: int, address: str | None, on_conflict: OnConflict) -> Answer:
    """Import the chain that endpoint ID served at its last check, and bind its certificate to the endpoint's need. On a
    terminal you see the difference first, and are asked."""
    if session.change is not None:
        session.change.always_asks = True
    workspace = session.open()
    taken = workspace.endpoint_imports.import_chain(id, address=address, on_conflict=on_conflict)
    entry = workspace.inventory.get(taken.certificate_id)
    component = taken.component
    said = [] if component is None else [f"{component.need} uses {certificate_title(entry)}"]
    return Answer(
        lambda: {**result_as_json(workspace, taken.result), "component_id": component and component.id},
        [*import_sentences(taken.result, workspace), *said],
    )
