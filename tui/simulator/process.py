"""A simulator process started by this console, and why it ended."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import threading
from enum import StrEnum
from typing import IO

from ...simulator.engine.processes.ended_process import refusal_in
from ...store.errors import Refusal
from ..terminal.children import start_child

_LAST_WORDS = 16 * 1024  # bytes kept of a failed process's output
_PATIENCE = 3  # seconds that a process gets to end by itself when the console closes


class SimulatorTask(StrEnum):
    """The task of a process."""

    RUN = "run"
    STEP = "step"
    DRAW = "draw"


class SimulatorProcess:
    """A process of this console: it ends when its standard input closes, so it never outlives the console."""

    def __init__(self, task: SimulatorTask, command: list[str]) -> None:
        self.task = task
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has ended
        self._lock = threading.Lock()
        self._refusal: Refusal | None = None
        self._ended = False
        self._closing = False
        self._process = start_child(command, stdout=subprocess.DEVNULL, stderr=self._said)

    @property
    def ended(self) -> bool:
        """Whether it has ended; ``refusal`` then says why, if it failed."""
        with self._lock:
            if not self._ended and self._process.poll() is not None:
                self._ended = True
                with self._said:
                    if self._process.returncode and not self._closing:
                        self._refusal = self._why()
                self._let_go()
            return self._ended

    @property
    def refusal(self) -> Refusal | None:
        """Why it failed; None if it didn't, or hasn't ended."""
        return self._refusal

    def stop(self) -> None:
        """Have it stop after its current batch, without waiting. Committed work is safe at any moment."""
        self._closing = True
        self._let_go()

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._closing

    def end(self) -> None:
        """Stop it, and make sure that it ends."""
        self.stop()
        for then in (self._process.terminate, self._process.kill):
            try:
                self._process.wait(_PATIENCE)
                break
            except subprocess.TimeoutExpired:
                then()
        else:
            self._process.wait()
        assert self.ended

    def _let_go(self) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def _why(self) -> Refusal:
        self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, self._said.tell() - _LAST_WORDS))
        return refusal_in(self._said.read().decode("utf-8", "replace"), self._process.returncode)
