"""What a terminal shows, so that it is told nothing that it shows already.

Textual paints a whole screen whenever its layout changes: on opening a dialog, on closing it, on each line that its
text gets longer. Over a slow line that is seconds of characters that stand there already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .drawing_style import PLAIN, DrawingStyle, alike_on_blanks, change_of_style, style_after

# Characters of one cell on every terminal; others have two, or none and belong to the one before.
_ONE_CELL = (
    " -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u21ff"
    "\u2500-\u25fc\u2706-\u2709\u270c-\u2727"
)
_CONTROLS = "\x00-\x1f\x7f"
_TOKEN = re.compile(
    "\x1b\\[([0-9;]*)m"  # 1: style
    "|\x1b\\[([0-9]+);([0-9]+)H"  # 2, 3: place
    f"|([{_ONE_CELL}]+)(?![^{_ONE_CELL}{_CONTROLS}])"  # 4
    "|(\r?\n)"  # 5
    f"|([^{_CONTROLS}])"  # 6: other characters, and the one before them
)
_NO_PICTURE = re.compile(  # sequences that change nothing of what is shown
    "(?:\x1b\\[\\?(?:25|10[0-9][0-9]|2004|2026|2048)[hl]|\x1b\\[\\?[0-9]+\\$p|\x1b\\[[<>][0-9]*u"
    "|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)|\x07)+"
)
_SWITCHES = frozenset(("1047", "1048", "1049"))  # to the terminal's other screen, and back
_NEAR = 6  # cells that are sent again, rather than to go past them

_Place = tuple[int, int]  # line and column, from 1


class _Line:
    """The cells of a line, from column 1. A cell without a style is unknown."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self.styles: list[DrawingStyle | None] = []

    def reach(self, end: int) -> None:
        if (missing := end - len(self.letters)) > 0:
            self.letters += [""] * missing
            self.styles += [None] * missing


class TerminalPicture:
    """The cells of one terminal, as far as they are known from what was written."""

    def __init__(self) -> None:
        self._lines: dict[int, _Line] = {}
        self._cursor: _Place | None = None
        self._columns = 1 << 16
        self._is_lost = False

    def forget(self, columns: int | None = None) -> None:
        """From the next writing on nothing is known: somebody else may have written, or it has another size, of so many
        columns. Any thread may call it."""
        self._columns = columns or self._columns
        self._is_lost = True

    def news(self, written: str) -> str:
        """What of this isn't shown yet, to be written in its place."""
        if not written or (_NO_PICTURE.fullmatch(written) and not any(one in written for one in _SWITCHES)):
            return written
        if self._is_lost:
            self._is_lost, self._cursor = False, None
            self._lines.clear()
        said = self._news(written)
        if said is None:
            self._is_lost = True
            return written
        return said

    def _news(self, written: str) -> str | None:
        """None for what can't be told."""
        said: list[str] = []
        style, at, end = PLAIN, self._cursor, 0
        is_loose = False  # what comes is sent as it is, after what was sent: nobody knows where it stands
        for token in _TOKEN.finditer(written):
            if token.start() != end:
                return None
            end = token.end()
            kind = token.lastindex
            if kind == 1:
                after = style_after(style, token[1])
                if after is None:
                    return None
                style = after
            elif kind == 3:
                at, is_loose = (int(token[2]), int(token[3])), False
            elif kind == 5:
                at, is_loose = None, False
            elif is_loose:
                said.append(_drawn(token[0], style))
            elif at is None:
                return None
            elif kind == 4 and at[1] + len(token[4]) <= self._columns + 1:
                self._draw(at, token[4], style, said)
                at = (at[0], at[1] + len(token[4]))
            else:
                self._go(at, said)
                said.append(_drawn(token[0], style))
                line = self._line(at[0])
                del line.letters[at[1] - 1 :], line.styles[at[1] - 1 :]
                at, is_loose, self._cursor = None, True, None
        if end != len(written):
            return None
        if at is not None:
            self._go(at, said)
        return "".join(said)

    def _line(self, number: int) -> _Line:
        if (line := self._lines.get(number)) is None:
            line = self._lines[number] = _Line()
        return line

    def _draw(self, at: _Place, text: str, style: DrawingStyle, said: list[str]) -> None:
        line, start, letters = self._line(at[0]), at[1] - 1, list(text)
        end = start + len(letters)
        line.reach(end)
        had, drawn = line.letters[start:end], line.styles[start:end]
        if had == letters and drawn.count(style) == len(letters):
            return
        differ = [
            place
            for place, letter in enumerate(letters)
            if letter != had[place] or not _looks_the_same(letter, drawn[place], style)
        ]
        line.letters[start:end], line.styles[start:end] = letters, [style] * len(letters)
        for first, last in _together(differ, text):
            self._send((at[0], at[1] + first), text[first:last], style, said)

    def _send(self, at: _Place, text: str, style: DrawingStyle, said: list[str]) -> None:
        self._go(at, said)
        said.append(_drawn(text, style))
        after = at[1] + len(text)
        self._cursor = (at[0], after) if after <= self._columns else None  # at the end of a line terminals differ

    def _go(self, to: _Place, said: list[str]) -> None:
        if self._cursor is not None and self._cursor[0] == to[0] and self._cursor[1] < to[1]:
            said.append(f"\x1b[{to[1] - self._cursor[1]}C")
        elif self._cursor != to:
            said.append(f"\x1b[{to[0]};{to[1]}H")
        self._cursor = to


def _together(places: list[int], text: str) -> Iterator[tuple[int, int]]:
    """The parts of a text to send for these places of it, as first and last + 1: whole words, which is what terminals
    that speak read out, and what is near together as one."""
    first = last = -1
    for place in places:
        if place < last:
            continue
        start = text.rfind(" ", 0, place) + 1 if text[place] != " " else place
        if last >= 0 and start > last + _NEAR:
            yield first, last
            first = start
        first = start if first < 0 else first
        end = text.find(" ", place)
        last = len(text) if end < 0 else max(end, place + 1)
    if first >= 0:
        yield first, last


def _drawn(text: str, style: DrawingStyle) -> str:
    return text if style == PLAIN else f"{change_of_style(PLAIN, style)}{text}\x1b[0m"


def _looks_the_same(letter: str, drawn: DrawingStyle | None, style: DrawingStyle) -> bool:
    return drawn == style or (letter == " " and drawn is not None and alike_on_blanks(drawn, style))
