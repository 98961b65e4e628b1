"""The looks of the console (dark, light, 16 colours, no colour, and Textual's own themes), and their themes."""

from __future__ import annotations

from enum import StrEnum

from textual.theme import BUILTIN_THEMES, Theme

from .textual_themes import completed


class Look(StrEnum):
    """The name of a look: four of ours, in the order of the key that switches them, then Textual's themes."""

    DARK = "dark"
    LIGHT = "light"
    ANSI = "16 colours"
    PLAIN = "no colour"
    ATOM_ONE_DARK = "atom-one-dark"
    ATOM_ONE_LIGHT = "atom-one-light"
    CATPPUCCIN_FRAPPE = "catppuccin-frappe"
    CATPPUCCIN_LATTE = "catppuccin-latte"
    CATPPUCCIN_MACCHIATO = "catppuccin-macchiato"
    CATPPUCCIN_MOCHA = "catppuccin-mocha"
    DRACULA = "dracula"
    FLEXOKI = "flexoki"
    GRUVBOX = "gruvbox"
    MONOKAI = "monokai"
    NORD = "nord"
    ROSE_PINE = "rose-pine"
    ROSE_PINE_DAWN = "rose-pine-dawn"
    ROSE_PINE_MOON = "rose-pine-moon"
    SOLARIZED_DARK = "solarized-dark"
    SOLARIZED_LIGHT = "solarized-light"
    TEXTUAL_DARK = "textual-dark"
    TEXTUAL_LIGHT = "textual-light"
    TOKYO_NIGHT = "tokyo-night"

    @property
    def theme(self) -> str:
        """The name of its Textual theme."""
        return f"certfleet-{self.setting}"

    @property
    def setting(self) -> str:
        """Its name as the setting ``theme``."""
        return self.name.lower().replace("_", "-")

    @classmethod
    def of_setting(cls, name: str) -> Look | None:
        """The look of that setting; None for ``auto``."""
        return None if name == "auto" else cls[name.upper().replace("-", "_")]

    @property
    def next(self) -> Look:
        """The next of ours."""
        return OURS[(OURS.index(self) + 1) % len(OURS)] if self in OURS else OURS[0]


OURS = (Look.DARK, Look.LIGHT, Look.ANSI, Look.PLAIN)


def theme_of(look: Look) -> Theme:
    """The theme of a look."""
    if look in OURS:
        return next(theme for theme in THEMES if theme.name == look.theme)
    return completed(look.theme, BUILTIN_THEMES[look.value])


def _terminal_theme(look: Look, *, accent: str, warning: str, error: str, success: str, **variables: str) -> Theme:
    """A theme in the terminal's own colours and background."""
    own = "ansi_default"
    return Theme(
        name=look.theme,
        ansi=True,
        dark=True,
        primary=accent,
        secondary=own,
        accent=accent,
        warning=warning,
        error=error,
        success=success,
        foreground=own,
        background=own,
        surface=own,
        panel=own,
        boost=own,
        variables={
            "ansi-background": own,
            "ansi-foreground": own,
            "cursor": own,
            "cursor-blurred": own,
            "rule": own,
            "quiet": own,
            "border": accent,
            "border-blurred": own,
            "scrollbar": accent,
            "scrollbar-background": own,
            "input-cursor-background": own,
            "input-cursor-foreground": own,
            **{name.replace("_", "-"): value for name, value in variables.items()},
        },
    )


THEMES = (
    Theme(
        name=Look.DARK.theme,
        dark=True,
        primary="#7fb0e6",
        secondary="#74b6c6",
        accent="#7fb0e6",
        warning="#e2bb5c",
        error="#f4868c",
        success="#86b98f",
        foreground="#d3dae2",
        background="#12161b",
        surface="#181d24",
        panel="#202730",
        variables={
            "cursor": "#1e3b58",
            "cursor-blurred": "#242d38",
            "rule": "#323c47",
            "quiet": "#9aa6b1",
            "border": "#7fb0e6",
            "border-blurred": "#323c47",
            "footer-key-foreground": "#7fb0e6",
            "footer-background": "#181d24",
            "footer-description-foreground": "#9aa6b1",
            "input-selection-background": "#7fb0e6 35%",
            "block-cursor-background": "#1e3b58",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-text-style": "none",
            "block-cursor-blurred-background": "#242d38",
        },
    ),
    Theme(
        name=Look.LIGHT.theme,
        dark=False,
        primary="#1d5c9c",
        secondary="#0c6676",
        accent="#1d5c9c",
        warning="#7d5800",
        error="#b0241f",
        success="#266b40",
        foreground="#23292f",
        background="#f8f8f5",
        surface="#f0f1ee",
        panel="#e5e8e5",
        variables={
            "cursor": "#cfe1f5",
            "cursor-blurred": "#e2e6e6",
            "rule": "#cdd2d0",
            "quiet": "#5a646d",
            "border": "#1d5c9c",
            "border-blurred": "#cdd2d0",
            "footer-key-foreground": "#1d5c9c",
            "footer-background": "#f0f1ee",
            "footer-description-foreground": "#4d565f",
            "input-selection-background": "#1d5c9c 25%",
            "block-cursor-background": "#cfe1f5",
            "block-cursor-foreground": "#14181d",
            "block-cursor-text-style": "none",
            "block-cursor-blurred-background": "#e2e6e6",
        },
    ),
    _terminal_theme(
        Look.ANSI,
        accent="ansi_cyan",
        warning="ansi_yellow",
        error="ansi_red",
        success="ansi_green",
        block_cursor_background="ansi_cyan",
        block_cursor_foreground="ansi_black",
    ),
    _terminal_theme(
        Look.PLAIN, accent="ansi_default", warning="ansi_default", error="ansi_default", success="ansi_default"
    ),
)

VARIABLE_DEFAULTS = {
    "cursor": "#1e3b58",
    "cursor-blurred": "#242d38",
    "rule": "#323c47",
    "quiet": "#9aa6b1",
}
