"""The console, opened from the command line."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn

from ..store.errors import Refusal
from .frame.session import Session


def open_console(session: Session) -> None:
    """Show the console on the session's workspace until the user leaves it."""
    prepare_terminal()
    from ..tui.app import run_console

    with session.open(create=True) as workspace:
        run_console(workspace)


def prepare_terminal() -> None:
    """Refuse where there is no terminal to draw on; else see to it that a hang-up and a kill leave by the same
    door as the user: terminal restored, files closed, a demo's folder removed."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refusal(
            "not-a-terminal",
            "the console needs a terminal",
            "Use a command in a script or a pipe; `certfleet --help` lists them.",
        )
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
