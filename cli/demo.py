"""``certfleet demo``: a workspace to try things on, gone when the console closes."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from .console import need_terminal


@click.command()
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=7, show_default=True, help="Draws the company.")
def demo(seed: int) -> None:
    """Open the console on a throw-away workspace with the certificates of an invented company."""
    need_terminal()
    # A hang-up and a kill leave by the same door as the user, so that the folder is removed.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    with tempfile.TemporaryDirectory(prefix="certfleet-demo-", ignore_cleanup_errors=True) as folder:
        click.echo("drawing the company …", err=True)
        from ..simulator.company import fill
        from ..store.workspace import Workspace
        from ..tui.app import run_console

        with Workspace.open(Path(folder) / "workspace") as workspace:
            fill(workspace, seed=seed)
            run_console(workspace)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
