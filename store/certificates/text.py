"""Making text from files safe for a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""``text`` with every control and other invisible character as RFC 4514 hex pairs (``\1B``).

    A certificate's subject may contain terminal escape sequences, or marks that turn the writing direction; people must
    see what is really there.
    """
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else hex_pairs(character) for character in text)


def hex_pairs(character: str) -> str:
    """The RFC 4514 section 2.4 hex form of one character's UTF-8 bytes."""
    return "".join(f"\\{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def shortened(text: str, limit: int = 80) -> str:
    """``text`` made printable, in one line of a message."""
    shown = printable(text)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
