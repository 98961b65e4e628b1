"""Text can be read in every look: WCAG's contrast of text, on each background that it stands on."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from certfleet.store.settings.table import TEXTUAL_THEMES
from certfleet.tui.components.text_styles import STYLES, Tone, styles_of
from certfleet.tui.themes.contrast import LEAST, contrast, luminance, readable
from certfleet.tui.themes.textual_themes import FIELD, NAMES
from certfleet.tui.themes.themes import OURS, Look, theme_of

COLOURED = [look for look in Look if look not in (Look.ANSI, Look.PLAIN)]  # those two have the terminal's own colours
BLACK, WHITE = Color(0, 0, 0), Color(255, 255, 255)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(BLACK, WHITE) == contrast(WHITE, BLACK) == 21
    assert luminance(Color(255, 0, 0)) == pytest.approx(0.2126)
    assert contrast(Color.parse("#767676"), WHITE) == pytest.approx(4.54, abs=0.01)


def test_a_colour_is_moved_no_further_than_reading_asks() -> None:
    assert readable(WHITE, [BLACK], dark=True) == WHITE
    assert LEAST <= contrast(readable(Color(90, 0, 0), [BLACK], dark=True), BLACK) < LEAST + 0.8


@pytest.mark.parametrize("look", COLOURED)
def test_text_and_states_can_be_read(look: Look) -> None:
    theme = theme_of(look)
    styles = STYLES[look] if look in STYLES else styles_of(theme)
    colours = {tone.value: style.color.get_truecolor().hex for tone, style in styles.items() if style.color is not None}
    del colours[Tone.TRACK.value]  # the empty part of a bar, no text
    assert theme.foreground is not None
    colours |= {"text": theme.foreground, "quiet": theme.variables["quiet"]}
    colours |= {name: theme.variables[name] for name in ("footer-key-foreground", "footer-description-foreground")}
    grounds = {"background": theme.background, "surface": theme.surface, "panel": theme.panel}
    panel, text = Color.parse(theme.panel or ""), Color.parse(theme.foreground)
    grounds["field"] = panel.blend(text, FIELD).hex  # with the focus
    grounds |= {name: theme.variables[name] for name in ("cursor", "cursor-blurred", "block-cursor-background")}

    faint = [
        (name, ground)
        for name, colour in colours.items()
        for ground, behind in grounds.items()
        if contrast(Color.parse(colour), Color.parse(behind or "")) < LEAST
    ]

    assert not faint


def test_every_theme_of_textual_is_a_look_and_a_setting() -> None:
    assert tuple(look.value for look in Look if look not in OURS) == NAMES == TEXTUAL_THEMES
    assert all(theme_of(look).dark == BUILTIN_THEMES[look.value].dark for look in Look if look not in OURS)
