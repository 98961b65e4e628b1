"""How the console ends when nobody has quit: its terminal is gone, or a signal asks it to."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from .children import kill_children

HUNG_UP = 128 + signal.SIGHUP
"""The exit status when the terminal is gone, however that was noticed."""
GRACE = 1.5  # seconds in which work in hand may finish; then it is broken off, and rolled back
ASKED = 6.0  # the same where a signal ends the console on a terminal that is still there
_OFTEN = 0.4  # seconds between two looks at the terminal
_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL

Leave = Callable[[int], object]


class Ending:
    """Ends this process once, with one status, whatever its threads wait for.

    Where a console shows, it leaves as if its user had quit. What has not ended a little later is broken off: a thread
    may be at work for minutes, or wait for a terminal that takes nothing more.
    """

    def __init__(self) -> None:
        self.status: int | None = None
        self._leave: Leave | None = None
        self._last: list[Callable[[], object]] = [kill_children]
        self._lock = threading.Lock()

    def begin(self, status: int) -> None:
        """End with this exit status, unless that has begun. May be called by any thread, and more than once."""
        with self._lock:
            if self.status is not None:
                return
            self.status = status
        threading.Thread(target=self._make_sure, name="ending", daemon=True).start()
        if self._leave is not None:
            self._leave(status)
        elif threading.current_thread() is not threading.main_thread():
            os.kill(os.getpid(), signal.SIGHUP)  # interrupts the main thread

    @contextmanager
    def by(self, leave: Leave) -> Iterator[None]:
        """Inside, ``leave`` is called with the status, by any thread, to end what the main thread does."""
        self._leave = leave
        try:
            yield
        finally:
            self._leave = None

    @contextmanager
    def at_last(self, act: Callable[[], object]) -> Iterator[None]:
        """Inside, ``act`` is also done when the process has to be broken off, where ``finally`` is not reached."""
        self._last.append(act)
        try:
            yield
        finally:
            self._last.remove(act)

    @contextmanager
    def of_terminal(self) -> Iterator[None]:
        """Inside, SIGTERM, SIGHUP and a terminal that is gone end the process, whose status is then always that of
        ``begin``. To be used by the main thread."""
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._signalled)
        threading.Thread(target=self._watch, name="terminal-watch", daemon=True).start()
        try:
            yield
        except BaseException:
            if terminal_is_gone():  # which may have been the cause
                self.begin(HUNG_UP)
            if self.status is None:
                raise
        finally:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the status stands, whatever happens to the terminal now
        if self.status is not None:
            _silence()
            sys.exit(self.status)

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        self.begin(128 + number)
        if self._leave is None:
            sys.exit(self.status)

    def _watch(self) -> None:
        # The leader of the session gets the signal of a hang-up, and may keep it to itself.
        while not terminal_is_gone():
            time.sleep(_OFTEN)
        self.begin(HUNG_UP)

    def _make_sure(self) -> None:
        end = time.monotonic() + ASKED
        while time.monotonic() < end and not terminal_is_gone():
            time.sleep(_OFTEN)
        if time.monotonic() < end:
            time.sleep(GRACE)
        for act in reversed(self._last):
            with contextlib.suppress(Exception):
                act()
        os._exit(self.status or HUNG_UP)


def terminal_is_gone() -> bool:
    """Whether nobody is at the other end of standard input's terminal any more."""
    poll = select.poll()
    poll.register(0, 0)
    return any(events & _GONE for _, events in poll.poll(0))


def _silence() -> None:
    """Let nothing be written to a terminal that is gone: flushing would fail once more at exit."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
