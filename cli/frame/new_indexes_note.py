"""A word to people whose command takes longer, because this release makes indexes in their workspace."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ...store.folder import STORE_FILE
from ...store.persistence.missing_indexes import makes_indexes


def say_if_indexes_are_made(folder: Path) -> None:
    """Say on a terminal that opening the workspace takes a while, this once."""
    if sys.stderr.isatty() and makes_indexes(folder / STORE_FILE):
        click.echo(
            "note: an earlier release wrote this workspace, and this one makes indexes of its devices first. With a "
            "million devices that takes a minute, this once.",
            err=True,
        )
