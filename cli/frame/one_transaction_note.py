"""A word to people about a transaction that others will notice."""

from __future__ import annotations

import click

from ...store.words import plural
from .session import Session

MANY = 20_000  # devices: some three seconds


def say_if_long(session: Session, devices: int) -> None:
    """Say before so many devices are changed that nobody else can write meanwhile."""
    if devices >= MANY and not (session.json or session.is_trial):
        said = "are changed in one transaction: until it ends, others can read the workspace and can't write to it"
        click.echo(f"note: {plural(devices, 'device')} {said}", err=True)
