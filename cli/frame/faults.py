"""Faults of the program, or of the machine: what people are told of them."""

from __future__ import annotations

import errno
import os
import traceback

from ...store.errors import NO_ROOM, Refusal, no_room

DEBUG = "CERTFLEET_DEBUG"
_OF_A_PATH = (errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR, errno.EACCES, errno.EPERM)
"""What is wrong with a path that somebody named, or with who may use it."""


def fault(error: Exception) -> Refusal:
    """Report a fault of the program or of the machine. Only its kind is printed, since its text may hold secrets."""
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return no_room(error.filename or "a temporary file")
    if isinstance(error, OSError) and error.errno in _OF_A_PATH and error.filename is not None:
        said = f"{os.fsdecode(error.filename)} can't be used: {error.strerror}"
        return Refusal("file-unreadable", said, "Check the path, and who may read it.")
    if os.environ.get(DEBUG) == "1":
        traceback.print_exception(error)
    return Refusal(
        "internal", f"certfleet failed ({type(error).__name__})", f"Set {DEBUG}=1 to see where, and report it."
    )
