"""The questions before what an endpoint serves is imported, and before endpoints are removed."""

from __future__ import annotations

from collections.abc import Sequence

from ...store.endpoints.chain_import import EndpointImport
from ...store.model.endpoint import Endpoint
from ...store.model.endpoint_verdict import EndpointVerdict
from ...store.views.endpoint import endpoint_title, link_text, need_text
from ...store.words import day, plural
from ...store.workspace import Workspace
from ..dialogs.form_fields import Note
from ..dialogs.question import Question


def import_question(workspace: Workspace, verdict: EndpointVerdict) -> Question[EndpointImport]:
    """Shows the chain and the difference. Returns the import's result. What several addresses serve must be the same,
    or it is refused."""
    endpoint = verdict.endpoint
    shown = next((one for one in verdict.addresses if one.chain), None)
    chain = [] if shown is None else list(zip(shown.chain, shown.chain_ids, strict=True))
    lines = "\n".join(f"{link_text(link, id)}, until {day(link.not_after)}" for link, id in chain)
    bound = "" if endpoint.need is None else f" Its certificate is bound to {need_text(endpoint)}."
    return Question(
        f"Import what {endpoint.title} serves",
        "Import",
        Note(lines, "item"),
        Note(f"Every certificate of the chain gets an entry, unless it has one.{bound}"),
        job=lambda: workspace.endpoint_imports.import_chain(endpoint.id),
        told=lambda taken: f"Certificate #{taken.certificate_id} is what {endpoint.title} serves.",
        grave=False,
    )


def remove_question(workspace: Workspace, endpoints: Sequence[Endpoint]) -> Question[int]:
    """Returns how many were removed."""
    what = endpoint_title(endpoints[0]) if len(endpoints) == 1 else plural(len(endpoints), "endpoint")

    served, them = ("it served", "it") if len(endpoints) == 1 else ("they served", "them")

    def remove() -> int:
        with workspace.database.transaction():
            return len([workspace.endpoints.remove(one.id) for one in endpoints])

    return Question(
        f"Remove {what}?",
        "Remove",
        Note(f"What is known of what {served} goes with {them}. Certificates in the inventory stay."),
        job=remove,
        told=lambda count: f"{plural(count, 'endpoint')} removed.",
    )
