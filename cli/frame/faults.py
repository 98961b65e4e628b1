"""Faults of the program, or of the machine: what people are told of them."""

from __future__ import annotations

import os
import traceback

from ...store.errors import NO_ROOM, Refusal, no_room

DEBUG = "CERTFLEET_DEBUG"


def fault(error: Exception) -> Refusal:
    """Report a fault of the program or of the machine. Only its kind is printed, since its text may hold secrets."""
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return no_room(error.filename or "a temporary file")
    if os.environ.get(DEBUG) == "1":
        traceback.print_exception(error)
    return Refusal(
        "internal", f"certfleet failed ({type(error).__name__})", f"Set {DEBUG}=1 to see where, and report it."
    )
