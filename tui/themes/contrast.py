"""Contrast of colours (WCAG 2.2, success criterion 1.4.3), and making a colour readable."""

from __future__ import annotations

from collections.abc import Iterable

from textual.color import Color

LEAST = 4.5
"""What WCAG asks of text of this size."""
_STEPS = 24


def luminance(color: Color) -> float:
    """The relative luminance, 0 for black to 1 for white."""
    red, green, blue = (_linear(channel / 255) for channel in color.rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(color: Color, on: Iterable[Color], *, dark: bool, least: float = LEAST) -> Color:
    """The colour, or the nearest one towards white (``dark``) or black that has this contrast on all backgrounds."""
    grounds = list(on)
    end = Color(255, 255, 255) if dark else Color(0, 0, 0)
    for step in range(_STEPS):
        tried = color.blend(end, step / _STEPS)
        if all(contrast(tried, ground) >= least for ground in grounds):
            return tried
    return end


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
