"""``certfleet admin timeout``: when sessions end by themselves."""

from __future__ import annotations

import click

from ..store.accounts.session_timeout import in_words
from ..store.model.account import SessionSettings, Timeout
from .frame.answer import emit, say
from .frame.parameters import Words
from .frame.session import Session, pass_session


@click.group()
def timeout() -> None:
    """When sessions end by themselves: so many minutes after their last use, or after the login."""


@timeout.command()
@pass_session
def show(session: Session) -> None:
    """Say when sessions end."""
    with session.open() as workspace:
        settings = workspace.logins.timeout.get()
    _tell(session, settings)


@timeout.command("set")
@click.option("--kind", type=Words(list(Timeout)), help="From the last use on, or from the login on.")
@click.option("--minutes", type=click.IntRange(1, 43_200), help="1 minute to 30 days.")
@pass_session
def set_timeout(session: Session, kind: Timeout | None, minutes: int | None) -> None:
    """Set it, for open sessions too; what is not named stays as it is."""
    if kind is None and minutes is None:
        raise click.UsageError("Give --kind or --minutes.")
    with session.open() as workspace:
        settings = workspace.logins.timeout.set(kind=kind, minutes=minutes)
    _tell(session, settings)


def _tell(session: Session, settings: SessionSettings) -> None:
    if session.json:
        emit({"timeout": settings})
    else:
        say(f"sessions end {in_words(settings)}")
