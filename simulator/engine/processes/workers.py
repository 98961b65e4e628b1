"""Worker processes for issuing."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection

MOST_WORKERS = 64
_OBJECTS = (
    50_000  # until the garbage collector looks at them: records make no cycles, and it took a twelfth of the time
)


@contextmanager
def executor_for(workers: int, executor: Executor | None = None) -> Iterator[Executor | None]:
    """The given executor, or a new one with this many processes; None if this process does everything."""
    if executor is not None or workers <= 1:
        yield executor
        return
    # Not forked: the program may have threads, and SQLite connections must not be shared.
    context = multiprocessing.get_context("forkserver")
    theirs, ours = context.Pipe(duplex=False)
    with (
        theirs,
        ours,
        ProcessPoolExecutor(
            min(workers, MOST_WORKERS), mp_context=context, initializer=_begin, initargs=(theirs,)
        ) as pool,
    ):
        yield pool


def _begin(lifeline: Connection) -> None:
    """Ignore Ctrl-C, which reaches every process of a terminal: the committing process handles it. Exit when that
    process has died for any reason, so that no orphan keeps CA keys in memory."""
    gc.set_threshold(_OBJECTS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(lifeline,), daemon=True).start()


def _watch(lifeline: Connection) -> None:
    try:
        lifeline.recv_bytes()  # nothing is ever sent
    except (EOFError, OSError):
        os._exit(1)
