"""Timing what a person waits for: the painted screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from statistics import quantiles

from textual.widget import Widget


async def painted(widget: Widget, change: Callable[[], object]) -> float:
    """Milliseconds from a change until the screen shows it."""
    done = asyncio.Event()
    start = time.perf_counter()
    change()
    widget.refresh()
    widget.call_after_refresh(done.set)
    await done.wait()
    return (time.perf_counter() - start) * 1e3


def p95(times: Sequence[float]) -> float:
    """The time that 95 of 100 don't exceed."""
    return quantiles(times, n=20)[-1]
