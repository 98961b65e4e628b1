"""The line of each key and table in a TOML file. TOML libraries don't tell it, but tomlkit keeps the whole text.

The file is taken apart at its headers (``[fleet]``, ``[[event]]``), since tomlkit puts tables of one array together
wherever they stand. So a part holds nothing but keys with their values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

from .toml_reading import BYTE_ORDER_MARK, read_toml

KeyPath = tuple[str | int, ...]
_IN_VAIN = 1000  # lists within lists, each on a line of its own: more would take long


def lines_of(text: str) -> Mapping[KeyPath, int]:
    """The line (from 1) of each key and table of a valid file, by its path: ``("action", 0, "issuer")``.

    Empty if the layout is one whose lines can't be told, such as one too deep for tomlkit.
    """
    import tomlkit  # only reading files asks for it
    from tomlkit.exceptions import TOMLKitError

    found: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    try:
        for header, line, body in _parts(text.removeprefix(BYTE_ORDER_MARK)):
            path = _path(header, counts)
            if path:
                found[path] = line
            _walk(tomlkit.parse(body).body, path, line + bool(header), found)
    except (TOMLKitError, ValueError, RecursionError):  # it nests less deep than the other reader
        return {}
    return found


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """The line of a path, or of the nearest thing around it; 0 if none is known."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 0)


def _parts(text: str) -> Iterator[tuple[str, int, str]]:
    """Each header with its line, and the lines below it; what stands before the first one has the header ``""``."""
    header, begin, body, in_vain = "", 1, list[str](), 0
    for number, line in enumerate(StringIO(text, newline="\n"), 1):
        # Inside a list or a text of several lines, what comes before is no TOML by itself.
        if line.lstrip(" \t").startswith("["):
            if _is_toml("".join(body)):
                yield header, begin, "".join(body)
                header, begin, body = line, number, []
                continue
            if (in_vain := in_vain + 1) > _IN_VAIN:
                raise ValueError("too many lines look like headers")
        body.append(line)
    yield header, begin, "".join(body)


def _is_toml(text: str) -> bool:
    try:
        read_toml(text)
    except ValueError:
        return False
    return True


def _path(header: str, counts: dict[KeyPath, int]) -> KeyPath:
    """The path of a header's table. ``counts`` are the tables of each array so far."""
    path: KeyPath = ()
    table: Any = read_toml(header)
    while table:
        ((key, table),) = table.items()
        path = (*path, key)
        if isinstance(table, list):
            counts[path] = counts.get(path, 0) + 1
            return (*path, counts[path] - 1)
        if table and path in counts:
            path = (*path, counts[path] - 1)
    return path


def _walk(body: Any, path: KeyPath, line: int, found: dict[KeyPath, int]) -> int:
    """Note every key of a part, whose text begins in ``line``; returns the line after it."""
    from tomlkit.items import Table, Whitespace

    for key, item in body:
        if key is None:
            line += (item.s if isinstance(item, Whitespace) else item.as_string()).count("\n")
            continue
        here = (*path, key.key)
        if isinstance(item, Table):  # a dotted key
            found.setdefault(here, line)
            line = _walk(item.value.body, here, line, found)
        else:
            line += item.trivia.indent.count("\n")
            found[here] = line
            line += item.as_string().count("\n") + item.trivia.trail.count("\n")
    return line
