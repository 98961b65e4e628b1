"""``certfleet audit``."""

from __future__ import annotations

import click

from ..store.model.audit import AuditLine
from .frame.answer import emit, say
from .frame.parameters import TEXT
from .frame.session import Session, pass_session
from .frame.tables import Column, table

COLUMNS = (
    Column("ID", right=True),
    Column("AT (UTC)"),
    Column("USER"),
    Column("RECORD"),
    Column("WHAT", least=20, wraps=True),
)


@click.group()
def audit() -> None:
    """The audit trail: a line for every change, each bound to the one before."""


@audit.command("list")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True)
@click.option("--record", type=TEXT, metavar="KIND:ID", help="Only lines about one record, as certificate:12.")
@pass_session
def list_lines(session: Session, limit: int, record: str | None) -> None:
    """List the newest lines, newest first."""
    with session.open() as workspace:
        lines = workspace.audit.about(record)[:limit] if record is not None else workspace.audit.tail(limit)
    if session.json:
        emit({"audit": lines})
    elif lines:
        table(COLUMNS, [_row(line) for line in lines])
    else:
        say("no audit line" if record is None else f"no audit line about {record}")


def _row(line: AuditLine) -> list[str]:
    user = f"{line.user} from {line.origin}" if line.origin else line.user
    return [str(line.id), f"{line.at:%Y-%m-%d %H:%M:%S}", user, line.record, f"{line.action}: {line.summary}"]
