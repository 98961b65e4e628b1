"""Reading the files of an archive in order, in this process or ahead in an executor's processes."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from itertools import islice
from typing import NamedTuple

from ..errors import Refusal
from .reading import Job, NotRead, Outcome, read_all
from .zip_files import Member

BATCH = 100  # files per transaction
CHUNK = 20  # files per job for a worker process: about a tenth of a second


class Candidate(NamedTuple):
    """A file of an archive before it is read; ``outcome`` if it need not be read."""

    file: Member
    identity: str
    data: bytes = b""
    password: str = ""
    outcome: Outcome | None = None


class Judged(NamedTuple):
    """A file of an archive and the result of reading it."""

    candidate: Candidate
    outcome: Outcome


def read_in_batches(candidates: Iterable[Candidate], executor: Executor | None) -> Iterator[list[Judged]]:
    """Read every candidate; yields lists of ``BATCH`` in order, the last one shorter. Each list is valid until the next
    one is requested. Only a few candidates are taken ahead.

    Refuses ``workers-lost`` if the executor's processes have ended.
    """
    read = _read_here(candidates) if executor is None else _read_ahead(candidates, executor)
    while batch := list(islice(read, BATCH)):
        yield batch
        batch.clear()  # freed before the next one is read, so only one is in memory


def _read_here(candidates: Iterable[Candidate]) -> Iterator[Judged]:
    for candidate in candidates:
        yield from _joined([candidate], read_all(_jobs([candidate])))


def _read_ahead(candidates: Iterable[Candidate], executor: Executor) -> Iterator[Judged]:
    remaining = iter(candidates)
    ahead = 2 * (os.cpu_count() or 1) + 2
    pending: deque[tuple[list[Candidate], Future[list[Outcome]]]] = deque()
    try:
        while True:
            while len(pending) < ahead and (chunk := list(islice(remaining, CHUNK))):
                pending.append((chunk, executor.submit(read_all, _jobs(chunk))))
            if not pending:
                return
            chunk, future = pending.popleft()
            yield from _joined(chunk, future.result())
    except BrokenExecutor:
        raise Refusal(
            "workers-lost",
            "a process that was reading files has ended",
            "Import the archive again: what has been imported stays, and the rest follows.",
        ) from None
    finally:
        for _, future in pending:
            future.cancel()


def _jobs(candidates: Iterable[Candidate]) -> list[Job]:
    return [(candidate.data, candidate.password) for candidate in candidates if candidate.outcome is None]


def _joined(candidates: Iterable[Candidate], outcomes: Iterable[Outcome]) -> Iterator[Judged]:
    read = iter(outcomes)
    for candidate in candidates:
        outcome = next(read) if candidate.outcome is None else candidate.outcome
        yield Judged(candidate._replace(data=b"") if isinstance(outcome, NotRead) else candidate, outcome)
