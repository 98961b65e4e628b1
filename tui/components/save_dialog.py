"""Saving something to a file."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from textual.widget import Widget
from textual.widgets import Input, Static

from ...store.errors import Refusal
from .choices import Tick
from .dialog import Dialog
from .file_chooser import PathInput
from .file_inspection import path_of
from .form import FormRow
from .output_file import write_file


class SaveDialog(Dialog[Path]):
    """Gives the path. ``name`` is the file's that is suggested, ``says`` what the file is for."""

    confirm_label = "Save"

    def __init__(self, heading: str, says: str, name: str, data: bytes) -> None:
        super().__init__()
        self.heading = heading
        self._says, self._suggested, self._data = says, name, data

    def compose_form(self) -> Iterable[Widget]:
        yield Static(self._says, classes="quiet", markup=False)
        yield FormRow("To file", PathInput(str(Path.cwd() / self._suggested), id="target"))
        yield FormRow("", Tick("overwrite a file that is there", id="overwrite", compact=True))

    def confirm(self) -> None:
        target = self.query_one("#target", Input).value
        if not target.strip():
            self.refused(Refusal("file-missing", "no file is named to write to"))
            return
        path, overwrite = path_of(target), self.query_one("#overwrite", Tick).value
        self.perform(partial(write_file, path, self._data, overwrite=overwrite), lambda _: self.dismiss(path))
