"""A line of keys and what they do, in a dialog. It breaks between two of them, never between a key and its words."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text
from textual.widgets import Static

from ..shell.keys.keys import keys_said
from .text_styles import Tone, style_of

_BETWEEN = 3  # cells between two


class KeyHints(Static):
    """``hints`` are such as ``{new} opens one``, with the names of keys; ``say`` shows others."""

    def __init__(self, *hints: str, id: str | None = None) -> None:
        super().__init__("", classes="key-hints", id=id, markup=False)
        self._hints = hints

    def on_mount(self) -> None:
        self.say(*self._hints)

    def say(self, *hints: str) -> None:
        """Show these."""
        key, words = style_of(self.app, Tone.ACCENT), style_of(self.app, Tone.DIM)
        self.update(
            _Broken(
                [
                    Text.assemble(*((part, key if is_key else words) for part, is_key in keys_said(hint)))
                    for hint in hints
                ]
            )
        )


class _Broken:
    """Texts beside each other, as many on a line as have room."""

    def __init__(self, texts: list[Text]) -> None:
        self._texts = texts

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        line = Text()
        for text in self._texts:
            if line and line.cell_len + _BETWEEN + text.cell_len > options.max_width:
                yield line
                line = Text()
            line.append(" " * _BETWEEN if line else "").append_text(text)
        yield line
