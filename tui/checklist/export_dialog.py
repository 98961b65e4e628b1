"""Export of the checklist to a file."""

from __future__ import annotations

from collections.abc import Sequence

from ...store.model.device import Device
from ...store.workspace import Workspace
from ..dialogs.save_dialog import FileFormat, SaveDialog

_FORMATS = {
    "markdown": FileFormat("Markdown, for people", "checklist.md"),
    "csv": FileFormat("CSV, for a spreadsheet", "checklist.csv"),
    "ics": FileFormat("iCalendar, the expiries as events", "expiries.ics"),
}


def export_dialog(workspace: Workspace, title: str, devices: Sequence[Device]) -> SaveDialog:
    """Write the checklist to a file; ``devices`` is the fleet, ``title`` the workspace's."""

    def contents(format: str) -> bytes:
        from ...store.checklist.calendar_export import expiries_icalendar
        from ...store.checklist.text_exports import checklist_csv, checklist_markdown

        rows, now = workspace.impact.checklist(devices=devices), workspace.now()
        if format == "markdown":
            return checklist_markdown(rows, now).encode()
        if format == "csv":
            return checklist_csv(rows).encode()
        return expiries_icalendar(rows, now, title, workspace.expiry())

    return SaveDialog(
        "Export the checklist", _FORMATS, contents, command=lambda format: ("checklist", "--format", format)
    )
