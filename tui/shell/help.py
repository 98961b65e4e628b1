"""The help overlay: the keys of the screen below it, and the filter language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from ..components.columns import fit
from ..components.details_dialog import DetailsDialog
from ..components.list_page import ListPage
from ..components.list_table import ListTable
from ..components.text_styles import Tone, style_of
from .keys import bound, shown_key

_TEXTUALS_OWN = (
    "app.focus_next",
    "app.focus_previous",
    "screen.copy_text",
    "help_quit",
    "command_palette",
    "scroll_left",
    "scroll_right",
    "page_left",
    "page_right",
)


class HelpScreen(DetailsDialog[None]):
    """Generated from the bound keys, so that it is always true."""

    BINDINGS: ClassVar[list[BindingType]] = [bound("help", "leave", "Close", show=False)]

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__("Help", scrolls=True)
        self._below = screen

    def compose_form(self) -> Iterable[Widget]:
        tables = list(self._below.query(ListTable))
        with Horizontal(id="help-columns"):
            with Vertical():
                yield from self._section("This screen", self._keys(self._below))
            with Vertical():
                if tables:
                    yield from self._section("Lists", self._keys(tables[0]))
                own = self._below._bindings.key_to_bindings  # a screen's key overrides the app's
                rest = [pair for pair in self._keys(self.app) if not pair[0].isdecimal() and pair[0] not in own]
                everywhere = [
                    ("1 … 9", "Screens"),
                    ("^p", "Commands, certificates"),
                    *rest,
                    ("Tab", "Next field"),
                    ("Esc", "Back, cancel"),
                ]
                yield from self._section("Everywhere", everywhere)
        if isinstance(self._below, ListPage):
            filters = self._below.filter_help
            yield from self._section("Filter", filters, max(22, *(len(words) for words, _ in filters)))

    def _section(self, title: str, pairs: Iterable[tuple[str, str]], width: int = 10) -> Iterable[Widget]:
        text = Text()
        for keys, what in pairs:
            text.append("\n" if text else "").append(fit(keys, width), style_of(self.app, Tone.ACCENT))
            text.append(f" {what}")
        if text:
            yield Static(title, classes="section")
            yield Static(text, classes="item")

    def _keys(self, node: Any) -> list[tuple[str, str]]:
        by_action: dict[str, tuple[list[str], Binding]] = {}
        for key, bindings in node._bindings.key_to_bindings.items():
            for binding in bindings:
                known = binding.description and not binding.system and binding.action not in _TEXTUALS_OWN
                if known and node.check_action(binding.action, ()) is not False:
                    by_action.setdefault(binding.action, ([], binding))[0].append(shown_key(key))
        return [(" ".join(keys), binding.tooltip or binding.description) for keys, binding in by_action.values()]
