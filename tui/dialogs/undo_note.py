"""The sentence of a question about undoing what it asks."""

from __future__ import annotations

from ...store.effects.undo import undo_text
from ..shell.console_app import console_of
from ..shell.keys.hints import with_keys
from .form_fields import Note


class UndoNote(Note):
    """Whether it can be undone, then ``said``. ``kept``: what is deleted can be put back."""

    def __init__(self, said: str = "", classes: str = "", *, kept: bool = False) -> None:
        super().__init__("", classes)
        self._said, self._kept = said, kept

    def on_mount(self) -> None:
        goes_back = console_of(self).workspace.moments.goes_back
        self.update(f"{with_keys(undo_text(goes_back=goes_back, kept=self._kept))} {self._said}".strip())
