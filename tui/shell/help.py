"""The key of the help, on every screen and in every dialog."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input, TextArea

from .error_boundary import ErrorBoundary
from .keys.keys import bound, keys_of


class Helping(App[None]):
    """Part of the console's app: ``?`` helps on every screen and in every dialog, except where it is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("help", "help", "Help", priority=True),
        bound("help-anyway", "help(True)", "Help, also where ? is typed", show=False, priority=True),
    ]

    def action_help(self, anyway: bool = False) -> None:
        """Show the help, or close it."""
        from .help_screen import HelpScreen  # not before somebody asks

        if isinstance(screen := self.screen, HelpScreen):
            screen.action_leave()
        else:
            self.push_screen(HelpScreen(screen))

    async def on_event(self, event: events.Event) -> None:
        is_help = isinstance(event, events.Key) and event.key in keys_of("help")
        if is_help and isinstance(self.focused, Input) and self.check_action("help", ()):
            self.action_help()  # a text field takes each letter before any binding, even while it is empty
        else:
            await super().on_event(event)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "help":
            return isinstance(self.screen, ErrorBoundary) and (bool(parameters) or not _is_typing(self.focused))
        return super().check_action(action, parameters)


def _is_typing(focused: Widget | None) -> bool:
    """Whether somebody is in the middle of a text, or at a password, to which ``?`` belongs."""
    if isinstance(focused, Input):
        return bool(focused.value) or focused.password
    return isinstance(focused, TextArea)
