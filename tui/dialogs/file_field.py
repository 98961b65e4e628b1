"""The field for an input file, which is inspected at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.text import Text
from textual import on, work
from textual.message import Message
from textual.widgets import Static

from ...store.errors import Refusal
from ...store.printable import printable
from ..components.text_styles import Tone, styled
from ..shell.error_boundary import TellsFailures
from ..shell.keys.keys import keyed
from .file_chooser import FileChooser
from .form_dialog import FormDialog
from .form_fields import FormField
from .refusal_panel import refusal_text


def no_file() -> Refusal:
    """The refusal where a file is needed and none is named."""
    return Refusal("file-missing", "no file is named yet", keyed("Type its path, or pick it in the list ({browse})."))


class FileField(TellsFailures, FormField):
    """An input file. ``inspect`` looks into it in a thread, and returns a sentence about it or refuses it; then
    ``Inspected`` is posted. ``preview`` says in the same way what a file is before it is chosen; without it ``inspect``
    does. Without a file the answer is refused, unless ``optional`` is set."""

    how = "Type the path: {complete} completes it, {browse} browses. What is in the file is told before it is used."

    class Inspected(Message):
        """The file was inspected; ``refusal`` says why it can't be used."""

        def __init__(self, path: Path, refusal: Refusal | None) -> None:
            super().__init__()
            self.path, self.refusal = path, refusal

    def __init__(
        self,
        id: str,
        label: str,
        inspect: Callable[[Path], str | Text] | None = None,
        *,
        preview: Callable[[Path], str | Text] | None = None,
        optional: bool = False,
        takes_folder: Callable[[Path], bool] | None = None,
        takes_pasted: bool = False,
        **options: Any,
    ) -> None:
        self._chooser = FileChooser(id=id, takes_folder=takes_folder, takes_pasted=takes_pasted)
        super().__init__(label, self._chooser, **options)
        self._optional = optional
        self._said = ""  # the code of the refusal that stands below the path
        self._inspect, self._preview = inspect, preview or inspect

    @property
    def now(self) -> Path | None:
        return self._chooser.path

    @property
    def answer(self) -> Path | None:
        if self.now is None and not self._optional:
            raise no_file()
        return self.now

    def pasted(self, path: Path) -> bytes | None:
        """The text that was pasted in place of the file with this path; None for a file. From any thread."""
        return self._chooser.pasted(path)

    def say(self, said: str | Text | Refusal) -> None:
        """Show a sentence about the file below the path."""
        self._said = said.code if isinstance(said, Refusal) else ""
        found = self.query_one("#found", Static)
        found.update(refusal_text(found, said) if isinstance(said, Refusal) else said)

    def said_below(self, refusal: Refusal) -> None:
        if refusal.code == self._said:
            self.say("")

    @on(FileChooser.Chosen)
    def _chosen(self, event: FileChooser.Chosen) -> None:
        event.stop()
        if self._inspect is not None:
            self.say("looking into it …")
            self._look(self._inspect, event.path)

    @on(FileChooser.Considered)
    def _considered(self, event: FileChooser.Considered) -> None:
        event.stop()
        if self._preview is not None and not self._chooser.is_chosen and event.path == self._chooser.considered:
            self.say("")
            if event.path is not None:
                self._look_before(self._preview, event.path)

    @work(thread=True, exclusive=True, group="look", exit_on_error=False)
    def _look_before(self, preview: Callable[[Path], str | Text], path: Path) -> None:
        try:
            said = styled(self.app, ("it is: ", Tone.DIM), str(preview(path)).removeprefix("● "))
        except Refusal as refusal:
            said = styled(self.app, ("can't be used: ", Tone.DIM), printable(refusal.message))
        self.app.call_from_thread(self._looked_before, path, said)

    def _looked_before(self, path: Path, said: Text) -> None:
        if self.is_attached and path == self._chooser.considered and not self._chooser.is_chosen:
            self.say(said)

    @work(thread=True, exclusive=True, group="look", exit_on_error=False)
    def _look(self, inspect: Callable[[Path], str | Text], path: Path) -> None:
        try:
            said: str | Text | Refusal = inspect(path)
        except Refusal as refusal:
            said = refusal
        except Exception:
            self.app.call_from_thread(self._looked, path, "")
            raise
        self.app.call_from_thread(self._looked, path, said)

    def _with_the_way_on(self, said: str | Text) -> Text:
        """What the file is, and that one more Enter does what the dialog is for: the first one took the file."""
        label = self.screen.confirm_label if isinstance(self.screen, FormDialog) else None
        way = f"   {keyed('{open}')}: {label}" if label is not None else ""
        return Text.assemble(said, styled(self.app, (way, Tone.DIM)))

    def _looked(self, path: Path, said: str | Text | Refusal) -> None:
        if self.is_attached and path == self.now:
            self.say(said if isinstance(said, Refusal) else self._with_the_way_on(said))
            self.post_message(self.Inspected(path, said if isinstance(said, Refusal) else None))
