"""Shorter output for the same picture: the terminal is told only what changes in the style it draws with.

Rich ends each piece of text with a reset, and begins the next with all of its style. Over a slow line that is more than
the text itself.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_SGR = re.compile("\x1b\\[([0-9;]*)m")  # ECMA-48, 8.3.117
_NEEDLESS = re.compile("\r?\n(?=\x1b\\[[0-9]+;[0-9]+H)")  # it goes to another place at once
_GOING = re.compile("(?:\x1b\\[[0-9]+;[0-9]+H)*")
_BLANK = re.compile("(?: |\x1b\\[[0-9]+;[0-9]+H)*")
_SEEN_ON_BLANKS = frozenset(("4", "7", "9", "21", "53"))  # underlined, reversed, struck, overlined


_BRIGHT_GROUNDS = frozenset(map(str, range(100, 108)))
_OFF = {
    "22": frozenset(("1", "2")),
    "23": frozenset(("3",)),
    "24": frozenset(("4", "21")),
    "25": frozenset(("5", "6")),
    "27": frozenset(("7",)),
    "28": frozenset(("8",)),
    "29": frozenset(("9",)),
    "55": frozenset(("53",)),
}
_ON: frozenset[str] = frozenset().union(*_OFF.values())


class _Style(NamedTuple):
    """Colours as SGR writes them, empty for the terminal's own; everything else, such as ``1`` for bold."""

    text: str = ""
    ground: str = ""
    more: frozenset[str] = frozenset()


_PLAIN = _Style()


def _alike(one: _Style, other: _Style) -> bool:
    """Whether both look the same where nothing is written."""
    return one.ground == other.ground and not (one.more | other.more) & _SEEN_ON_BLANKS


class Pen:
    """Rewrites what is written to one terminal. Each write ends in the terminal's own style, as it did before."""

    def shorter(self, written: str) -> str:
        """The same with fewer bytes. What isn't a style stays as it is."""
        if "\x1b[" not in written:
            return written
        parts = _SGR.split(_NEEDLESS.sub("", written))
        has = wanted = _PLAIN
        said = [parts[0]]
        for at in range(1, len(parts), 2):
            after = _after(wanted, parts[at])
            if after is None:
                return written
            wanted = after
            text = parts[at + 1]
            if not text:
                continue
            if wanted != has and not (_GOING.fullmatch(text) or (_alike(has, wanted) and _BLANK.fullmatch(text))):
                said.append(_change(has, wanted))
                has = wanted
            said.append(text)
        if wanted != has:
            said.append(_change(has, wanted))
        return "".join(said)


@lru_cache(maxsize=4096)
def _after(before: _Style, codes: str) -> _Style | None:
    """The style after an SGR sequence; None if it can't be told."""
    text, ground, more = before
    numbers = iter((codes or "0").split(";"))
    for number in numbers:
        if number in ("", "0"):
            text, ground, more = _PLAIN
        elif number in ("38", "48"):
            kind = next(numbers, "")
            rest = [next(numbers, "") for _ in range(3 if kind == "2" else 1)]
            color = ";".join((number, kind, *rest))
            text, ground = (color, ground) if number == "38" else (text, color)
        elif number == "39" or (len(number) == 2 and number[0] in "39" and number[1] in "01234567"):
            text = "" if number == "39" else number
        elif number == "49" or (len(number) == 2 and number[0] == "4" and number[1] in "01234567"):
            ground = "" if number == "49" else number
        elif number in _BRIGHT_GROUNDS:
            ground = number
        elif number in _ON:
            more |= {number}
        elif number in _OFF:
            more -= _OFF[number]
        else:
            return None
    return _Style(text, ground, more)


@lru_cache(maxsize=4096)
def _change(has: _Style, wanted: _Style) -> str:
    """The shortest sequence that leads from one style to the other."""
    whole = ";".join(("", *sorted(wanted.more), *filter(None, (wanted.text, wanted.ground))))
    if has.more - wanted.more or wanted == _PLAIN:
        return f"\x1b[{whole}m"
    codes = sorted(wanted.more - has.more)
    if wanted.text != has.text:
        codes.append(wanted.text or "39")
    if wanted.ground != has.ground:
        codes.append(wanted.ground or "49")
    return min(f"\x1b[{whole}m", f"\x1b[{';'.join(codes)}m", key=len)
