"""Worker threads: what reads and writes the workspace waits for the disk, and the event loop must not."""

from __future__ import annotations

import asyncio
import contextvars
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from ...store.accounts.passwords import AT_ONCE, logins_busy
from ...store.errors import Refusal

MOST_AT_ONCE = 40  # requests that are being worked on; the next ones wait
LOGINS_WAITING = 16
LESS = 10  # niceness

Given = ParamSpec("Given")
Result = TypeVar("Result")

_LOCK = threading.Lock()


class Pool:
    """Threads. With ``most``, no more calls may be in it: the next one is refused at once."""

    def __init__(
        self,
        threads: int,
        name: str,
        *,
        most: int | None = None,
        busy: Callable[[], Refusal] | None = None,
        begin: Callable[[], None] | None = None,
    ) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name, initializer=begin)
        self._most = most
        self._busy = busy
        self._count = 0

    async def run(self, function: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
        """What a function returns that is called in a thread, by the person that acts here."""
        if self._most is not None and self._busy is not None and self._count >= self._most:
            raise self._busy()
        called = partial(contextvars.copy_context().run, function, *args, **kwargs)
        with _LOCK:
            self._count += 1
        future = self._executor.submit(called)
        future.add_done_callback(lambda _: self._leave())
        return await asyncio.wrap_future(future)

    @property
    def is_busy(self) -> bool:
        """Whether something is called in it, or waits to be."""
        return self._count > 0

    def _leave(self) -> None:
        with _LOCK:
            self._count -= 1


def _stand_back() -> None:
    """Hashing passwords takes all of a processor: other threads go before."""
    if sys.platform == "linux":  # where each thread has a niceness of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LESS)


WORKERS = Pool(MOST_AT_ONCE, "rest")
LOGINS = Pool(AT_ONCE, "login", most=AT_ONCE + LOGINS_WAITING, busy=logins_busy, begin=_stand_back)
"""Logins have threads of their own, so that many of them keep nobody else waiting."""
RERUNS = Pool(1, "rerun")
"""What runs a scenario again has one thread: it takes seconds, and is kept for the next who asks."""


async def in_thread(function: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
    """What a function returns that is called in a worker thread, by the person that acts here."""
    return await WORKERS.run(function, *args, **kwargs)


def all_ended(within: float) -> bool:
    """Wait until nothing is called in the threads any more; False if that takes longer."""
    end = time.monotonic() + within
    while any(pool.is_busy for pool in (WORKERS, LOGINS, RERUNS)):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
