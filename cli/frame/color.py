"""Whether the output has colours, by the person's settings."""

from __future__ import annotations

import click

from ...store.settings.table import COLOR
from .session import Session


def color_setting() -> str:
    """``auto``, ``always`` or ``never``."""
    context = click.get_current_context(silent=True)
    session = context.find_object(Session) if context is not None else None
    return COLOR.default if session is None else session.settings[COLOR]


def in_color(text: str, style: str) -> str:
    """A text in a style of rich's, as an ANSI terminal shows it."""
    from rich.color import ColorSystem
    from rich.style import Style

    return Style.parse(style).render(text, color_system=ColorSystem.STANDARD) if style else text


def without_color() -> bool | None:
    """For rich's console on a terminal, whether to leave colours out; None lets rich look at the environment."""
    setting = color_setting()
    return None if setting == "auto" else setting == "never"
