"""Choosing a file: a path that is completed as it is typed, and below it the files that begin like that."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, OptionList, Static

from ...store.confinement import is_open
from ..shell.error_boundary import TellsFailures
from ..shell.keys.keys import keyed
from .file_inspection import is_folder, path_of
from .file_list import FileList
from .path_completion import entries_for, folder_text
from .path_input import PathInput

PASTED = "(pasted text)"
_A_MOMENT = 0.2  # seconds with the cursor on a file before it is looked into


class FileChooser(TellsFailures, Vertical):
    """``path`` is the typed or picked path; ``Chosen`` reports it. Where ``takes_pasted``, a text that is pasted stands
    for a file: then the path is ``PASTED``, and ``pasted`` has the text. The list of files follows what is typed, and
    hides once a file is chosen. ``Considered`` tells of a file that the cursor rests on, so that it can be looked into
    before."""

    class Chosen(Message):
        """The person picked a file in the list, or confirmed its path."""

        def __init__(self, path: Path) -> None:
            super().__init__()
            self.path = path

    class Considered(Message):
        """The cursor rests on a file that hasn't been chosen; None: on none."""

        def __init__(self, path: Path | None) -> None:
            super().__init__()
            self.path = path

    def __init__(
        self,
        *,
        id: str | None = None,
        takes_folder: Callable[[Path], bool] | None = None,
        takes_pasted: bool = False,
    ) -> None:
        """``takes_folder`` says which folders are chosen as a whole; the others are browsed."""
        super().__init__(id=id)
        self._told = ""
        self._listed: str | None = None  # the text whose entries the list shows
        self._takes_folder = takes_folder
        self._resting: Timer | None = None
        self.considered: Path | None = None
        self.takes_pasted, self._pasted = takes_pasted, ""

    def compose(self) -> ComposeResult:
        yield PathInput(placeholder=keyed("(path of the file; {complete} completes it, {browse} browses)"), id="path")
        yield FileList(id="files")
        yield Static("", id="found")

    def on_mount(self) -> None:
        self._follow(self._line.value)

    @property
    def _line(self) -> PathInput:
        return self.query_one(PathInput)

    @property
    def _files(self) -> FileList:
        return self.query_one(FileList)

    @property
    def path(self) -> Path | None:
        """The path in the field, None while it is empty."""
        text = self._line.value
        return path_of(text) if text.strip() else None

    @property
    def is_chosen(self) -> bool:
        """Whether the path in the field has been chosen."""
        return bool(self._told) and self._line.value == self._told

    def pasted(self, path: Path) -> bytes | None:
        """The text that was pasted in place of the file with this path; None for a file."""
        return self._pasted.encode() if self._pasted and path == path_of(PASTED) else None

    def take_pasted(self, text: str) -> None:
        """Choose the text in place of a file."""
        self._pasted, self._told = text, ""
        self._write(PASTED)
        self.tell()

    # Following what is typed

    @on(Input.Changed, "#path")
    def _typed(self, event: Input.Changed) -> None:
        if self.is_chosen:
            return
        self._files.display = True
        if self._line.is_cycling:
            self._files.mark(event.value)
            self._rest_on(path_of(event.value))
        else:
            self._follow(event.value)

    @work(exclusive=True, exit_on_error=False, group="follow")
    async def _follow(self, text: str) -> None:
        entries = await asyncio.to_thread(entries_for, text)
        if self.is_attached and text == self._line.value and not self.is_chosen:
            begun = bool(text[len(folder_text(text)) :])
            self._listed = text
            self._files.show(entries, marked=begun or self._files.has_focus)
            under = [entry for entry in [self._files.entry] if entry is not None and self._files.has_focus]
            exact = [one for one in entries if one.text == text and not one.is_folder]
            only = [one for one in entries if begun and len(entries) == 1 and not one.is_folder]
            self._rest_on(next((one.path for one in (*under, *exact, *only)), None))

    def _rest_on(self, path: Path | None) -> None:
        """Tell in a moment that the cursor rests on a file, unless it moves on."""
        if self._resting is not None:
            self._resting.stop()
        self.considered = path
        if path is None or self._is_browsed(path):
            self.post_message(self.Considered(None))
        else:
            self._resting = self.set_timer(_A_MOMENT, lambda: self.post_message(self.Considered(path)))

    def _is_browsed(self, path: Path) -> bool:
        return is_folder(path) and not (self._takes_folder is not None and self._takes_folder(path))

    # The list

    def browse(self) -> None:
        """Go to the list of files."""
        self._told = ""
        self._files.display = True
        if self._listed != self._line.value:
            self._follow(self._line.value)
        self._files.focus()
        if self._files.highlighted is None and self._files.entries:
            self._files.highlighted = 0
        if (entry := self._files.entry) is not None:
            self._rest_on(entry.path)

    @on(OptionList.OptionHighlighted, "#files")
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if self._files.has_focus and (entry := self._files.entry) is not None:
            self._rest_on(entry.path)

    @on(OptionList.OptionSelected, "#files")
    def _picked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if (entry := self._files.entry) is None:
            return
        self._write(entry.text)
        if not entry.is_folder:
            self._line.focus()
            self.tell()

    @on(FileList.Above)
    def _above(self, event: FileList.Above) -> None:
        event.stop()
        above = path_of(folder_text(self._line.value) or ".").resolve().parent
        if is_open(above):
            self._write(f"{above}/" if above != above.parent else "/")

    @on(FileList.Left)
    def _left_list(self, event: FileList.Left) -> None:
        event.stop()
        self._line.focus()
        self._line.cursor_position = len(self._line.value)
        if event.typed:
            self._line.insert_text_at_cursor(event.typed)

    def _write(self, text: str) -> None:
        self._line.value = text
        self._line.cursor_position = len(text)

    # Choosing

    @on(Input.Submitted, "#path")
    async def _submitted(self, event: Input.Submitted) -> None:
        path = self.path
        if path is not None and is_open(path) and self._is_browsed(path):
            event.stop()
            text = self._line.value.strip()
            self._write(text if text.endswith("/") else f"{text}/")
            self.browse()
        elif self.tell():
            event.stop()

    @on(Input.Blurred, "#path")
    def _left(self) -> None:
        if not self._files.has_focus:
            self.tell_of_file()

    def tell_of_file(self) -> bool:
        """``tell`` if the path is that of a file: an unfinished one is no error yet."""
        with contextlib.suppress(OSError):
            return self.path is not None and self.path.is_file() and self.tell()
        return False

    def tell(self) -> bool:
        """Post ``Chosen`` if the file changed, and return whether it did."""
        text = self._line.value
        if not text.strip() or text == self._told:
            return False
        if self._resting is not None:
            self._resting.stop()
        self._told, self.considered = text, None
        self._files.display = False
        self.post_message(self.Chosen(path_of(text)))
        return True
