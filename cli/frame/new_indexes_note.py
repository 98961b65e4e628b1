"""A word to people whose command takes longer, because this release makes indexes in their workspace."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext

import click

from ...store.persistence.sql.carrying_over import told_by


def saying_if_indexes_are_made() -> AbstractContextManager[None]:
    """Inside, it is said on a terminal that opening the workspace takes a while, this once."""
    return told_by(_say) if sys.stderr.isatty() else nullcontext()


def _say() -> None:
    click.echo(
        "note: an earlier release wrote this workspace, and this one makes indexes of its devices first. With a "
        "million devices that takes a minute or two, this once.",
        err=True,
    )
