"""The dialog with the details of a bulk device certificate."""

from __future__ import annotations

from textual.app import App

from ..dialogs.details_dialog import DetailsDialog
from ..dialogs.form_fields import Note
from .details import bulk_fields
from .rows import BulkRow, identity_title


def details_dialog(app: App[object], row: BulkRow) -> DetailsDialog[int]:
    """Returns the id of its device if the person wants to go there."""
    goes = {} if row.device_id is None else {"follow": row.device_id}
    return DetailsDialog(
        f"Device certificate of the {identity_title(row.record)} {row.record.identity}",
        Note(bulk_fields(app, row)),
        wishes=goes,
        buttons=dict.fromkeys(goes, "To its device"),
    )
