"""A dialog with a text to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from ...store.printable import printable
from ..components.text_styles import Tone
from ..shell.keys.keys import bound, keyed
from ..shell.pages import PAGES
from .background_work import Result
from .form_dialog import FormDialog
from .form_fields import Note


class DetailsDialog(FormDialog[Result]):
    """Enter closes it. A key whose name is in ``wishes`` closes it with what the reader wants next; ``buttons`` do the
    same, by the key's name. With ``scrolls``, the arrow keys scroll the text."""

    confirm_label = None
    AUTO_FOCUS = "#leave"
    BINDINGS: ClassVar[list[BindingType]] = [
        bound(name, f"wish('{name}')", show=False)
        for name in (
            "follow",
            "again",
            "hint",
            "bind",
            "compare",
            "undo",
            *(f"screen-{at}" for at in range(1, len(PAGES) + 1)),
        )
    ]

    def __init__(
        self,
        heading: str,
        *parts: Widget,
        wishes: Mapping[str, Result] | None = None,
        buttons: Mapping[str, str] | None = None,
        wide: bool = True,
        scrolls: bool = False,
    ) -> None:
        super().__init__()
        self.heading, self.wide = heading, wide
        self.more_buttons = [
            (f"wish-{name}", keyed(f"{label} ({{{name}}})")) for name, label in (buttons or {}).items()
        ]
        self._parts, self._wishes, self._scrolls = parts, wishes or {}, scrolls

    def compose_form(self) -> Iterable[Widget]:
        yield from self._parts

    def on_mount(self) -> None:
        if self._scrolls:
            form = self.query_one("#form")
            form.can_focus = True
            form.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "wish" or parameters[0] in self._wishes

    def action_wish(self, name: str) -> None:
        self.dismiss(self._wishes[name])

    def press(self, action: str) -> None:
        self.action_wish(action.removeprefix("wish-"))


def notes_to_know(notes: Iterable[str]) -> list[Note]:
    """Notes of the store that the person should read, each with a mark; unchanged, since the first word may be a
    name."""
    return [Note([("! ", Tone.EXPIRING), note], "item") for note in map(printable, notes)]
