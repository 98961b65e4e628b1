"""What is pasted into a field of one line."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from textual import events
from textual.app import App
from textual.widgets import Input

from .console_app import console_of


@runtime_checkable
class TakesLines(Protocol):
    """A field that may take all lines of what is pasted."""

    def takes_all_of(self, text: str) -> bool:
        """Whether it takes all of this text."""


class Pasting(App[None]):
    """Part of the console's app: a field takes the first line of what is pasted, and the others are not lost in
    silence. After ``TypedAhead``, which holds back what is typed before the field has the focus."""

    async def on_event(self, event: events.Event) -> None:
        await super().on_event(event)
        if isinstance(event, events.Paste) and isinstance(self.focused, Input):
            if isinstance(self.focused, TakesLines) and self.focused.takes_all_of(event.text):
                return
            lines = [line for line in event.text.splitlines() if line.strip()]
            if len(lines) > 1:
                console_of(self).note(f"Only the first of {len(lines):,} pasted lines was taken.")
