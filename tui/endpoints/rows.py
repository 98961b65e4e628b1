"""The console's rows of endpoints: the verdicts at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from ...store.inventory.status import days_until
from ...store.model.endpoint_verdict import EndpointVerdict
from ...store.views.endpoint import need_text, note_text, served_text, verdict_text
from ...store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """An endpoint with its verdict. ``days`` are those until what it serves expires; ``haystack`` is the lower-case
    text that words of a filter are matched against."""

    id: int
    verdict: EndpointVerdict
    days: int | None
    haystack: str


def look(workspace: Workspace) -> list[EndpointRow]:
    """All rows, by id. It connects to nothing."""
    now = workspace.now()
    return [
        EndpointRow(
            one.endpoint.id,
            one,
            None if one.not_after is None else days_until(one.not_after, now),
            _haystack(one),
        )
        for one in workspace.endpoints.verdicts()
    ]


def _haystack(one: EndpointVerdict) -> str:
    endpoint = one.endpoint
    words = (endpoint.title, endpoint.server_name, endpoint.description, need_text(endpoint), endpoint.starttls or "")
    notes = (f"{note.code} {note_text(note, one)}" for note in one.notes)
    return "\n".join((*words, verdict_text(one), served_text(one), *notes)).lower()
