"""Ctrl+Z: the terminal goes back to the shell until ``fg``."""

from __future__ import annotations

import os
import signal


def stop_group() -> None:
    """Stop this process and those of its job, as the terminal itself would: a wrapper such as ``make`` that kept
    running would keep the shell waiting. Returns once the job goes on; at once where no shell could continue it."""
    before = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    try:
        os.kill(0, signal.SIGTSTP)
    finally:
        signal.signal(signal.SIGTSTP, before)
