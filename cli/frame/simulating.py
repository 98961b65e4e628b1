"""Beginning a simulation: a large fleet is read first, which a terminal shows and Ctrl-C breaks off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress

from ...simulator.engine.memory.reading import ReadingStopped
from ...simulator.engine.simulator import Simulator
from ...store.workspace import Workspace
from .interruption import StopRequest
from .progress import progress
from .spreading import Hands

_MANY = 20_000
"""Devices that take a second to read."""


@contextmanager
def simulating(
    workspace: Workspace, by: Hands, stop: StopRequest, speed: int | None = None
) -> Iterator[Simulator | None]:
    """A simulator of the workspace; None if somebody asked to stop before it has read the fleet."""
    devices = workspace.devices.records.next_device_id() - 1
    found: Simulator | None = None
    with ExitStack() as stack:
        with progress(devices, "reading devices") if devices >= _MANY else nullcontext(_unseen) as display:
            reading = _reading(stop, display)
            simulator = Simulator(workspace, workers=by.workers, executor=by.executor, speed=speed, reading=reading)
            with suppress(ReadingStopped):
                found = stack.enter_context(simulator)
        yield found


def _reading(stop: StopRequest, display: Callable[[int, int], None]) -> Callable[[int, int], None]:
    def read(done: int, total: int) -> None:
        if stop.is_asked():
            raise ReadingStopped
        display(done, total)

    return read


def _unseen(done: int, total: int) -> None:
    """Few devices have been read before anybody sees it."""
