"""Why a simulator's process ended, from what it said."""

from __future__ import annotations

import contextlib
import json

from ....store.errors import Refusal


def refusal_in(text: str, status: int) -> Refusal:
    """The reason for a command's exit status, from its standard error."""
    start = text.find("{")
    with contextlib.suppress(ValueError, KeyError, TypeError):
        error = json.loads(text[start:])["error"]
        return Refusal(str(error["code"]), str(error["message"]), error["hint"] and str(error["hint"]))
    last = next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
    how = f"by signal {-status}" if status < 0 else f"with status {status}"
    hint = "What was committed is safe, and it goes on from there."
    return Refusal("simulator-ended", f"the simulator ended {how}{': ' if last else ''}{last}", hint)
