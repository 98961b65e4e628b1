"""What others changed since the person was last here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.app import App

from ...store.looking_back import said_of
from ...store.model.audit import AuditLine
from ...store.printable import printable
from ...store.settings.remembered import LastVisit
from ...store.views.audit_line import who
from ...store.words import minute
from ..components.fields import fields
from ..dialogs.details_dialog import DetailsDialog
from ..dialogs.form_fields import Note

SHOWN = 200
AUDIT = "screen-9"  # the key's name


def since_dialog(app: App[Any], visit: LastVisit | None, changes: Sequence[AuditLine]) -> DetailsDialog[str]:
    """Show the changes, newest first. Closes with ``audit`` if somebody wants them on Audit."""
    heading = "Since you looked"
    if visit is None:
        return DetailsDialog(heading, Note("This is your first visit to this workspace from this machine."))
    if not changes:
        return DetailsDialog(heading, Note(f"Nobody else has changed anything since {minute(visit.at)}."))
    pairs = [(f"{one.id} {printable(who(one))}", printable(one.summary)) for one in changes[:SHOWN]]
    more = f"and {len(changes) - SHOWN:,} more" if len(changes) > SHOWN else ""
    return DetailsDialog(
        heading,
        Note(f"Since {minute(visit.at)}: {said_of(changes)}.", "strong"),
        Note(),
        Note(fields(app, pairs, width=16)),
        Note(more, "quiet"),
        wishes={AUDIT: "audit"},
        buttons={AUDIT: "On Audit"},
        scrolls=True,
    )
