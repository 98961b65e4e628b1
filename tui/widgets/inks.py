"""The inks of the look that is on."""

from __future__ import annotations

from typing import Any

from rich.style import Style
from textual.app import App

from ..looks import INKS, Ink, Look

_INKS_BY_THEME = {look.theme: INKS[look] for look in Look}


def ink_style(app: App[Any], ink: Ink) -> Style:
    """The style of an ink in the app's look."""
    return _INKS_BY_THEME.get(app.theme, INKS[Look.DARK])[ink]
