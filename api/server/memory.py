"""Giving memory back to the system that a flood of requests has taken."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Let the C library return what is free. glibc keeps it, because it expects the next flood; others have no such
    function, and need none."""
    trim = None if sys.platform == "win32" else getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
