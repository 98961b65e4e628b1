"""Distinguished names as RFC 4514 writes them."""

from __future__ import annotations

import re

_HEX_PAIRS = re.compile(r"(?<!\\)((?:\\\\)*)((?:\\[0-9A-Fa-f]{2})+)")


def _characters(match: re.Match[str]) -> str:
    """What the octets are, in UTF-8."""
    octets = bytes.fromhex(match[2].replace("\\", ""))
    try:
        text = octets.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        text = octets.decode("latin-1")
    return match[1] + "".join(f"\\{character}" if character in ",+\\" else character for character in text)


def split_rfc4514(name: str) -> list[str]:
    """Split an RFC 4514 string into its attributes, most specific first, with escapes undone."""
    if "\\" in name:
        name = _HEX_PAIRS.sub(_characters, name)
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
