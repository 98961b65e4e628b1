"""Waiting for an event, for a long time if need be: a slow, busy machine is no fault."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from certfleet.store.persistence.database import Changes, Database
from certfleet.store.workspace import Workspace

LONG = 120.0
"""Seconds. What takes longer hangs."""


def wait_until(holds: Callable[[], object], within: float = LONG) -> None:
    """Wait until something holds."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, f"still not so after {within} s"
        time.sleep(0.01)


def told(database: Database) -> Changes:
    """What changed since the last poll; a server tells it a moment after the commit."""
    end = time.monotonic() + LONG
    while (changes := database.poll()) is None:
        assert time.monotonic() < end, f"nothing was told in {LONG} s"
        time.sleep(0.01)
    return changes


def caught_up(workspace: Workspace) -> Workspace:
    """The workspace with all that others have committed."""
    workspace.catch_up()
    return workspace


def lives(process: int) -> bool:
    """Whether a process runs (Linux); what is left of one that nobody has taken note of yet doesn't."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")
