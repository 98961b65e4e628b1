"""``certfleet certificate describe`` and ``delete``."""

from __future__ import annotations

import click

from .frame.answer import emit, say
from .frame.parameters import TEXT, id_argument
from .frame.session import Session, pass_session
from .phrases import title


@click.command()
@id_argument
@click.argument("text", type=TEXT)
@pass_session
def describe(session: Session, id: int, text: str) -> None:
    """Set an entry's description to TEXT; "" clears it."""
    with session.open() as workspace:
        entry = workspace.inventory.describe(id, text)
        if session.json:
            emit({"certificate": workspace.inventory.as_json(entry)})
        elif entry.description:
            say(f"described {title(entry)}: {entry.description}")
        else:
            say(f"{title(entry)} has no description now")


@click.command()
@id_argument
@pass_session
def delete(session: Session, id: int) -> None:
    """Delete an entry with its private key and password. Refused for one that is replaced, used by a
    component, or the issuer of others."""
    with session.open() as workspace:
        entry = workspace.inventory.delete(id)
        if session.json:
            emit({"deleted": [workspace.inventory.as_json(entry)]})
        else:
            say(f"deleted {title(entry)}")
