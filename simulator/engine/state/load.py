"""The load of the server: check-ins and certificates a minute at the peak, kept with each window.

Counted are the check-ins that find something, and enrollments. Idle check-ins, which are never executed, come on top.
"""

from __future__ import annotations

from collections import Counter

from msgspec import convert, to_builtins
from msgspec.structs import replace

from ....store.model.simulation import BusiestMinute, PeakLoad
from ....store.times import from_unix
from ....store.workspace import Workspace

_ID = 1


def peak_load(workspace: Workspace) -> PeakLoad | None:
    """The peak since the issuing CA group came into use; None before anything was counted."""
    document = workspace.database.table("peak_load").get(doc_id=_ID)
    return None if document is None else convert({**document, "id": _ID}, PeakLoad)


def keep_load(workspace: Workspace, group: str, check_ins: Counter[int], certificates: Counter[int]) -> None:
    """Add a window's numbers by minute (Unix time / 60), inside its transaction. ``group`` issues now: with a rotation,
    a new count begins."""
    if not check_ins and not certificates:
        return
    known = peak_load(workspace)
    if known is None or (group and known.group != group):
        known = PeakLoad(id=_ID, group=group)
    kept = replace(
        known, check_ins=_with(known.check_ins, check_ins), certificates=_with(known.certificates, certificates)
    )
    table, body = workspace.database.table("peak_load"), to_builtins(kept)
    del body["id"]
    table.upsert(table.document_class(body, _ID))


def _with(known: BusiestMinute, counts: Counter[int]) -> BusiestMinute:
    """A window begins in the minute in which the one before it ended."""
    for minute in sorted(counts):
        count = counts[minute] + (known.last_count if minute == known.last else 0)
        known = replace(known, last=minute, last_count=count)
        if count > known.count:
            known = replace(known, count=count, at=from_unix(minute * 60))
    return known
