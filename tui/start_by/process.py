"""Computing the last days by a process of its own, so that the console never waits for the forecasts."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ...store.workspace import Workspace
from ..forecast.process import CommandProcess

Count = Callable[[int, int], None]
_OFTEN = 0.3  # seconds between two looks at the process


def compute(workspace: Workspace, count: Count, stop: threading.Event) -> bool:
    """Have them computed and kept; False if ``stop`` was set before. Called in a thread. ``count`` is told how many
    forecasts have run, and about how many there are. Refuses as the command does."""
    process = CommandProcess(workspace, ["start-by", "--compute"])
    try:
        while not process.ended:
            if stop.wait(_OFTEN):
                return False
            if (known := process.progress()) is not None:
                count(*known)
        process.output()
        return True
    finally:
        process.end()
