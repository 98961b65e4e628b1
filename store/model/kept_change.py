"""A change as it is kept, so that it can be undone."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class KeptRow(Struct, frozen=True, kw_only=True):
    """A record of a table before and after the change, as its document without the id; None where there was none."""

    table: str
    id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class KeptChange(Struct, frozen=True, kw_only=True):
    """What one transaction of a person changed. ``first_line`` and ``last_line`` are its lines in the audit trail, and
    ``last_hash`` is the hash of the last one.

    ``forbidden`` says why it can't be undone; then no rows are kept. ``undone_by`` is the audit line of its undo, 0
    without one. ``undoes`` is the kept change that it has undone, 0 for what is no undo. Secrets are never in it.
    """

    id: int
    first_line: int
    last_line: int
    last_hash: str
    rows: tuple[KeptRow, ...] = ()
    forbidden: str = ""
    undone_by: int = 0
    undoes: int = 0
