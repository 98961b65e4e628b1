"""Which threads wait for an answer of PostgreSQL: the work isn't done, though nothing computes in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from certfleet.store.persistence.postgresql.pipeline import Pipeline

LOCKED = 2.0
"""Seconds: who waits for longer waits until somebody else lets a lock go, perhaps the test itself."""

_ASKING: dict[int, float] = {}


def is_asking() -> bool:
    """Whether a thread waits for what the server is about to answer."""
    now = time.monotonic()
    return any(now - begun < LOCKED for begun in tuple(_ASKING.values()))


@contextmanager
def noting_who_asks() -> Iterator[None]:
    """Inside, ``is_asking`` knows of all connections of this process."""
    import psycopg

    with pytest.MonkeyPatch.context() as patch:
        for owner, name in ((psycopg, "connect"), (psycopg.Connection, "wait"), (Pipeline, "run")):
            patch.setattr(owner, name, _noted(getattr(owner, name)))
        yield


def _noted(asks: Callable[..., Any]) -> Callable[..., Any]:
    def noted(*what: Any, **options: Any) -> Any:
        thread = threading.get_ident()
        _ASKING[thread] = time.monotonic()
        try:
            return asks(*what, **options)
        finally:
            _ASKING.pop(thread, None)

    return noted
