"""Damage of a database: its refusal, which names the newest good backup, and reading the text of a row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from ..errors import Refusal
from ..words import argument, minute
from .files.backup_facts import is_good
from .files.backup_folder import backups_in, usual_folder

Read = TypeVar("Read")


def damaged(where: Path | str, reason: str) -> Refusal:
    """The refusal of a file of another program, or of a damaged one. It names the newest good backup."""
    repair = "`certfleet workspace check --repair` takes over what can still be read."
    hint = f"Check the path; restore the folder from a backup if it should be a workspace. {repair}"
    if isinstance(where, Path):
        backups = backups_in(usual_folder(where.parent))
        if (newest := next((backup for backup in backups if is_good(backup.path)), None)) is not None:
            restore = f"`certfleet workspace restore {argument(newest.path)}`"
            hint = f"The newest good backup is of {minute(newest.at)} UTC: {restore}. {repair}"
    return Refusal("workspace-damaged", f"{where} is not a certfleet workspace, or is damaged: {reason}", hint)


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
