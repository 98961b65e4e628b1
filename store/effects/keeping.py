"""What is kept of a change, so that it can be undone: the few records that it wrote, before and after.

It stands beside the audit trail and says nothing in its place: an undo is a change by the same rules, with lines of its
own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from ..devices.changing import TITLES
from ..model.audit import SYSTEM, AuditLine
from ..model.kept_change import KeptChange, KeptRow
from ..model.site import SITE
from ..persistence.database import Database
from ..persistence.records import RecordTable
from .rows import WrittenRows

MOST = 200
"""The changes that are kept; then the oldest goes."""

LARGEST = 64 * 1024
"""The most characters of JSON that are kept of one change."""

UNDO = "change.undo"
ACTS = frozenset(
    {
        "certificate.delete",
        "certificate.describe",
        "certificate.put-back",
        "component.bind",
        "component.remove",
        "device.change",
        "owner.set",
        "policy.change",
        "policy.create",
        "policy.delete",
        "site.freeze",
        "site.set",
        "trust.deploy",
        "trust.preinstalled",
        "trust.withdraw",
        UNDO,
    }
)
"""The actions of the audit trail that can be undone."""

_BESIDE = frozenset({"certificate.link", "task.done"})  # lines that come with them
TABLES = (
    "certificates",
    "certificate_der",
    "policies",
    "components",
    "trust_anchors",
    "ownerships",
    "settings",
    "devices",
)
"""The tables whose rows are kept, in the order in which they are put back."""


def kept_changes(database: Database) -> RecordTable[KeptChange]:
    """The table of what is kept."""
    return RecordTable(database.table("kept_changes"), KeptChange, "undo-forbidden", "nothing is kept of change {id}")


def is_undoable(lines: Iterable[AuditLine]) -> bool:
    """Whether these lines of one transaction are of a change that may be undone."""
    actions = [line.action for line in lines if line.user != SYSTEM.user]
    return bool(ACTS.intersection(actions)) and ACTS.union(_BESIDE).issuperset(actions)


def forbidden(rows: WrittenRows) -> str:
    """Why a change that wrote these rows can't be undone; empty if it can."""
    for before, after in rows.bodies("certificates"):
        if before is not None and after is None and before.get("has_private_key"):
            return "the private key was destroyed with the entry"
    for before, after in rows.bodies("tasks"):
        if before is not None and after is not None and before.get("done_at") is None and after.get("done_at"):
            return f"it closed the follow-up {after['title']!r}, which stays closed"
    for before, after in rows.bodies("components"):
        if (before or {}).get("still_serves") != (after or {}).get("still_serves"):
            return "a follow-up stands on it"
    found = list(_rows(rows))
    if not found:
        return "it has left nothing to put back"
    if len(msgspec.json.encode(found)) > LARGEST:
        return "it concerns too much to be kept"
    return ""


def keep(database: Database, lines: Sequence[AuditLine], rows: WrittenRows) -> None:
    """Keep the change with these lines that wrote these rows, inside its transaction, if it may be undone."""
    if not is_undoable(lines):
        return
    table, why = kept_changes(database), forbidden(rows)
    undos = {line.id for line in lines if line.action == UNDO}
    change = KeptChange(
        id=0,
        first_line=lines[0].id,
        last_line=lines[-1].id,
        last_hash=lines[-1].hash,
        rows=() if why else tuple(_rows(rows)),
        forbidden=why,
        undoes=next((one.id for one in reversed(table.all()) if one.undone_by in undos), 0) if undos else 0,
    )
    _forget_older(table, table.add(change).id)


def _forget_older(table: RecordTable[KeptChange], newest: int) -> None:
    # To ask for all ids each time would take longer with every change: the markers of those that went are among them.
    too_old = newest - MOST
    if newest % MOST == 0:  # going back to a moment may have brought some back
        table.remove(*table.table.ids()[:-MOST])
    elif table.peek(too_old) is not None:
        table.remove(too_old)


def drafted(lines: Sequence[AuditLine], rows: WrittenRows) -> KeptChange | None:
    """What would be kept of a change with these lines, whether it may be undone or not; None without a line."""
    if not lines:
        return None
    first, last = lines[0], lines[-1]
    return KeptChange(id=0, first_line=first.id, last_line=last.id, last_hash=last.hash, rows=tuple(_rows(rows)))


def _rows(rows: WrittenRows) -> Iterator[KeptRow]:
    for table in TABLES:
        for id, before, after in rows.documents(table):
            if table == "settings" and id != SITE:
                continue
            if table == "devices" and not (before and after and any(before.get(f) != after.get(f) for f in TITLES)):
                continue
            yield KeptRow(table=table, id=id, before=before, after=after)
