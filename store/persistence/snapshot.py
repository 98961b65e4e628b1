"""A whole database as one JSON file in stock TinyDB's form, for ``TinyDB(path)`` or for another workspace.

The same content gives the same bytes: tables and documents are sorted, and nothing else is written.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec

from ..errors import unwritable
from .database import Database
from .done_before import note_change

_TOGETHER = 100  # documents


def write_snapshot(database: Database, path: Path) -> None:
    """Write every table to ``path``, completely or not at all, readable only by its owner."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(snapshot_parts(database))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
            note_change()
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error


def snapshot_parts(database: Database) -> Iterator[bytes]:
    """The same, some documents at a time, as of the moment when the first is asked for. Nothing may be written to the
    workspace by this process meanwhile."""
    with database.moment():
        lines = _lines(database)
        while some := list(islice(lines, _TOGETHER)):
            yield b"".join(some)


def _lines(database: Database) -> Iterator[bytes]:
    encode = msgspec.json.Encoder(order="sorted").encode
    separator = b"{"
    for table in sorted(database.tables()):
        if not database.engine.count(table):
            continue
        yield separator + encode(table) + b": {"
        for position, row in enumerate(database.engine.scan(table)):
            yield (b",\n" if position else b"\n") + encode(str(row.id)) + b": " + encode(row.body)
        yield b"}"
        separator = b",\n"
    yield b"}\n" if separator != b"{" else b"{}\n"
