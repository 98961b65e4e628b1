"""Faults of the program, or of the machine: what people are told of them."""

from __future__ import annotations

import errno
import os
import traceback

from ...store.errors import Refusal

DEBUG = "CERTFLEET_DEBUG"


def fault(error: Exception) -> Refusal:
    """Report a fault of the program or of the machine. Only its kind is printed, since its text may hold secrets."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EDQUOT):
        forget_output()
        return Refusal("output-failed", f"the output can't be written: {error.strerror}")
    if os.environ.get(DEBUG) == "1":
        traceback.print_exception(error)
    return Refusal(
        "internal", f"certfleet failed ({type(error).__name__})", f"Set {DEBUG}=1 to see where, and report it."
    )


def forget_output() -> None:
    """Keep the interpreter from flushing once more at exit, which would fail again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
