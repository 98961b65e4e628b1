"""What is written to a terminal is shorter, and shows the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from certfleet.tui.terminal.pen import Pen

_TOKEN = re.compile("\x1b\\[([0-9;]*)m|\x1b\\[([0-9]+);([0-9]+)H|(.)", re.DOTALL)
_GROUNDED = ("underline", "reverse", "strike")

styles = st.builds(
    Style,
    color=st.sampled_from([None, "red", "bright_green", "color(110)", "#84909c"]),
    bgcolor=st.sampled_from([None, "blue", "bright_black", "color(16)", "#12161b"]),
    bold=st.sampled_from([None, True]),
    dim=st.sampled_from([None, True]),
    underline=st.sampled_from([None, True]),
    reverse=st.sampled_from([None, True]),
)
pieces = st.lists(
    st.tuples(styles, st.sampled_from(["a", " ", "    ", "bc d", "\x1b[3;2H", "\n\x1b[5;1H", ""])), max_size=12
)


def picture(written: str) -> dict[tuple[int, int], tuple[str, Style]]:
    """What a terminal shows after this: characters and their styles, by line and column. Fills and resets alike."""
    shown: dict[tuple[int, int], tuple[str, Style]] = {}
    line, column, style = 1, 1, Style()
    for codes, to_line, to_column, letter in _TOKEN.findall(written):
        if to_line:
            line, column = int(to_line), int(to_column)
        elif letter == "\n":
            line += 1
        elif letter:
            blank = letter == " " and not any(getattr(style, name) for name in _GROUNDED)
            shown[line, column] = letter, Style(bgcolor=style.bgcolor) if blank else style
            column += 1
        else:
            style = after(style, codes)
    assert style == Style()  # as it was found
    return shown


def after(style: Style, codes: str) -> Style:
    numbers = [int(number or 0) for number in codes.split(";")]
    while numbers:
        number = numbers.pop(0)
        if number == 0:
            style = Style()
        elif number in (38, 48):
            kind = numbers.pop(0)
            color = (
                f"color({numbers.pop(0)})" if kind == 5 else "rgb({},{},{})".format(*(numbers.pop(0) for _ in range(3)))
            )
            style += Style(color=color) if number == 38 else Style(bgcolor=color)
        elif number in (39, 49):
            kept = {"color": style.color, "bgcolor": style.bgcolor} | {"color" if number == 39 else "bgcolor": None}
            style = Style(bold=style.bold, dim=style.dim, underline=style.underline, reverse=style.reverse, **kept)  # type: ignore[arg-type]  # colours as they are
        elif number < 30:
            style += {1: Style(bold=True), 2: Style(dim=True), 4: Style(underline=True), 7: Style(reverse=True)}[number]
        else:
            place = {3: ("color", 0), 4: ("bgcolor", 0), 9: ("color", 8), 10: ("bgcolor", 8)}[number // 10]
            style += Style(**{place[0]: f"color({number % 10 + place[1]})"})  # type: ignore[arg-type]  # a name of a field
    return style


@given(pieces)
def test_the_same_is_shown(written: list[tuple[Style, str]]) -> None:
    text = "".join(style.render(part) for style, part in written)

    short = Pen().shorter(text)

    assert picture(short) == picture(text)
    assert len(short) <= len(text)


def test_a_line_in_one_colour_takes_one_sequence() -> None:
    quiet = Style.parse("#84909c on #12161b")
    text = "".join(quiet.render(part) for part in ("a", "  ", "b"))

    assert Pen().shorter(text) == "\x1b[38;2;132;144;156;48;2;18;22;27ma  b\x1b[m"


@pytest.mark.parametrize("text", ["no style", "\x1b[?2026h\x1b[2J", "\x1b[58;5;9mA\x1b[0m", "\x1b]52;c;QUJD\x1b\\"])
def test_what_is_no_style_stays(text: str) -> None:
    assert Pen().shorter(text) == text
