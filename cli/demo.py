"""``certfleet demo``: a workspace to try things on, gone when the console closes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from .console import prepare_terminal


@click.command()
@click.option("--devices", type=click.IntRange(1, 1_000_000), default=500, show_default=True, help="How many.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=7, show_default=True, help="Draws it all.")
def demo(devices: int, seed: int) -> None:
    """Open the console on a throw-away workspace: an invented company with its certificates, and a fleet whose device
    CA was rotated two days ago. The clock runs, and devices cross over."""
    prepare_terminal()
    with tempfile.TemporaryDirectory(prefix="certfleet-demo-", ignore_cleanup_errors=True) as folder:
        from ..simulator.demo import SPEED, demo_start, prepare_demo
        from ..store.workspace import Workspace
        from ..tui.app import run_console

        with Workspace.open(Path(folder) / "workspace", start=demo_start()) as workspace:
            prepare_demo(workspace, devices=devices, seed=seed, say=lambda text: click.echo(text, err=True))
            run_console(workspace, title="demo", simulate_at=SPEED)
