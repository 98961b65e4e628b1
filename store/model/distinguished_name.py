"""Distinguished names as RFC 4514 writes them."""

from __future__ import annotations


def split_rfc4514(name: str) -> list[str]:
    """Split an RFC 4514 string into its attributes, most specific first, with escapes undone."""
    parts: list[str] = []
    current: list[str] = []
    characters = iter(name)
    for character in characters:
        if character == "\\":
            current.append(next(characters, ""))
        elif character in ",+":
            parts.append("".join(current))
            current = []
        else:
            current.append(character)
    parts.append("".join(current))
    return [part for part in parts if part]
