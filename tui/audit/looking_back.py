"""What the console offers on every screen about what was done: undoing the last change."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App
from textual.binding import BindingType

from ...store.errors import Refusal
from ..shell.console_app import console_of
from ..shell.hints import hint_of
from ..shell.keys import bound
from .undo_question import UndoQuestion


class LookingBack(App[None]):
    """Part of the console's app."""

    BINDINGS: ClassVar[list[BindingType]] = [bound("undo", "undo", "Undo your last change", show=False)]

    def action_undo(self) -> None:
        """Ask whether to undo the person's newest change."""
        console = console_of(self.screen)
        try:
            line = console.workspace.undoing.last()
        except Refusal as refusal:
            console.note(f"{refusal.message[:1].upper()}{refusal.message[1:]}. {hint_of(refusal) or ''}".strip())
            return
        self.push_screen(UndoQuestion(line))
