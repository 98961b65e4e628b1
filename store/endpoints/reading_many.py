"""Reading many endpoints side by side, without holding the database, and with little memory.

The network has a thread and an event loop of its own; whoever iterates gets each result as it comes, in any order.
"""

from __future__ import annotations

import asyncio
import queue
import resource
import threading
from collections.abc import Iterable, Iterator
from time import monotonic

from ..model.endpoint import Endpoint
from .reading import TIME_LIMIT, ServedFiles, read_endpoint

AT_ONCE = 64
PATIENCE = 0.5
"""Seconds after which an endpoint that hasn't answered makes room for the next one. It is still listened to."""
MOST_OPEN = 1000
"""So many may be listened to in all: each costs an open file."""
COLLECTS = 1.0
"""Seconds for which results are collected: writing a few costs about as much as writing many."""
LARGEST_BATCH = 1000

Read = tuple[Endpoint, ServedFiles]


def read_many(
    endpoints: Iterable[Endpoint],
    *,
    private_allowed: bool = False,
    time_limit: float = TIME_LIMIT,
    at_once: int = AT_ONCE,
) -> Iterator[list[Read]]:
    """Read endpoints, ``at_once`` at a time; yields them with what they served as they come, in batches of what has
    come by then, so that each batch can be one transaction.

    Those that don't answer delay the others by ``PATIENCE`` at most. Closing the iterator ends the reading.
    """
    results: queue.Queue[Read | BaseException | None] = queue.Queue()
    reading = _Reading(iter(endpoints), results, private_allowed, time_limit, at_once)
    thread = threading.Thread(target=reading.run, name="reading endpoints", daemon=True)
    thread.start()
    try:
        ended = False
        while not ended:
            batch, ended = _arrived(results)
            if batch:
                yield batch
    finally:
        reading.stop()
        thread.join()


def _arrived(results: queue.Queue[Read | BaseException | None]) -> tuple[list[Read], bool]:
    """What comes within ``COLLECTS`` of the first result, and whether that is all. Raises what was raised."""
    batch: list[Read] = []
    result = results.get()
    until = monotonic() + COLLECTS
    while result is not None:
        if isinstance(result, BaseException):
            raise result
        batch.append(result)
        if len(batch) >= LARGEST_BATCH:
            return batch, False
        try:
            result = results.get(timeout=max(0.0, until - monotonic()))
        except queue.Empty:
            return batch, False
    return batch, True


class _Reading:
    """A run over endpoints, in a thread of its own."""

    def __init__(
        self,
        endpoints: Iterator[Endpoint],
        results: queue.Queue[Read | BaseException | None],
        private_allowed: bool,
        time_limit: float,
        at_once: int,
    ) -> None:
        self._endpoints, self._results = endpoints, results
        self._private_allowed, self._time_limit, self._at_once = private_allowed, time_limit, at_once
        self._loop: asyncio.AbstractEventLoop | None = None
        self._main: asyncio.Task[None] | None = None
        self._lock = threading.Lock()
        self._stopped = False

    def run(self) -> None:
        try:
            asyncio.run(self._all())
        except asyncio.CancelledError:
            self._results.put(None)
        except BaseException as error:  # noqa: BLE001 - raised where the results are read
            self._results.put(error)
        else:
            self._results.put(None)

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self._loop is not None and self._main is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._main.cancel)

    async def _all(self) -> None:
        with self._lock:
            if self._stopped:
                return
            self._loop, self._main = asyncio.get_running_loop(), asyncio.current_task()
        self._turns = asyncio.Semaphore(self._at_once)
        self._open = asyncio.Semaphore(max(self._at_once, min(MOST_OPEN, _open_files() * 3 // 4)))
        try:
            async with asyncio.TaskGroup() as group:
                for endpoint in self._endpoints:
                    await self._open.acquire()
                    await self._turns.acquire()
                    group.create_task(self._one(endpoint))
        finally:
            with self._lock:
                self._loop = None

    async def _one(self, endpoint: Endpoint) -> None:
        """Read an endpoint; its turn ends when it has answered, or when patience does."""
        read = read_endpoint(endpoint, private_allowed=self._private_allowed, time_limit=self._time_limit)
        turn = asyncio.get_running_loop().call_later(PATIENCE, self._turns.release)
        try:
            self._results.put((endpoint, await read))
        finally:
            if turn.when() > asyncio.get_running_loop().time():
                turn.cancel()
                self._turns.release()
            self._open.release()


def _open_files() -> int:
    """How many files this process may have open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft if soft != resource.RLIM_INFINITY else MOST_OPEN * 2
