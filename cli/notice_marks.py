"""``certfleet notice read`` and ``unread``."""

from __future__ import annotations

import click

from .frame.answer import emit, say
from .frame.parameters import ID
from .frame.session import Session, pass_session

ids_argument = click.argument("ids", type=ID, nargs=-1, metavar="ID...")


@click.command()
@ids_argument
@click.option("--all", "everything", is_flag=True, help="Every notice.")
@pass_session
def read(session: Session, ids: tuple[int, ...], everything: bool) -> None:
    """Mark notices as read: yours alone, others have marks of their own."""
    if bool(ids) == everything:
        raise click.UsageError("Name the notices, or take --all.")
    with session.open() as workspace:
        user = workspace.actor.user
        notices = workspace.notices
        changed = notices.mark_all_read(user) if everything else notices.mark_read(ids, user)
        left = workspace.notices.unread(user)
    _tell(session, changed, left, "marked as read")


@click.command()
@click.argument("ids", type=ID, nargs=-1, required=True, metavar="ID...")
@pass_session
def unread(session: Session, ids: tuple[int, ...]) -> None:
    """Mark notices as unread again."""
    with session.open() as workspace:
        user = workspace.actor.user
        changed = workspace.notices.mark_unread(ids, user)
        left = workspace.notices.unread(user)
    _tell(session, changed, left, "marked as unread")


def _tell(session: Session, changed: int, left: int, done: str) -> None:
    if session.json:
        emit({"changed": changed, "unread": left})
    else:
        say(f"{changed:,} {done}; {left:,} unread")
