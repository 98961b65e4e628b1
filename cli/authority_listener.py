"""``certfleet authority issue-listener``."""

from __future__ import annotations

import click

from .frame.answer import emit, say
from .frame.parameters import TEXT
from .frame.session import Session, pass_session
from .phrases import standing, title


@click.command()
@click.option(
    "--host", "hosts", type=TEXT, multiple=True, required=True, help="A host name or an address; the first names it."
)
@pass_session
def issue_listener(session: Session, hosts: tuple[str, ...]) -> None:
    """Issue the workspace's SSL listener certificate, from the newest ready group's server CA and over a new key. It
    goes into the inventory; the one that was issued here before is replaced by it."""
    with session.open() as workspace:
        entry = workspace.authorities.issue_listener(hosts)
        if session.json:
            emit({"certificate": workspace.inventory.as_json(entry)})
        else:
            say(f"issued {title(entry)} ({entry.use_as}), {standing(entry, workspace.now())}")
