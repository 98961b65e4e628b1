"""A word to people about folders that everybody can write to."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ...store.persistence.files.open_folders import open_folder, said_open
from ...store.printable import printable


def say_if_open(folder: Path) -> None:
    """Say on a terminal that others could exchange what is in a folder. For programs `workspace check` finds it."""
    if sys.stderr.isatty() and (found := open_folder(folder)) is not None:
        click.echo(printable(f"note: {said_open(found)}"), err=True)
