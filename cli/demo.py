"""``certfleet demo``: a workspace to try things on, gone when the console closes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from .console import prepare_terminal


@click.command()
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=7, show_default=True, help="Draws the company.")
def demo(seed: int) -> None:
    """Open the console on a throw-away workspace with the certificates of an invented company."""
    prepare_terminal()
    with tempfile.TemporaryDirectory(prefix="certfleet-demo-", ignore_cleanup_errors=True) as folder:
        click.echo("drawing the company …", err=True)
        from ..simulator.company import fill
        from ..store.workspace import Workspace
        from ..tui.app import run_console

        with Workspace.open(Path(folder) / "workspace") as workspace:
            fill(workspace, seed=seed)
            run_console(workspace, title="demo")
