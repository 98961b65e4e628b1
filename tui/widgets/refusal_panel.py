"""Why something was refused, what to do about it, and the code to look it up by."""

from __future__ import annotations

from rich.text import Text
from textual.widget import Widget
from textual.widgets import Static

from ...store.errors import Refusal
from ..looks import Ink
from ..wording import clean, hint_of
from .inks import ink_style, inked


def refusal_text(panel: Widget, refusal: Refusal) -> Text:
    """The refusal as a text, in the look of ``panel``."""
    message = clean(refusal.message)
    text = inked(panel.app, ("× ", Ink.EXPIRED), message[:1].upper() + message[1:])
    if not message.endswith("."):
        text.append(".")
    if hint := hint_of(refusal):
        text.append(f"\n  {clean(hint)}", ink_style(panel.app, Ink.STRONG))
    return text.append(f"\n  {refusal.code}", ink_style(panel.app, Ink.DIM))


class RefusalPanel(Static):
    """Hidden until ``show`` gives it a refusal; ``clear`` hides it again."""

    def on_mount(self) -> None:
        self.display = False

    def show(self, refusal: Refusal) -> None:
        """Show a refusal."""
        self.update(refusal_text(self, refusal))
        self.display = True
        self.call_after_refresh(self.scroll_visible, animate=False)

    def clear(self) -> None:
        """Hide what was refused before."""
        self.display = False
