"""Completing a filter while it is typed: keys, and the values of keys that have some of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

Values: TypeAlias = Mapping[str, Iterable[str]]
"""The keys of a filter language, each with the values that can be offered: none for free text."""

_LAST = re.compile(r"""(?:[^\s"']|"[^"]*"|'[^']*')*\Z""")
_PLAIN = re.compile(r"[^\s\"'\\]+")


def completions(text: str, values: Values) -> list[str]:
    """What the text may become: its last term as a key, or with a value of its key. The rest of the text stays; in a
    list of values (``platform:ios,ma``) the last one is completed."""
    found = _LAST.search(text)
    term = "" if found is None else found.group()
    if not term or '"' in term or "'" in term:
        return []
    before, minus = text[: len(text) - len(term)], "-" if term.startswith("-") else ""
    plain = term.removeprefix("-")
    key, colon, value = plain.partition(":")
    if not colon:
        return [f"{before}{minus}{name}:" for name in values if plain and name.startswith(plain.lower())]
    first, comma, last = value.rpartition(",")
    chosen = {one.lower() for one in first.split(",")}
    return [
        f"{before}{minus}{key}:{first}{comma}{_quoted(one)}"
        for one in values.get(key.lower(), ())
        if one.lower().startswith(last.lower()) and one.lower() not in chosen
    ]


def _quoted(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
