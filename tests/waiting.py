"""Waiting for an event, for a long time if need be: a slow, busy machine is no fault."""

from __future__ import annotations

import time
from collections.abc import Callable

from certfleet.store.workspace import Workspace

LONG = 120.0
"""Seconds. What takes longer hangs."""


def wait_until(holds: Callable[[], object], within: float = LONG) -> None:
    """Wait until something holds."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, f"still not so after {within} s"
        time.sleep(0.01)


def caught_up(workspace: Workspace) -> Workspace:
    """The workspace with all that others have committed."""
    workspace.catch_up()
    return workspace
