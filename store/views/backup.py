"""A backup: its JSON document and its words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..backups.restoring import CheckedBackup
from ..backups.salvaging import SalvagedTable
from ..persistence.files.backup_folder import StoredBackup
from ..words import moment, plural

_MOST_IDS = 20


def backup_document(checked: CheckedBackup) -> dict[str, Any]:
    """What it is of, without the key file that it may hold."""
    facts = checked.facts
    return {
        "workspace": facts.workspace,
        "taken_at": facts.taken_at,
        "reason": facts.reason,
        "with_key_file": facts.key_file is not None,
    }


def backup_line(checked: CheckedBackup) -> str:
    """What it is of, in a line."""
    key = ", with its key file" if checked.facts.key_file is not None else ""
    return f"the workspace {checked.facts.workspace} as it was at {moment(checked.facts.taken_at)}{key}"


def key_file_lines(key_file: Path | None) -> list[str]:
    """That a key file outside the folder stays as it is."""
    if key_file is None:
        return []
    return [f"its private keys and passwords are put under the key file {key_file}, which stays as it is"]


def stored_document(backup: StoredBackup) -> dict[str, Any]:
    """One of the folder."""
    return {"file": str(backup.path), "taken_at": backup.at, "reason": backup.reason, "bytes": size_of(backup)}


def size_of(backup: StoredBackup) -> int:
    """The size of its file in bytes; 0 if it has just been deleted."""
    try:
        return backup.path.stat().st_size
    except OSError:
        return 0


def newer_text(lines: int | None) -> str:
    """What restoring a backup would take back: so many lines of the audit trail; None where that can't be read."""
    if lines is None:
        return "the workspace can't be read any more"
    return f"{plural(lines, 'change')} since the backup would be gone" if lines else "nothing changed since the backup"


def restored_lines(checked: CheckedBackup, kept: Path | None) -> list[str]:
    """What was done, and where the earlier state is."""
    lines = [f"restored: {backup_line(checked)}", *key_file_lines(checked.other_key_file)]
    lines.append("nobody is logged in to it over REST any more")
    return lines if kept is None else [*lines, f"what was there before is kept in {kept}"]


def salvage_line(table: SalvagedTable) -> str:
    """What a table lost."""
    name = table.table.replace("_", " ")
    lost = plural(table.lost, "record") if table.lost else ""
    if table.unknown:
        lost = f"{lost} and more, nobody knows how many," if lost else "nobody knows how many records"
    said = f"{name}: {f'{lost} lost, ' if lost else ''}{table.taken:,} taken over"
    if not table.doubtful:
        return said
    ids = ", ".join(map(str, table.doubtful[:_MOST_IDS])) + (" …" if len(table.doubtful) > _MOST_IDS else "")
    return f"{said}, {len(table.doubtful):,} of them with a wrong checksum, so look at them: {ids}"
