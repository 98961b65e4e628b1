"""The console, opened from the command line; and ``certfleet demo``."""

from __future__ import annotations

import gc
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..store.confinement import refuse_confined
from ..store.errors import Refusal
from ..store.folder import is_workspace
from ..store.printable import printable
from ..tui.terminal.ending import Ending
from .frame.answer import Answer
from .frame.command import command
from .frame.parameters import WORKSPACE, seed_option
from .frame.session import Session

if TYPE_CHECKING:
    from ..store.workspace import Workspace

WEB_DRIVER = "textual.drivers.web_driver:WebDriver"
"""What textual-serve sets as Textual's driver."""


def open_console(session: Session) -> None:
    """Show the console on the session's workspace until the user quits."""
    with on_terminal() as ending:
        gc.disable()  # until all is imported: none of it is garbage, and looking for some takes a tenth of the time
        from ..tui.app import run_console

        run_console(session.open(create=True), ending=ending)


@command(examples=["certfleet demo --devices 2000", "certfleet demo --keep demo"])
@click.option(
    "--devices",
    type=click.IntRange(1, 1_000_000),
    default=500,
    show_default=True,
    metavar="N",
    help="How many devices.",
)
@seed_option
@click.option("--keep", type=WORKSPACE, metavar="DIR", help="Keep its workspace in this new folder.")
@click.option("--no-console", is_flag=True, help="Make the workspace of --keep, and don't open the console.")
def demo(session: Session, devices: int, seed: int, keep: Path | None, no_console: bool) -> Answer | None:
    """Open the console on an invented company with its certificates, and a fleet whose device CA was rotated two days
    ago. The clock runs, and devices renew their certificates. The workspace is deleted at the end, unless --keep says
    where it stays."""
    refuse_confined("opening another workspace")
    if no_console and keep is None:
        raise click.UsageError("--no-console goes with --keep.")
    if keep is not None and is_workspace(keep):
        raise Refusal(
            "workspace-not-empty",
            f"{keep} holds a workspace already",
            f"Open it (`certfleet --workspace {shlex.quote(str(keep))}`), or name a new folder.",
        )
    if keep is not None and no_console:
        with _demo_workspace(keep, devices, seed):
            return Answer({"workspace": str(keep)}, f"made {keep}")
    with on_terminal() as ending:
        if keep is not None:
            _show_demo(ending, keep, devices, seed, kept=True)
        else:
            with (
                tempfile.TemporaryDirectory(prefix="certfleet-demo-", ignore_cleanup_errors=True) as folder,
                ending.at_last(partial(shutil.rmtree, folder, ignore_errors=True)),
            ):
                _show_demo(ending, Path(folder) / "workspace", devices, seed, kept=False)
    if keep is not None:
        told = f"The demo is kept; `certfleet --workspace {shlex.quote(str(keep))}` opens it."
    else:
        told = "The demo's workspace is deleted; `certfleet demo --keep DIR` keeps it."
    click.echo(printable(told), err=True)
    return None


def _show_demo(ending: Ending, path: Path, devices: int, seed: int, *, kept: bool) -> None:
    from ..simulator.demo import SPEED
    from ..tui.app import run_console

    with _demo_workspace(path, devices, seed) as workspace:
        from ..tui.overview.demo_dialog import demo_welcome

        welcome = demo_welcome(path if kept else None)
        run_console(workspace, ending=ending, title="demo", simulate_at=SPEED, welcome=welcome)


@contextmanager
def _demo_workspace(path: Path, devices: int, seed: int) -> Iterator[Workspace]:
    from ..simulator.demo import demo_start, prepare_demo
    from ..store.workspace import Workspace

    with Workspace.open(path, start=demo_start()) as workspace:
        prepare_demo(workspace, devices=devices, seed=seed, say=lambda text: click.echo(text, err=True))
        yield workspace


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
