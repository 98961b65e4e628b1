"""Ending by a signal: at once, with what is open closed and temporary files removed; long work after its current batch.

SIGINT (Ctrl-C), SIGTERM and SIGHUP (the terminal is gone) end a process alike, with the status that a shell reports.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, NoReturn

_KILLING = (signal.SIGTERM, signal.SIGHUP)  # at once, unless they are caught; Python catches SIGINT by itself


class EndedBySignal(KeyboardInterrupt):
    """A signal ends this process; ``status`` is its exit status, as a shell reports the signal."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = 128 + number


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Inside, SIGTERM and SIGHUP end the process as Ctrl-C does, so that temporary files and folders are removed.
    Signals that whoever started it has set aside, as nohup(1) does, stay so."""
    before: dict[signal.Signals, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in _KILLING:
            if signal.getsignal(number) == signal.SIG_DFL:
                before[number] = signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) == _end:  # a console that has ended sets it aside for good
                signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> None:
    raise EndedBySignal(number)


def status_of(error: BaseException) -> int:
    """The exit status of an interruption, which click may have wrapped."""
    found = error if isinstance(error, EndedBySignal) else error.__cause__
    return found.status if isinstance(found, EndedBySignal) else 128 + signal.SIGINT


class StopRequest:
    """Whether to stop, and why: ``signal`` is the number of a signal, or 0 for the end of standard input."""

    def __init__(self) -> None:
        self.signal: int | None = None

    def is_asked(self) -> bool:
        return self.signal is not None

    @property
    def status(self) -> int:
        """The exit status: as a shell reports the signal, 0 without one."""
        return 128 + self.signal if self.signal else 0


@contextmanager
def stop_on_signal(*, attached: bool = False) -> Iterator[StopRequest]:
    """Inside, the first Ctrl-C, SIGTERM or SIGHUP lets the current batch finish; the second one doesn't."""
    stop = StopRequest()
    before: dict[int, Any] = {}

    def interrupted(number: int, frame: FrameType | None) -> None:
        stop.signal = number
        signal.signal(number, before[number])

    for caught in (signal.SIGINT, *_KILLING):
        if caught != signal.SIGHUP or signal.getsignal(caught) != signal.SIG_IGN:  # as nohup(1) sets it
            before[caught] = signal.signal(caught, interrupted)
    if attached:
        threading.Thread(target=_ask_at_the_end, args=(stop,), daemon=True).start()
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_at_once() -> NoReturn:
    """End this process with status 0 although threads are at work: what they have not committed is undone."""
    import logging  # which most commands don't need

    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


def exit_when_left() -> None:
    """Exit once standard input is closed: whoever wants the result of this process has exited. For work that can be
    broken off anywhere."""

    def leave() -> None:
        _wait_for_the_end()
        os._exit(1)

    threading.Thread(target=leave, daemon=True).start()


def _ask_at_the_end(stop: StopRequest) -> None:
    _wait_for_the_end()
    if stop.signal is None:
        stop.signal = 0


def _wait_for_the_end() -> None:
    """Wait until standard input is closed, discarding its data."""
    with suppress(OSError):
        while os.read(0, 4096):
            pass
