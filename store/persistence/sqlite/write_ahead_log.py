"""Switching a database to a write-ahead log."""

from __future__ import annotations

import time

from ...errors import Refusal
from .errors import BUSY_SECONDS
from .statements import Statements


def write_ahead(sql: Statements) -> None:
    """Give the database a write-ahead log. SQLite doesn't wait for the lock that this needs, and several processes may
    open at once. Refuses with ``workspace-busy``."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            sql.run("PRAGMA journal_mode = WAL")
            return
        except Refusal as refusal:
            if refusal.code != "workspace-busy" or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
