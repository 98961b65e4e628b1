"""Telling something that takes more than a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from ...store.printable import printable
from .dialog import Dialog
from .text_styles import Tone, styled


class MessageDialog(Dialog[None]):
    """A heading and sentences. Enter closes it."""

    confirm_label = None
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "leave", "Close", show=False)]

    def __init__(self, heading: str, sentences: Sequence[str]) -> None:
        super().__init__()
        self.heading = heading
        self._sentences = sentences

    def compose_form(self) -> Iterable[Widget]:
        for sentence in self._sentences:
            sentence = printable(sentence)
            yield Static(styled(self.app, ("! ", Tone.EXPIRING), sentence[:1].upper() + sentence[1:]), classes="item")
