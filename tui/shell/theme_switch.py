"""The looks of the app: the current one, and saving the person's choice."""

from __future__ import annotations

import os
from pathlib import Path

from textual.filter import LineFilter, NoColor

from .ending import Ending
from .settings import ConsoleSettings
from .terminal_app import TerminalApp
from .themes import THEMES, VARIABLE_DEFAULTS, Look


class ThemedApp(TerminalApp):
    """An app with looks. With ``settings_file`` None, the choice is not saved."""

    def __init__(self, settings: ConsoleSettings, settings_file: Path | None, ending: Ending | None = None) -> None:
        self._no_color = NoColor(enabled=False)
        super().__init__(ending)
        self.settings = settings
        self._settings_file = settings_file
        for theme in THEMES:
            self.register_theme(theme)

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
        self.theme = look.theme

    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), *([self._no_color] if self._no_color.enabled else [])]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return VARIABLE_DEFAULTS

    def action_look(self, name: str | None = None) -> None:
        self.look = self.look.next if name is None else Look(name)
        self.settings.look = self.look
        if self._settings_file is not None:
            self.settings.save(self._settings_file)
