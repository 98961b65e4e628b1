"""The console, opened from the command line; and ``certfleet demo``."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from ..store.confinement import refuse_confined
from ..store.errors import Refusal
from ..tui.shell.ending import Ending
from .frame.command import command
from .frame.parameters import seed_option
from .frame.session import Session

WEB_DRIVER = "textual.drivers.web_driver:WebDriver"
"""What textual-serve sets as Textual's driver."""


def open_console(session: Session) -> None:
    """Show the console on the session's workspace until the user quits."""
    with on_terminal() as ending:
        from ..tui.app import run_console

        run_console(session.open(create=True), ending=ending)


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
    refuse_confined("opening another workspace")
    with (
        on_terminal() as ending,
        tempfile.TemporaryDirectory(prefix="certfleet-demo-", ignore_cleanup_errors=True) as folder,
        ending.at_last(partial(shutil.rmtree, folder, ignore_errors=True)),
    ):
        from ..simulator.demo import SPEED, demo_start, prepare_demo
        from ..store.workspace import Workspace
        from ..tui.app import run_console

        with Workspace.open(Path(folder) / "workspace", start=demo_start()) as workspace:
            prepare_demo(workspace, devices=devices, seed=seed, say=lambda text: click.echo(text, err=True))
            run_console(workspace, ending=ending, title="demo", simulate_at=SPEED)


@contextmanager
def on_terminal() -> Iterator[Ending]:
    """For a full screen: refuse if there is no terminal to draw on. Inside, SIGHUP, SIGTERM and a terminal that is
    gone end the console as its user would: terminal restored, files closed, a demo's folder removed. In a browser
    (``certfleet web``), the pipe to its server is the terminal."""
    in_browser = os.environ.get("TEXTUAL_DRIVER") == WEB_DRIVER
    if not in_browser and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refusal(
            "not-a-terminal",
            "the console needs a terminal",
            "Use a command in a script or a pipe; `certfleet --help` lists them.",
        )
    if not in_browser and os.environ.get("TERM") in ("dumb", "unknown"):
        raise Refusal(
            "terminal-too-simple",
            f"the console can't be drawn on this terminal (TERM={os.environ['TERM']})",
            "Use a command: `certfleet checklist` shows what needs doing, `certfleet --help` lists the others. "
            "If the terminal can do more than it says: `TERM=xterm-256color certfleet`.",
        )
    ending = Ending()
    with ending.of_terminal():
        yield ending
