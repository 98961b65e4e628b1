"""Plans go on while the console is open on a real fleet; what stops something waits for a word."""

from __future__ import annotations

from contextlib import suppress

from ...simulator.plans.handling import go_on
from ...simulator.plans.progress import under_way
from ...store.errors import Refusal
from ...store.workspace import Workspace


def go_on_quietly(workspace: Workspace) -> None:
    """Do what is due of the plans that are under way. A viewer does nothing, and a disk that is full may have room
    later. Takes as long as the actions do."""
    if workspace.is_virtual or not any(_is_due(workspace)):
        return
    with suppress(Refusal):  # `plan status` and the next attempt tell it
        go_on(workspace)


def _is_due(workspace: Workspace) -> list[bool]:
    now = workspace.now()
    return [
        any(step.state.is_a_persons for step in run.steps) or (run.next_at is not None and run.next_at <= now)
        for run in under_way(workspace)
    ]
