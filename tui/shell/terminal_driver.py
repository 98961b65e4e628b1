"""Textual's driver of a terminal, for one that may hang up at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO, cast

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from .ending import HUNG_UP, Ending

if TYPE_CHECKING:
    from .terminal_app import TerminalApp


class TerminalOutput:
    """A terminal to write to. Once it takes nothing more, the console ends, and the rest is dropped: Textual's thread
    that writes would die, and everybody else would wait for it."""

    def __init__(self, file: TextIO, ending: Ending) -> None:
        self._file = file
        self._ending = ending

    def fileno(self) -> int:
        return self._file.fileno()

    def write(self, text: str) -> None:
        if self._ending.status != HUNG_UP:
            try:
                self._file.write(text)
            except (OSError, ValueError):
                self._ending.begin(HUNG_UP)

    def flush(self) -> None:
        if self._ending.status != HUNG_UP:
            try:
                self._file.flush()
            except (OSError, ValueError):
                self._ending.begin(HUNG_UP)


class TerminalDriver(LinuxDriver):
    """For a ``TerminalApp`` only."""

    def __init__(
        self, app: App[object], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._ending = cast("TerminalApp", app).ending
        self._file = cast(Any, TerminalOutput(cast(TextIO, self._file), self._ending))

    def run_input_thread(self) -> None:
        try:
            super().run_input_thread()
        except OSError:  # a terminal that is gone; Textual would report it, with the local variables of every frame
            self._ending.begin(HUNG_UP)
