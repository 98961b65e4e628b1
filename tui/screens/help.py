"""The help overlay: the keys that work on the screen below it, and the filter language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.text import Text
from textual.binding import Binding
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from ..filtering import HELP as FILTER_HELP
from ..looks import Ink
from ..pages import PAGES
from ..widgets.column import fit
from ..widgets.inks import ink_style
from ..widgets.record_table import RecordTable
from .base import Dialog

_WORDS = {
    "question_mark": "?",
    "slash": "/",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "escape": "Esc",
    "delete": "Del",
    "backspace": "⌫",
    "up": "↑",
    "down": "↓",
}


class HelpScreen(Dialog[None]):
    """Made from the keys that are bound, so that it can't say what isn't so."""

    heading = "Help"
    confirm_label = None
    wide = True

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        self._below = screen

    def compose_form(self) -> Iterable[Widget]:
        yield from self._section("This screen", self._keys(self._below))
        tables = list(self._below.query(RecordTable))
        if tables:
            yield from self._section("Lists", self._keys(tables[0]))
            if self._below.query("#filter"):
                yield from self._section("Filter", FILTER_HELP)
        everywhere = [(str(number), page.title) for number, page in enumerate(PAGES, 1)]
        yield from self._section("Screens", everywhere)
        rest = [pair for pair in self._keys(self.app) if not pair[0].isdecimal()]
        yield from self._section("Everywhere", [*rest, ("Tab", "Next field"), ("Esc", "Back")])

    def _section(self, title: str, pairs: Iterable[tuple[str, str]]) -> Iterable[Widget]:
        text = Text()
        for keys, what in pairs:
            text.append("\n" if text else "").append(fit(keys, 20), ink_style(self.app, Ink.ACCENT)).append(f" {what}")
        if text:
            yield Static(title, classes="section")
            yield Static(text, classes="item")

    def _keys(self, node: Any) -> list[tuple[str, str]]:
        by_action: dict[str, tuple[list[str], Binding]] = {}
        for key, bindings in node._bindings.key_to_bindings.items():
            for binding in bindings:
                if binding.description and not binding.system:
                    by_action.setdefault(binding.action, ([], binding))[0].append(_WORDS.get(key, key))
        return [(" ".join(keys), binding.description) for keys, binding in by_action.values()]

    def key_question_mark(self) -> None:
        self.dismiss(None)

    def on_mount(self) -> None:
        form = self.query_one("#form")
        form.can_focus = True
        form.focus()
