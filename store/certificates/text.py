"""Making text from files safe for a terminal."""

from __future__ import annotations

from ..printable import printable


def hex_pairs(character: str) -> str:
    """The RFC 4514 section 2.4 hex form of one character's UTF-8 bytes."""
    return "".join(f"\\{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def shortened(text: str, limit: int = 80) -> str:
    """``text`` made printable, in one line of a message."""
    shown = printable(text)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
