"""The process of a forecast, so that the console never waits: it prints the command's JSON document."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from ...store.errors import Refusal
from ...store.model.forecast import Forecast
from ...store.workspace import Workspace
from ..simulator.process import refusal_in

PROGRESS_FILE = "CERTFLEET_PROGRESS_FILE"
"""Names the file in which the command says how far it is (``cli/frame/progress.py``)."""
_PATIENCE = 3  # seconds that it gets to end


class ForecastResult(Struct, frozen=True):
    """What the process prints."""

    plans: tuple[Forecast, ...]
    comparison: tuple[str, ...]


class CommandProcess:
    """A command on a workspace in a folder, by a process of its own."""

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
        self._done = Path(tempfile.mkdtemp(prefix="certfleet-")) / "progress"
        self._began = time.monotonic()
        try:
            self._process = subprocess.Popen(
                [*command, *words],
                stdin=subprocess.DEVNULL,
                stdout=self._out,
                stderr=self._errors,
                env={**os.environ, PROGRESS_FILE: str(self._done)},
                start_new_session=True,  # Ctrl+C in the terminal is the console's
            )
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
        with contextlib.suppress(OSError, ValueError):
            done, total = self._done.read_text().split()
            return int(done), int(total)
        return None

    def output(self) -> bytes:
        """What it printed, once it has ended. Refuses as the command does."""
        shutil.rmtree(self._done.parent, ignore_errors=True)
        with self._out, self._errors:
            if self._process.returncode:
                self._errors.seek(0)
                raise refusal_in(self._errors.read().decode("utf-8", "replace"), self._process.returncode)
            self._out.seek(0)
            return self._out.read()

    def end(self) -> None:
        """Make sure that it ends; nobody wants its result."""
        for then in (self._process.terminate, self._process.kill):
            if not self.ended:
                then()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(_PATIENCE)
        shutil.rmtree(self._done.parent, ignore_errors=True)


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
