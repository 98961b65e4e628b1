"""Worker processes for issuing."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

MOST_WORKERS = 64


@contextmanager
def executor_for(workers: int, executor: Executor | None = None) -> Iterator[Executor | None]:
    """The executor that was handed in, or one with so many processes; None where one process does everything."""
    if executor is not None or workers <= 1:
        yield executor
        return
    # Not forked: the program may have threads, and SQLite connections must not be shared.
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(min(workers, MOST_WORKERS), mp_context=context, initializer=_leave_signals_alone) as pool:
        yield pool


def _leave_signals_alone() -> None:
    """Ctrl-C reaches every process of a terminal; only the one that commits decides when to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
