"""A program on a pseudo-terminal, and every process that it started."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import tempfile
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

LONG = 120.0  # seconds; what takes longer hangs
_MARK = "CERTFLEET_TERMINAL"


class PseudoTerminal:
    """What is on it, and what runs on it. ``folder`` is where the program keeps temporary files."""

    def __init__(self, child: int, terminal: int, folder: Path) -> None:
        self.child = child
        self.folder = folder
        self.shown = ""
        self._terminal: int | None = terminal
        self._status: int | None = None
        self._decoder = getincrementaldecoder("utf-8")("replace")  # a read may end within a character

    def type(self, text: str) -> None:
        """Type a text."""
        assert self._terminal is not None
        os.write(self._terminal, text.encode())

    def wait_for(self, text: str) -> None:
        """Read until this has been shown since the last such call."""
        end = time.monotonic() + LONG
        while text not in self.shown:
            assert time.monotonic() < end, f"{text!r} isn't shown:\n{self.shown[-3000:]}"
            self._read(0.2)
        self.shown = ""

    def read_for(self, seconds: float) -> None:
        """Show what comes in this time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)

    def _read(self, seconds: float) -> None:
        assert self._terminal is not None
        if select.select([self._terminal], [], [], seconds)[0]:
            with contextlib.suppress(OSError):
                self.shown += self._decoder.decode(os.read(self._terminal, 1 << 16))
                return
            time.sleep(min(seconds, 0.05))  # the other end is closed

    def hang_up(self) -> None:
        """Close it, as a line does that drops."""
        if self._terminal is not None:
            os.close(self._terminal)
            self._terminal = None

    def processes(self) -> list[int]:
        """The processes that run on it, or were started by one that does or did."""
        mark = f"{_MARK}={self.folder}".encode()
        return [number for number in _numbers() if mark in _environment(number).split(b"\0")]

    def ended(self) -> bool:
        """Whether all have ended."""
        self._wait(os.WNOHANG)
        return not self.processes()

    def status(self) -> int:
        """The exit status of the first process, once it has ended; negative for a signal."""
        self._wait(0)
        assert self._status is not None
        return self._status

    def _wait(self, how: int) -> None:
        if self._status is None:
            found, status = os.waitpid(self.child, how)
            if found:
                self._status = os.waitstatus_to_exitcode(status)


@contextmanager
def on_pseudo_terminal(
    command: Sequence[str], environment: Mapping[str, str] = {}, *, columns: int = 80, rows: int = 24
) -> Iterator[PseudoTerminal]:
    """Run a command as the leader of a terminal's session. What is left of it afterwards is killed."""
    with tempfile.TemporaryDirectory(prefix="terminal-", ignore_cleanup_errors=True) as folder:
        own = dict.fromkeys(("TMPDIR", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", _MARK), folder)
        child, terminal = pty.fork()
        if child == 0:
            os.execvpe(command[0], list(command), {**os.environ, "TERM": "xterm-256color", **own, **environment})
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        found = PseudoTerminal(child, terminal, Path(folder))
        try:
            yield found
        finally:
            for number in found.processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(number, 9)
            found.hang_up()
            found.status()


def _numbers() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _environment(number: int) -> bytes:
    try:
        return (Path("/proc") / str(number) / "environ").read_bytes()
    except OSError:  # it has just ended, or is somebody else's
        return b""
