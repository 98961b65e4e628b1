"""Python's cyclic garbage collector, called more seldom while a simulator is open.

A run makes millions of records that nothing else refers to; looking for cycles among the long-lived ones costs a tenth
of the time, and finds none.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 50_000, 20, 100

_lock = threading.Lock()
_usual: list[tuple[int, int, int]] = []  # as it was before, once for each who is inside


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Inside, the collector runs at the thresholds ``SELDOM``. Several threads may be inside; the last one to leave
    sets them back."""
    with _lock:
        _usual.append(gc.get_threshold() if not _usual else _usual[0])
        gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        with _lock:
            before = _usual.pop()
            if not _usual:
                gc.set_threshold(*before)
