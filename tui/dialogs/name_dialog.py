"""A protected workspace: what would stop, and its name to be typed before it does."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from ...store.effects.protection import ProtectedRefusal
from ...store.errors import Refusal
from ...store.printable import printable
from ..shell.keys.keys import keyed
from .effects_panel import EffectsPanel
from .form_dialog import FormDialog
from .form_fields import Note, TextField


class NameDialog(FormDialog[str]):
    """Asks for the workspace's name before ``act``, and returns it."""

    heading = "Protected workspace"
    confirm_label = "Go ahead"
    confirm_variant = "error"
    asks_first = False

    def __init__(self, act: str, told: ProtectedRefusal) -> None:
        super().__init__()
        self._act, self._protected = act, told

    def compose_form(self) -> Iterable[Widget]:
        yield Note(f"{self._act}. Nothing has been changed yet.", "strong")
        yield Note(f"{printable(self._protected.name)} is protected: type its name to go ahead.")
        yield Note()
        yield TextField("name", "Name", check=self._checked, to_blame=("not-confirmed",))

    def on_mount(self) -> None:
        if not self._protected.effects.is_empty:
            self.query_one(EffectsPanel).show(self._protected.effects)

    def _checked(self, text: str) -> str:
        name = text.strip()
        if name != self._protected.name:
            raise Refusal(
                "not-confirmed", "that is not the workspace's name", keyed("{Back} leaves everything as it is.")
            )
        return name

    def work(self, name: str) -> str:
        return name

    def done(self, result: str) -> None:
        self.dismiss(result)
