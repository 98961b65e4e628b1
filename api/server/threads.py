"""Worker threads: what reads and writes the workspace waits for the disk, and the event loop must not."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

MOST_AT_ONCE = 40  # requests that are being worked on; the next ones wait

Given = ParamSpec("Given")
Result = TypeVar("Result")

_WORKERS = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="rest")


async def in_thread(function: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
    """What a function returns that is called in a worker thread, by the person that acts here."""
    called = partial(contextvars.copy_context().run, function, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_WORKERS, called)
