"""Computing the last days by a process of its own, so that the console never waits for the forecasts."""

from __future__ import annotations

import threading

from ...store.workspace import Workspace
from ..forecast.process import CommandProcess, Count


def compute(workspace: Workspace, count: Count, stop: threading.Event) -> bool:
    """Have them computed and kept; False if ``stop`` was set before. Called in a thread. ``count`` is told how many
    forecasts have run, and about how many there are. Refuses as the command does."""
    process = CommandProcess(workspace, ["start-by", "--compute"])
    if not process.waited_for(count, stop):
        return False
    process.output()
    return True
