"""Exporting the checklist to a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from textual import on
from textual.widget import Widget
from textual.widgets import Input, RadioSet

from ...store.errors import Refusal
from ...store.model.device import Device
from ..components.choices import RadioOption, Tick
from ..components.dialog import Dialog
from ..components.file_chooser import PathInput
from ..components.file_inspection import path_of
from ..components.form import FormRow
from ..components.output_file import write_file

MARKDOWN, CSV, CALENDAR = range(3)
_FORMATS = (
    ("Markdown, for people", "checklist.md"),
    ("CSV, for a spreadsheet", "checklist.csv"),
    ("iCalendar, the expiries as events", "expiries.ics"),
)


class ChecklistExportDialog(Dialog[str]):
    """Gives a sentence that says what was written. ``devices`` is the fleet."""

    heading = "Export the checklist"
    confirm_label = "Export"

    def __init__(self, devices: Sequence[Device]) -> None:
        super().__init__()
        self._devices = devices

    def compose_form(self) -> Iterable[Widget]:
        choices = [RadioOption(title, value=not at) for at, (title, _) in enumerate(_FORMATS)]
        yield FormRow("As", RadioSet(*choices, id="format", compact=True))
        yield FormRow("To file", PathInput(self._suggested(0), id="target"))
        yield FormRow("", Tick("overwrite a file that is there", id="overwrite", compact=True))

    def _suggested(self, index: int) -> str:
        return str(Path.cwd() / _FORMATS[index][1])

    @on(RadioSet.Changed, "#format")
    def _format_changed(self, event: RadioSet.Changed) -> None:
        event.stop()
        target = self.query_one("#target", Input)
        if target.value in [self._suggested(index) for index in range(len(_FORMATS))]:
            target.value = self._suggested(event.index)

    def confirm(self) -> None:
        target = self.query_one("#target", Input).value
        if not target.strip():
            self.refused(Refusal("file-missing", "no file is named to write to"))
            return
        format = max(0, self.query_one("#format", RadioSet).pressed_index)
        job = partial(self._export, path_of(target), format, self.query_one("#overwrite", Tick).value)
        self.perform(job, self.dismiss, saying="Exporting …")

    def _export(self, path: Path, format: int, overwrite: bool) -> str:
        from ...store.impact.exports import checklist_csv, checklist_markdown, expiries_icalendar

        rows, now = self.workspace.standing.checklist(devices=self._devices), self.workspace.now()
        if format == MARKDOWN:
            data = checklist_markdown(rows, now).encode()
        elif format == CSV:
            data = checklist_csv(rows).encode()
        else:
            data = expiries_icalendar(rows, now, self.console.workspace_title)
        write_file(path, data, overwrite=overwrite)
        return f"Exported to {path}"
