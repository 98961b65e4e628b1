"""A terminal is told only what it doesn't show yet, and shows the same."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from certfleet.tui.terminal.pen import Pen
from certfleet.tui.terminal.terminal_picture import TerminalPicture

COLUMNS, LINES = 20, 5
QUIET, STRONG = Style.parse("#84909c on #12161b"), Style.parse("bold #d3dae2 on #12161b")

styles = st.sampled_from([Style(), QUIET, STRONG, Style(bgcolor="blue"), Style(underline=True), Style(reverse=True)])
words = st.sampled_from(["a", " ", "    ", "expired", "in 9 days", "●", "日本", "e\u0301", "valid   soon", ""])
lines = st.tuples(st.integers(1, LINES), st.integers(1, 8), st.lists(st.tuples(styles, words), max_size=4))
frames = st.lists(lines, min_size=1, max_size=4, unique_by=lambda line: line[0]).map(
    lambda found: sorted(found, key=str)
)


def frame(painted: list[tuple[int, int, list[tuple[Style, str]]]]) -> str:
    """As Textual writes one."""
    parts = (
        f"\x1b[{line};{column}H" + "".join(style.render(text) for style, text in pieces)
        for line, column, pieces in painted
    )
    return "\n".join(parts) + "\x1b[1;1H"


class Shown:
    """A terminal without the wrapping of lines, as the console sets it."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._screen.reset_mode(pyte.modes.DECAWM)
        self._stream = pyte.Stream(self._screen)

    def write(self, text: str) -> None:
        self._stream.feed(text)

    def cells(self) -> list[list[pyte.screens.Char]]:
        """Each character with its colours; of blanks only what is seen."""
        return [[self._seen(self._screen.buffer[line][at]) for at in range(COLUMNS)] for line in range(LINES)]

    @staticmethod
    def _seen(cell: pyte.screens.Char) -> pyte.screens.Char:
        is_blank = cell.data == " " and not (cell.underscore or cell.reverse or cell.strikethrough)
        return cell._replace(fg="default", bold=False) if is_blank else cell

    @property
    def cursor(self) -> tuple[int, int]:
        return self._screen.cursor.y, self._screen.cursor.x


@given(st.lists(frames, min_size=1, max_size=6))
def test_the_same_is_shown_after_each_frame(painted: list[list[tuple[int, int, list[tuple[Style, str]]]]]) -> None:
    whole, told, picture, pen = Shown(), Shown(), TerminalPicture(), Pen()
    picture.forget(COLUMNS)

    for one in painted:
        written = frame(one)
        whole.write(written)
        told.write(pen.shorter(picture.news(written)))

        assert told.cells() == whole.cells()
        assert told.cursor == whole.cursor


def painted(text: str, style: Style = QUIET) -> str:
    return f"\x1b[2;1H{style.render(text)}\x1b[1;1H"


def test_what_is_shown_is_not_sent_again() -> None:
    picture = TerminalPicture()
    picture.news(painted("9 devices"))

    assert picture.news(painted("9 devices")) == ""
    assert "9" in picture.news(painted("9 devices", STRONG))


def test_a_word_that_changes_is_sent_whole() -> None:
    picture = TerminalPicture()
    picture.news(painted("status expired, 9 days left"))

    news = picture.news(painted("status expiring, 9 days left"))

    assert "expiring," in news
    assert "status" not in news


def test_other_blanks_with_the_same_ground_are_no_news() -> None:
    picture = TerminalPicture()
    picture.news(painted("      "))

    assert picture.news(painted("      ", STRONG)) == ""
    assert "    " in picture.news(painted("      ", Style.parse("on blue")))


@pytest.mark.parametrize("written", ["\x1b[?1049h", "\x1b[2J", "\x1b[3;4r", "\x1bc"])
def test_after_what_it_doesn_t_know_it_knows_nothing(written: str) -> None:
    picture = TerminalPicture()
    picture.news(painted("9 devices"))

    assert picture.news(written) == written
    assert "9 devices" in picture.news(painted("9 devices"))


@pytest.mark.parametrize("written", ["\x1b[?2026h", "\x1b[?25l", "\x1b]52;c;QUJD\x1b\\", "\x1b]22;default\x1b\\", "\a"])
def test_what_paints_nothing_is_passed_on(written: str) -> None:
    picture = TerminalPicture()
    picture.news(painted("9 devices"))

    assert picture.news(written) == written
    assert picture.news(painted("9 devices")) == ""


def test_everything_is_sent_once_it_is_said_to_be_lost() -> None:
    picture = TerminalPicture()
    picture.news(painted("9 devices"))
    picture.forget()

    assert "9 devices" in picture.news(painted("9 devices"))
    assert picture.news(painted("9 devices")) == ""


def test_what_is_beyond_the_last_column_is_never_known() -> None:
    picture = TerminalPicture()
    picture.forget(4)
    picture.news(painted("9 devices"))

    assert "9 devices" in picture.news(painted("9 devices"))
