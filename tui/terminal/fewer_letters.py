"""What a terminal gets whose character set lacks the console's signs: others in their place, as wide as they are."""

from __future__ import annotations

from rich.cells import get_character_cell_size

_SIGNS = {
    "*": "●■•",
    "o": "○□◦",
    "^": "▲↑",
    "v": "▼▾↓",
    ">": "→▶»",
    "<": "←◀«",
    "+": "◆◇",
    "x": "×✗",
    "-": "–—−─━═╌╴╶▁▔",
    "|": "│┃║▏▕▌▐╎",
    "/": "╱",
    "\\": "╲",
    "=": "‖",
    "#": "█▇▆▅▄▃▂▀",
    ":": "▒▓",
    ".": "░…·",
    "@": "✉",
    "'": "‘’",
    '"': "“”",
    "~": "≈",
    "!": "⚠",
}
_IN_PLACE = {ord(sign): instead for instead, signs in _SIGNS.items() for sign in signs}
_CORNERS = range(0x2500, 0x2580)  # what is left of the lines of boxes


class _Letters(dict[int, str]):
    """A table for ``str.translate`` that is filled as signs come."""

    def __init__(self, charset: str) -> None:
        super().__init__()
        self._charset = charset

    def __missing__(self, number: int) -> str:
        letter = chr(number)
        try:
            letter.encode(self._charset)
        except UnicodeEncodeError:
            usual = "+" if number in _CORNERS else "?" * get_character_cell_size(letter)
            letter = _IN_PLACE.get(number, usual)
        self[number] = letter
        return letter


class FewerLetters:
    """Writes for one character set, by Python's name: ``ascii``, ``iso8859-1``."""

    def __init__(self, charset: str) -> None:
        self._table = None if charset.lower().replace("-", "").startswith("utf") else _Letters(charset)

    def written(self, text: str) -> str:
        """The text in letters that the character set has."""
        return text if self._table is None or text.isascii() else text.translate(self._table)
