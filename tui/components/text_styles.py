"""The tones of texts, and their styles in each look."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from rich.style import Style as RichStyle
from rich.text import Text
from textual.app import App
from textual.theme import Theme

from ...store.views.certificate import STATUS_STYLES
from ...store.views.device import STATE_STYLES
from ...store.views.styles import Style
from ..themes.textual_themes import TONE
from ..themes.themes import Look


class Tone(StrEnum):
    """The meaning of a text. Colour only supports it: a word or a symbol always says the same."""

    VALID = "valid"
    EXPIRING = "expiring"
    CRITICAL = "critical"
    EXPIRED = "expired"
    PENDING = "pending"
    DIM = "dim"
    STRONG = "strong"
    ACCENT = "accent"
    TRACK = "track"


TONES = {
    Style.OK: Tone.VALID,
    Style.PENDING: Tone.PENDING,
    Style.WARNING: Tone.EXPIRING,
    Style.CRITICAL: Tone.CRITICAL,
    Style.BAD: Tone.EXPIRED,
    Style.QUIET: Tone.DIM,
}
"""The tones of the styles that words have in every front end."""

STATUS_TONES = {status: TONES[style] for status, style in STATUS_STYLES.items()}
DEVICE_TONES = {state: TONES[style] for state, style in STATE_STYLES.items()}


def _styles(**styles: str) -> dict[Tone, RichStyle]:
    return {tone: RichStyle.parse(styles[tone.value]) for tone in Tone}


STYLES = {
    Look.DARK: _styles(
        valid="#86b98f",
        expiring="#e2bb5c",
        critical="bold #f2935c",
        expired="bold #f4868c",
        pending="#74b6c6",
        dim="#9aa6b1",
        strong="bold #eef2f6",
        accent="#7fb0e6",
        track="#37424e",
    ),
    Look.LIGHT: _styles(
        valid="#266b40",
        expiring="#7d5800",
        critical="bold #a53f08",
        expired="bold #b0241f",
        pending="#0c6676",
        dim="#5a646d",
        strong="bold #14181d",
        accent="#1d5c9c",
        track="#c4cac9",
    ),
    # Dim, not bright black: on several terminal palettes bright black is the background.
    Look.ANSI: _styles(
        valid="green",
        expiring="yellow",
        critical="bold yellow",
        expired="bold red",
        pending="cyan",
        dim="dim",
        strong="bold",
        accent="cyan",
        track="dim",
    ),
    Look.PLAIN: _styles(
        valid="none",
        expiring="none",
        critical="bold",
        expired="bold",
        pending="none",
        dim="dim",
        strong="bold",
        accent="bold",
        track="dim",
    ),
}

_STYLES_BY_THEME = {look.theme: styles for look, styles in STYLES.items()}


def style_of(app: App[Any], tone: Tone) -> RichStyle:
    """The style of a tone in the app's look."""
    styles = _STYLES_BY_THEME.get(app.theme)
    if styles is None:
        styles = _STYLES_BY_THEME[app.theme] = styles_of(app.current_theme)
    return styles[tone]


def styles_of(theme: Theme) -> dict[Tone, RichStyle]:
    """The styles of the tones in a theme that has them in its variables; those of the dark look otherwise."""
    said = theme.variables
    if TONE + Tone.VALID not in said:
        return STYLES[Look.DARK]
    return _styles(**{tone.value: said[TONE + tone] for tone in Tone})


def styled(app: App[Any], *parts: str | tuple[str, Tone]) -> Text:
    """A text made of parts, some of them with a tone."""
    text = Text()
    for part in parts:
        if isinstance(part, str):
            text.append(part)
        else:
            text.append(part[0], style_of(app, part[1]))
    return text
