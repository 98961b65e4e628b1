"""Whether what is kept for undoing belongs to the audit trail."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.kept_change import KeptChange
from ..persistence.database import Database
from .report import Problem


def check_kept_changes(database: Database) -> Iterator[Problem]:
    """The lines of each kept change are in the trail, and its last one is the same."""
    lines = database.table("audit")
    for change in database.table("kept_changes").records(KeptChange):
        line = lines.get(doc_id=change.last_line)
        if line is None or line["hash"] != change.last_hash or change.first_line > change.last_line:
            said = f"what is kept of a change doesn't belong to audit line {change.last_line}"
            yield Problem("change-unknown", f"change:{change.id}", said)
