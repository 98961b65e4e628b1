"""The files and folders that begin as the typed path does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.filesize import decimal
from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from ...store.words import minute
from ..components.text_styles import Tone, style_of, styled
from ..shell.keys.keys import bound
from .path_completion import PathEntry

_WIDEST = 44  # cells of a name


class FileList(OptionList):
    """Letters go on typing the path; the arrow above the first line goes back to it."""

    class Left(Message):
        """The person goes back to the path, and types this there."""

        def __init__(self, typed: str = "") -> None:
            super().__init__()
            self.typed = typed

    class Above(Message):
        """The person goes to the folder above."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("folder-above", "above", show=False),
    ]

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, compact=True)
        self.entries: Sequence[PathEntry] = ()

    def show(self, entries: Sequence[PathEntry], *, marked: bool) -> None:
        """Show these; with ``marked``, the first one is marked."""
        self.entries = entries
        width = min(_WIDEST, max((len(self._title(one)) for one in entries), default=0))
        self.set_options(Option(self._line(one, width)) for one in entries)
        if not entries:
            self.add_option(Option(styled(self.app, ("nothing here begins like that", Tone.DIM)), disabled=True))
        self.highlighted = 0 if marked and entries else None

    @property
    def entry(self) -> PathEntry | None:
        """The one under the cursor."""
        at = self.highlighted
        return self.entries[at] if at is not None and at < len(self.entries) else None

    def mark(self, text: str) -> None:
        """Put the cursor on the entry with this path."""
        found = [at for at, one in enumerate(self.entries) if one.text == text]
        self.highlighted = found[0] if found else None

    def _title(self, entry: PathEntry) -> str:
        return f"{entry.name}/" if entry.is_folder else entry.name

    def _line(self, entry: PathEntry, width: int) -> Text:
        text = Text(f"{self._title(entry):{width}}")
        if not entry.is_folder:
            dim = style_of(self.app, Tone.DIM)
            text.append(f"  {decimal(entry.size):>9}  {minute(entry.changed)}", dim)
        text.no_wrap, text.overflow = True, "ellipsis"
        return text

    def action_cursor_up(self) -> None:
        if not self.highlighted:
            self.post_message(self.Left())
        else:
            super().action_cursor_up()

    def action_above(self) -> None:
        self.post_message(self.Above())

    def on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character:
            event.stop()
            event.prevent_default()
            self.post_message(self.Left(event.character))
        elif event.key == "left":
            event.stop()
            self.action_above()
