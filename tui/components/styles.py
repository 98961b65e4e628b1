"""The inks of the look that is on."""

from __future__ import annotations

from typing import Any

from rich.style import Style
from rich.text import Text
from textual.app import App

from ..shell.looks import INKS, Ink, Look

_INKS_BY_THEME = {look.theme: INKS[look] for look in Look}


def ink_style(app: App[Any], ink: Ink) -> Style:
    """The style of an ink in the app's look."""
    return _INKS_BY_THEME.get(app.theme, INKS[Look.DARK])[ink]


def inked(app: App[Any], *parts: str | tuple[str, Ink]) -> Text:
    """A text out of parts, some of them in an ink."""
    text = Text()
    for part in parts:
        if isinstance(part, str):
            text.append(part)
        else:
            text.append(part[0], ink_style(app, part[1]))
    return text
