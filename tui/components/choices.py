"""Radio buttons and check boxes that show their state without colour."""

from __future__ import annotations

from textual.widgets import Checkbox, RadioButton


class RadioOption(RadioButton):
    """``(●)`` or ``( )``."""

    BUTTON_LEFT = BUTTON_RIGHT = ""
    BUTTON_INNER = "( )"

    def watch_value(self) -> None:
        self.BUTTON_INNER = "(●)" if self.value else "( )"
        super().watch_value()


class Tick(Checkbox):
    """``[x]`` or ``[ ]``."""

    BUTTON_LEFT = BUTTON_RIGHT = ""
    BUTTON_INNER = "[ ]"

    def watch_value(self) -> None:
        self.BUTTON_INNER = "[x]" if self.value else "[ ]"
        super().watch_value()
