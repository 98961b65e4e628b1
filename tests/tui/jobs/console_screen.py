"""A console on a pseudo-terminal, as its user has it: keys in, and what the screen shows out."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyte

from benchmarks.pseudo_terminal import PseudoTerminal, on_pseudo_terminal

from ...waiting import LONG

COLUMNS, ROWS = 80, 24
KEYS = {
    "enter": "\r",
    "tab": "\t",
    "esc": "\x1b",
    "space": " ",
    "^a": "\x01",
    "^l": "\x0c",
    "^q": "\x11",
    "↓": "\x1b[B",
    "↑": "\x1b[A",
    "→": "\x1b[C",
    "←": "\x1b[D",
}
"""What a terminal sends for the keys that have names, by what the console's footers call them."""

# Asking for the keyboard's protocol, and device control: pyte takes their ends for text.
_UNKNOWN = re.compile(r"\x1b\[[<>=?][0-9;]*[um]|\x1bP.*?\x1b\\", re.DOTALL)
_CUT_OFF = re.compile(r"\x1b(?:\[[<>=?]?[0-9;]*|P.*)?\Z", re.DOTALL)


class ConsoleScreen:
    """80×24 characters, and the keyboard."""

    def __init__(self, terminal: PseudoTerminal) -> None:
        self._terminal = terminal
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.Stream(self._screen)
        self._cut_off = ""
        self.received = 0
        """The characters that came from the console."""

    def press(self, key: str) -> None:
        """Press a key, by the name that footers have for it."""
        self._terminal.type(KEYS.get(key, key))

    def press_and_see(self, key: str) -> None:
        """The same, and wait until something looks different, if only what has the focus."""
        before = self._looks()
        self.press(key)
        self._read_until(lambda: self._looks() != before, f"{key} changes nothing")

    def type(self, text: str) -> None:
        """Type a text, and wait until it is there."""
        self._terminal.type(text)
        self.wait_for(text)

    def wait_for(self, text: str) -> None:
        """Wait until the screen shows a text; what stands over two lines counts too."""
        self._read_until(lambda: self.shows(text), f"{text!r} isn't shown")

    def wait_until_gone(self, text: str) -> None:
        """Wait until the screen shows a text no more."""
        self._read_until(lambda: not self.shows(text), f"{text!r} is still shown")

    def _read_until(self, holds: Callable[[], bool], otherwise: str) -> None:
        end = time.monotonic() + LONG
        while not holds():
            assert time.monotonic() < end, f"{otherwise}:\n{self.text()}"
            self._read()

    def _looks(self) -> list[list[pyte.screens.Char]]:
        """Each character with its colours and so on."""
        return [[self._screen.buffer[row][column] for column in range(COLUMNS)] for row in range(ROWS)]

    def read_until_quiet(self) -> None:
        """Read until nothing has come for a second."""
        known = -1
        while known != self.received:
            known = self.received
            end = time.monotonic() + 1
            while time.monotonic() < end:
                self._read()

    def shows(self, text: str) -> bool:
        """Whether the screen shows a text."""
        lines = self.text()
        return text in lines or text in " ".join(lines.replace("│", " ").split())

    def text(self) -> str:
        """What the screen shows, line by line."""
        return "\n".join(self._screen.display)

    def ended(self) -> int:
        """The exit status, once it has ended; what it writes until then is read, since it waits for that."""
        self._read_until(self._terminal.ended, "it goes on")
        return self._terminal.status()

    def _read(self) -> None:
        self._terminal.read_for(0.05)
        self.received += len(self._terminal.shown)
        new, self._terminal.shown = self._cut_off + self._terminal.shown, ""
        found = _CUT_OFF.search(new)
        self._cut_off = found[0] if found else ""
        self._stream.feed(_UNKNOWN.sub("", new.removesuffix(self._cut_off)))


@contextmanager
def console_in(
    folder: Path, *, errors: Path | None = None, environment: Mapping[str, str] = {}
) -> Iterator[ConsoleScreen]:
    """The console on the workspace ``workspace`` of a folder, started there; ``errors`` takes its standard error."""
    command = ["env", "-C", str(folder), sys.executable, "-P", "-m", "certfleet", "--workspace", "workspace"]
    if errors is not None:
        command = ["sh", "-c", 'file="$1"; shift; exec "$@" 2>"$file"', "sh", str(errors), *command]
    with on_pseudo_terminal(command, environment, columns=COLUMNS, rows=ROWS) as terminal:
        yield ConsoleScreen(terminal)
