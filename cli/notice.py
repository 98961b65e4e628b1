"""``certfleet notice``."""

from __future__ import annotations

import click

from ..store.model.notice import Notice
from .output import emit, say
from .session import Session, pass_session
from .tables import Column, table

COLUMNS = (Column("ID", right=True), Column("AT (UTC)"), Column("NOTICE", least=20, wraps=True))


@click.group()
def notice() -> None:
    """What you should know without having asked: a CA group that has become ready."""


@notice.command("list")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True)
@pass_session
def list_notices(session: Session, limit: int) -> None:
    """List the newest notices, newest first."""
    with session.open() as workspace:
        workspace.settle()
        notices = workspace.notices.list(limit)
    if session.json:
        emit({"notices": notices})
    elif notices:
        table(COLUMNS, [_row(told) for told in notices])
    else:
        say("no notice")


def _row(told: Notice) -> list[str]:
    return [str(told.id), f"{told.at:%Y-%m-%d %H:%M}", f"{told.title}. {told.text}"]
