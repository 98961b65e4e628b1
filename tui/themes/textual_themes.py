"""Textual's own themes, completed by what the console needs of a theme: a cursor, quiet text, and readable tones."""

from __future__ import annotations

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from .contrast import readable

NAMES = tuple(sorted(name for name, theme in BUILTIN_THEMES.items() if not theme.ansi))
TONE = "tone-"
"""Before the name of a tone, in the variables of a theme."""
_CURSOR, _BLURRED, _PANEL, _QUIET, _RULE = 0.22, 0.08, 0.05, 0.62, 0.24
FIELD = 0.03
"""How much of the text's colour tints the ground of a field that has the focus, as the style sheet says."""


def completed(name: str, base: Theme) -> Theme:
    """A theme of this name in the colours of ``base``, moved only as far as reading asks for it.

    The tones are in its variables, as ``tone-valid``.
    """
    found = base.to_color_system().generate()
    background, surface = Color.parse(found["background"]), Color.parse(found["surface"])
    text, primary = Color.parse(found["foreground"]), Color.parse(found["primary"])
    warning, error = Color.parse(found["warning"]), Color.parse(found["error"])
    cursor, blurred = background.blend(primary, _CURSOR), background.blend(text, _BLURRED)
    panel = surface.blend(text, _PANEL)
    grounds = (background, surface, panel, panel.blend(text, FIELD), cursor, blurred)

    def told(color: Color) -> str:
        return readable(color, grounds, dark=base.dark).hex

    quiet, strong = told(background.blend(text, _QUIET)), told(text)
    accent, rule = told(primary), background.blend(text, _RULE).hex
    tones = {
        "valid": told(Color.parse(found["success"])),
        "expiring": told(warning),
        "critical": f"bold {told(warning.blend(error, 0.5))}",
        "expired": f"bold {told(error)}",
        "pending": told(Color.parse(found["secondary"])),
        "dim": quiet,
        "strong": f"bold {strong}",
        "accent": accent,
        "track": rule,
    }
    return Theme(
        name=name,
        dark=base.dark,
        primary=accent,
        secondary=tones["pending"],
        accent=accent,
        warning=tones["expiring"],
        error=told(error),
        success=tones["valid"],
        foreground=strong,
        background=background.hex,
        surface=surface.hex,
        panel=panel.hex,
        variables={
            "cursor": cursor.hex,
            "cursor-blurred": blurred.hex,
            "rule": rule,
            "quiet": quiet,
            "border": accent,
            "border-blurred": rule,
            "footer-key-foreground": accent,
            "footer-background": surface.hex,
            "footer-description-foreground": quiet,
            "input-selection-background": f"{accent} 30%",
            "block-cursor-background": cursor.hex,
            "block-cursor-foreground": strong,
            "block-cursor-text-style": "none",
            "block-cursor-blurred-background": blurred.hex,
            **{TONE + tone: style for tone, style in tones.items()},
        },
    )
