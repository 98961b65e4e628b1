"""The line of each key and table in a TOML file. TOML libraries don't tell it, but tomlkit keeps the whole text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .toml_reading import BYTE_ORDER_MARK

if TYPE_CHECKING:
    from tomlkit.items import Item, Table

KeyPath = tuple[str | int, ...]


def lines_of(text: str) -> Mapping[KeyPath, int]:
    """The line (from 1) of each key and table of a valid file, by its path: ``("action", 0, "issuer")``.

    Empty if the layout is one whose lines can't be told, such as a table that is defined in several
    places, or one too deep for it.
    """
    import tomlkit  # only reading files asks for it
    from tomlkit.exceptions import TOMLKitError

    found: dict[KeyPath, int] = {}
    try:
        last = _walk(tomlkit.parse(text.removeprefix(BYTE_ORDER_MARK)).body, (), 1, found)
    except (TOMLKitError, RecursionError):  # it nests less deep than the other reader
        return {}
    return found if last == text.count("\n") + 1 else {}


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """The line of a path, or of the nearest thing around it; 0 if none is known."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 0)


def _walk(body: Any, path: KeyPath, line: int, found: dict[KeyPath, int]) -> int:
    """Note everything in a table that begins in ``line``; returns the line after it."""
    from tomlkit.items import AoT, Table

    for key, item in body:
        if key is None:
            line += _breaks(item)
            continue
        here = (*path, key.key)
        if isinstance(item, AoT):
            for number, table in enumerate(item.body):
                line = _table(table, (*here, number), line, found, header=True)
        elif isinstance(item, Table):
            line = _table(item, here, line, found, header=not (item.is_super_table() or key.is_dotted()))
        else:
            line += item.trivia.indent.count("\n")
            found[here] = line
            line += item.as_string().count("\n") + item.trivia.trail.count("\n")
    return line


def _table(table: Table, path: KeyPath, line: int, found: dict[KeyPath, int], *, header: bool) -> int:
    if header:
        line += table.trivia.indent.count("\n")
    found[path] = line
    if header:
        line += table.trivia.trail.count("\n")
    return _walk(table.value.body, path, line, found)


def _breaks(item: Item) -> int:
    from tomlkit.items import Comment, Whitespace

    if isinstance(item, Whitespace):
        return item.s.count("\n")
    return item.as_string().count("\n") if isinstance(item, Comment) else 0
