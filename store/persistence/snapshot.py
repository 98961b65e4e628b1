"""A whole database as one JSON file in stock TinyDB's form, for ``TinyDB(path)`` or for another workspace.

The same content gives the same bytes: tables and documents are sorted, and nothing else is written.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import msgspec

from ..errors import Refusal
from .database import Database


def write_snapshot(database: Database, path: Path) -> None:
    """Write every table to ``path``, completely or not at all, readable only by its owner."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file, database.moment():
                _write_tables(database, file.write)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise Refusal("file-unwritable", f"{path} can't be written: {error.strerror}") from error


def _write_tables(database: Database, write: Any) -> None:
    encode = msgspec.json.Encoder(order="sorted").encode
    separator = b"{"
    for table in sorted(database.tables()):
        if not database.engine.count(table):
            continue
        write(separator + encode(table) + b": {")
        for position, row in enumerate(database.engine.scan(table)):
            write((b",\n" if position else b"\n") + encode(str(row.id)) + b": " + encode(row.body))
        write(b"}")
        separator = b",\n"
    write(b"}\n" if separator != b"{" else b"{}\n")
