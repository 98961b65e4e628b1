"""An app by its person's settings: the look, and saving the choice of it; the mouse; the keys."""

from __future__ import annotations

import os

from textual.filter import LineFilter, NoColor

from ...store.errors import Refusal
from ...store.settings.console_memory import ConsoleMemory
from ..terminal.ending import Ending
from ..themes.themes import VARIABLE_DEFAULTS, Look, theme_of
from .keys.chosen_keys import read_keys
from .keys.keys import choose_keys
from .settings import ConsoleSettings
from .terminal_app import TerminalApp


class ThemedApp(TerminalApp):
    """An app with looks, by the settings of its person."""

    def __init__(self, settings: ConsoleSettings, ending: Ending | None = None) -> None:
        self._no_color = NoColor(enabled=False)
        super().__init__(ending)
        self.settings = settings
        self.takes_mouse = settings.mouse
        self.set_class(not settings.dims, "-undimmed")
        self._use_keys()

    def _use_keys(self) -> None:
        """Take the keys that the person has chosen. Refuses as ``read_keys`` does."""
        chosen = read_keys(self.settings.keys)
        choose_keys(chosen)
        self.set_keymap({name: ",".join(keys) for name, keys in chosen.items()})

    @property
    def memory(self) -> ConsoleMemory:
        """What is remembered of the person."""
        return self.settings.memory

    def dress(self) -> None:
        """Apply the first look: no colour with ``NO_COLOR``, otherwise the person's choice, otherwise the best for the
        terminal."""
        self.look = Look.PLAIN if self.no_color else self.settings.look or self._usual_look()

    def _usual_look(self) -> Look:
        if self.console.color_system is None:
            return Look.PLAIN
        if self.console.color_system == "standard":
            return Look.ANSI
        # Some terminals report their colours, as "15;0": text, then background.
        background = os.environ.get("COLORFGBG", "").rpartition(";")[2]
        return Look.LIGHT if background in ("7", "15") else Look.DARK

    @property
    def look(self) -> Look:
        """The current look."""
        return self._look

    @look.setter
    def look(self, look: Look) -> None:
        self._look = look
        self.no_color = self._no_color.enabled = look is Look.PLAIN
        if look.theme not in self.available_themes:
            self.register_theme(theme_of(look))
        self.theme = look.theme

    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), *([self._no_color] if self._no_color.enabled else [])]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return VARIABLE_DEFAULTS

    def action_look(self, name: str | None = None) -> None:
        self.look = self.look.next if name is None else Look(name)
        try:
            self.settings.keep_look(self.look)
        except Refusal as refusal:
            said = f"This look holds until you quit: {refusal.message}."
            self.notify(said, severity="warning", markup=False)
