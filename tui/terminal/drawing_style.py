"""How a terminal draws, as SGR sequences say it (ECMA-48, 8.3.117)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

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


class DrawingStyle(NamedTuple):
    """Colours as SGR writes them, empty for the terminal's own; everything else, such as ``1`` for bold."""

    text: str = ""
    ground: str = ""
    more: frozenset[str] = frozenset()


PLAIN = DrawingStyle()


def alike_on_blanks(one: DrawingStyle, other: DrawingStyle) -> bool:
    """Whether both look the same where nothing is written."""
    return one.ground == other.ground and not (one.more | other.more) & _SEEN_ON_BLANKS


@lru_cache(maxsize=4096)
def style_after(before: DrawingStyle, codes: str) -> DrawingStyle | None:
    """The style after an SGR sequence; None if it can't be told."""
    text, ground, more = before
    numbers = iter((codes or "0").split(";"))
    for number in numbers:
        if number in ("", "0"):
            text, ground, more = PLAIN
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
    return DrawingStyle(text, ground, more)


@lru_cache(maxsize=4096)
def change_of_style(has: DrawingStyle, wanted: DrawingStyle) -> str:
    """The shortest sequence that leads from one style to the other."""
    whole = ";".join(("", *sorted(wanted.more), *filter(None, (wanted.text, wanted.ground))))
    if has.more - wanted.more or wanted == PLAIN:
        return f"\x1b[{whole}m"
    codes = sorted(wanted.more - has.more)
    if wanted.text != has.text:
        codes.append(wanted.text or "39")
    if wanted.ground != has.ground:
        codes.append(wanted.ground or "49")
    return min(f"\x1b[{whole}m", f"\x1b[{';'.join(codes)}m", key=len)
