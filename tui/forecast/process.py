"""The process of a forecast, so that the console never waits: it prints the command's JSON document."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from ...simulator.engine.processes.ended_process import refusal_in
from ...store.errors import Refusal
from ...store.model.forecast import Forecast
from ...store.workspace import Workspace
from ..terminal.children import start_child

Count = Callable[[int, int], None]
_OFTEN = 0.3  # seconds between two looks at the process
_PATIENCE = 3  # seconds that it gets to end
_PROGRESS = re.compile(rb"^progress (\d+) (\d+)\n", re.MULTILINE)
"""How the command says how far it is (``cli/frame/progress.py``)."""
_LAST_LINES = 400  # bytes, in which there is a whole line of progress


class ForecastResult(Struct, frozen=True):
    """What the process prints."""

    plans: tuple[Forecast, ...]
    comparison: tuple[str, ...]


class CommandProcess:
    """A command on a workspace in a folder, by a process of its own, which ends when its standard input closes: so it
    never outlives the console."""

    def __init__(self, workspace: Workspace, words: Sequence[str]) -> None:
        """Refuses with ``workspace-in-memory`` or ``forecast-unstartable``."""
        if workspace.path is None:
            raise Refusal(
                "workspace-in-memory",
                "this workspace is in memory, where the forecast's own process can't get at it",
                "Open the console on a workspace in a folder.",
            )
        command = [sys.executable, "-P", "-m", "certfleet", "--json", "--workspace", str(workspace.path)]
        self._out: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has ended
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has ended
        self._began = time.monotonic()
        try:
            self._process = start_child([*command, *words, "--attached"], stdout=self._out, stderr=self._errors)
        except OSError as error:
            raise Refusal("forecast-unstartable", f"the forecast can't be started: {error.strerror}") from error

    @property
    def seconds(self) -> int:
        """How long it has been running."""
        return int(time.monotonic() - self._began)

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def progress(self) -> tuple[int, int] | None:
        """How much of how much is done; None if it hasn't said."""
        errors = self._errors.fileno()
        start = max(0, os.fstat(errors).st_size - _LAST_LINES)
        said = _PROGRESS.findall(os.pread(errors, _LAST_LINES, start))  # without moving the place at which it writes
        return (int(said[-1][0]), int(said[-1][1])) if said else None

    def waited_for(self, count: Count, stop: threading.Event) -> bool:
        """Wait until it has ended; False if ``stop`` was set before, which ends it. Called in a thread. ``count`` is
        told how much of how much is done."""
        try:
            while not self.ended:
                if stop.wait(_OFTEN):
                    return False
                if (known := self.progress()) is not None:
                    count(*known)
            return True
        finally:
            self.end()

    def output(self) -> bytes:
        """What it printed, once it has ended. Refuses as the command does."""
        self._let_go()
        with self._out, self._errors:
            if self._process.returncode:
                self._errors.seek(0)
                said = _PROGRESS.sub(b"", self._errors.read())
                raise refusal_in(said.decode("utf-8", "replace"), self._process.returncode)
            self._out.seek(0)
            return self._out.read()

    def end(self) -> None:
        """Make sure that it ends; nobody wants its result."""
        for then in (self._process.terminate, self._process.kill):
            if not self.ended:
                then()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(_PATIENCE)
        self._let_go()

    def _let_go(self) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()


class ForecastProcess(CommandProcess):
    """Forecasts of a workspace, with nothing done and by plans."""

    def __init__(self, workspace: Workspace, days: int, plans: Sequence[Path]) -> None:
        """Refuses as ``CommandProcess`` does."""
        self.days, self.plans = days, tuple(plans)
        options = [part for plan in plans for part in ("--plan", str(plan))]
        super().__init__(workspace, ["forecast", "--for", f"{days}d", "--and-nothing", *options])

    def result(self) -> ForecastResult:
        """What it found, once it has ended. Refuses as the command does."""
        return msgspec.json.decode(self.output(), type=ForecastResult)


class PlanForecastProcess(CommandProcess):
    """The forecast of one plan."""

    def __init__(self, workspace: Workspace, days: int, plan: Path) -> None:
        """Refuses as ``CommandProcess`` does."""
        super().__init__(workspace, ["forecast", "--for", f"{days}d", "--plan", str(plan)])

    def forecast(self) -> Forecast:
        """What it found, once it has ended. Refuses as the command does."""
        return msgspec.json.decode(self.output(), type=ForecastResult).plans[0]
