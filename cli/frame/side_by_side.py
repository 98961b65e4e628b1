"""The same list of several workspaces, as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from msgspec import to_builtins

from .answer import Answer
from .record_list import listing_of
from .tables import Cell, Listing


def put_together(answers: Iterable[tuple[str, Answer]], name: str) -> Answer:
    """One answer of those of several workspaces, each with the name that tells its workspace apart. ``name`` is the
    list's place in their documents; each record gets its workspace as ``workspace``, each row a first column."""
    *above, last = name.split(".")
    found: list[dict[str, Any]] = []
    rows: list[dict[str, str | Cell]] = []
    notes: list[str] = []
    listing = Listing(())
    for workspace, answer in answers:
        listing = listing_of(answer.text) or replace(listing, none=str(answer.text), rows=(), notes=())
        own_rows, records = list(listing.rows), _records(answer, above, last)
        if len(own_rows) != len(records):
            own_rows = [{}] * len(records)
        found += [{"workspace": workspace, **record} for record in records]
        rows += [{"WORKSPACE": workspace, **row} for row in own_rows]
        notes += list(listing.notes) or [""] * len(records)
    document: dict[str, Any] = {last: found}
    for part in reversed(above):
        document = {part: document}
    return Answer(document, replace(listing, rows=rows, notes=notes, total=None, many=None))


def _records(answer: Answer, above: list[str], last: str) -> list[dict[str, Any]]:
    document: Any = to_builtins(answer.whole_document())
    for part in above:
        document = document[part] or {}
    records: list[dict[str, Any]] = document.get(last, [])
    return records
