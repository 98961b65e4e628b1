"""Reading the text of a row; one that can't be read is damage, and names the row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from ..errors import Refusal
from .sqlite_errors import damaged

Read = TypeVar("Read")


class DamagedRecord(Refusal, msgspec.ValidationError):
    """A row of the database is no record of its table: ``workspace-damaged``."""


def read_row(
    decode: Callable[[str | bytes], Read], text: str | bytes, path: Path | str | None, table: str, id: int | None = None
) -> Read:
    """Decode the text of a row; refuses with ``DamagedRecord``. Without ``id``, it is in the text if anywhere."""
    try:
        return decode(text)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise damaged_record(path, table, id, str(error)) from error


def damaged_record(path: Path | str | None, table: str, id: int | None, reason: str) -> DamagedRecord:
    """The refusal for a row that can't be read."""
    which = f"a record of {table}" if id is None else f"the record {table}:{id}"
    said = damaged(path or "the workspace in memory", f"{which} can't be read: {reason}")
    return DamagedRecord(said.code, said.message, said.hint)
