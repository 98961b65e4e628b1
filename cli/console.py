"""The console, opened from the command line; and ``certfleet demo``."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from ..store.errors import Refusal
from .frame.command import command
from .frame.parameters import seed_option
from .frame.session import Session


def open_console(session: Session) -> None:
    """Show the console on the session's workspace until the user quits."""
    prepare_terminal()
    from ..tui.app import run_console

    run_console(session.open(create=True))


@command(examples=["certfleet demo --devices 2000"])
@click.option(
    "--devices",
    type=click.IntRange(1, 1_000_000),
    default=500,
    show_default=True,
    metavar="N",
    help="How many devices.",
)
@seed_option
def demo(session: Session, devices: int, seed: int) -> None:
    """Open the console on a throw-away workspace: an invented company with its certificates, and a fleet whose device
    CA was rotated two days ago. The clock runs, and devices renew their certificates."""
    prepare_terminal()
    with tempfile.TemporaryDirectory(prefix="certfleet-demo-", ignore_cleanup_errors=True) as folder:
        from ..simulator.demo import SPEED, demo_start, prepare_demo
        from ..store.workspace import Workspace
        from ..tui.app import run_console

        with Workspace.open(Path(folder) / "workspace", start=demo_start()) as workspace:
            prepare_demo(workspace, devices=devices, seed=seed, say=lambda text: click.echo(text, err=True))
            run_console(workspace, title="demo", simulate_at=SPEED)


def prepare_terminal() -> None:
    """Before a full screen: refuse if there is no terminal to draw on. SIGHUP and SIGTERM then end the console as its
    user would: terminal restored, files closed, a demo's folder removed."""
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
