"""Which threads wait for an answer of PostgreSQL: the work isn't done, though nothing computes in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

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

    wait = psycopg.Connection.wait

    def noted(connection: psycopg.Connection[Any], *what: Any, **options: Any) -> Any:
        thread = threading.get_ident()
        _ASKING[thread] = time.monotonic()
        try:
            return wait(connection, *what, **options)
        finally:
            _ASKING.pop(thread, None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Connection, "wait", noted)
        yield
