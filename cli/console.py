"""The console, opened from the command line."""

from __future__ import annotations

import sys

from ..store.errors import Refusal
from .session import Session


def need_terminal() -> None:
    """Refuse where there is no terminal to draw on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refusal(
            "not-a-terminal",
            "the console needs a terminal",
            "Use a command in a script or a pipe; `certfleet --help` lists them.",
        )


def open_console(session: Session) -> None:
    """Show the console on the session's workspace until the user leaves it."""
    need_terminal()
    from ..tui.app import run_console

    with session.open(create=True) as workspace:
        run_console(workspace)
