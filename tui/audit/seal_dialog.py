"""What the seals say of the audit trail, and a line to keep elsewhere."""

from __future__ import annotations

from textual.app import App

from ...store.errors import Refusal
from ...store.printable import printable
from ...store.seals.seals import Judgement
from ...store.views.seal import seal_words
from ...store.words import moment
from ...store.workspace import Workspace
from ..components.fields import fields
from ..dialogs.details_dialog import DetailsDialog
from ..dialogs.form_fields import Note


def seal_dialog(app: App[object], workspace: Workspace, judgement: Judgement | None) -> DetailsDialog[None]:
    """Show how far the trail is sealed, what is wrong with it, and a seal to write down."""
    if judgement is None:
        return DetailsDialog("The seal", Note("This workspace is in memory: its audit trail is not sealed."))
    pairs = [("Audit trail", printable(seal_words(judgement)))]
    if judgement.sealed_at is not None:
        pairs.append(("Last sealed", moment(judgement.sealed_at)))
    parts = [Note(fields(app, pairs, width=15))]
    if judgement.findings:
        said = "Look at it, restore a backup, or accept it: certfleet audit accept WHY."
        parts.append(Note(said, "item"))
    else:
        parts += [
            Note(_line(workspace), "item"),
            Note("Keep this line elsewhere. certfleet workspace check --against compares.", "quiet item"),
        ]
    return DetailsDialog("The seal", *parts)


def _line(workspace: Workspace) -> str:
    try:
        return workspace.audit.seal_line()
    except Refusal as refusal:
        return printable(refusal.message)
