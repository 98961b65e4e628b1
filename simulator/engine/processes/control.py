"""Controlling a running simulator from any process: its speed, and stopping it."""

from __future__ import annotations

from typing import Any

from msgspec import convert, to_builtins

from ....store.errors import Refusal
from ....store.model.simulation import CONTROL, Control
from ....store.workspace import Workspace
from .lock import is_locked

__all__ = ["SPEEDS", "Control", "begin", "check_speed", "control_of", "is_running", "request_stop", "set_speed"]

SPEEDS: tuple[int | None, ...] = (1, 60, 600, 3600, 21_600, 86_400, None)


def control_of(workspace: Workspace) -> Control:
    """The current control settings."""
    document = workspace.database.table("simulation").get(doc_id=CONTROL)
    if document is None:
        return Control()
    return convert(document, Control)


def set_speed(workspace: Workspace, speed: int | None) -> None:
    """Set the speed of the running simulator. Refuses with ``speed-invalid`` or ``simulator-not-running``."""
    check_speed(speed)
    if not is_running(workspace):
        raise Refusal(
            "simulator-not-running",
            "no simulator is running on this workspace",
            "`certfleet simulate run --speed` starts one.",
        )
    _tell(workspace, speed=speed)


def request_stop(workspace: Workspace) -> None:
    """Stop the running simulator after its current batch. Refuses with ``simulator-not-running``."""
    if not is_running(workspace):
        raise Refusal("simulator-not-running", "no simulator is running on this workspace")
    _tell(workspace, stop_requested=True)


def begin(workspace: Workspace, speed: int | None) -> None:
    """Clear old stop requests when a simulator starts. From now on it can be told something."""
    check_speed(speed)
    _tell(workspace, speed=speed, stop_requested=False, starts=control_of(workspace).starts + 1)


def is_running(workspace: Workspace) -> bool:
    """Whether a simulator is running on this workspace."""
    return is_locked(workspace)


def check_speed(speed: int | None) -> None:
    """Refuse an invalid speed."""
    if speed is not None and not 0 < speed <= 10_000_000:
        raise Refusal("speed-invalid", f"{speed} is no speed", "Give virtual seconds a second, from 1 on, or max.")


def _tell(workspace: Workspace, **what: Any) -> None:
    workspace.audit.permit("simulation.control")
    table = workspace.database.table("simulation")
    with workspace.database.transaction(routine=True):
        control = {**to_builtins(control_of(workspace)), **what}
        table.upsert(table.document_class(control, CONTROL))
