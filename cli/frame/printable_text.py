"""Text that comes from certificates, files and other people, made fit for a terminal."""

from __future__ import annotations


def clean(text: str, *, lines: bool = False) -> str:
    """The text with every character that can't be seen written out (``\\x1b``); ``lines`` lets line ends be.

    Control characters, and marks that turn the direction of writing, make a terminal, or the person before
    it, take data for something else (CWE-150).
    """
    if text.isprintable():
        return text
    return "".join(_clean(character, lines) for character in text)


def _clean(character: str, lines: bool) -> str:
    if character.isprintable() or (lines and character == "\n"):
        return character
    return character.encode("unicode_escape").decode("ascii")
