"""``certfleet audit``: who did what."""

from __future__ import annotations

import click

from ..store.model.audit import AuditLine
from .frame.answer import Answer
from .frame.command import command
from .frame.parameters import TEXT, limit_option
from .frame.session import Session
from .frame.tables import Table, TableColumn

COLUMNS = (
    TableColumn("ID", right=True),
    TableColumn("AT (UTC)"),
    TableColumn("USER"),
    TableColumn("RECORD"),
    TableColumn("WHAT", least=20, wraps=True),
)


@command("list", examples=["certfleet audit list --record certificate:12"])
@limit_option(100)
@click.option("--record", type=TEXT, metavar="KIND:ID", help="Only lines about one record, as certificate:12.")
def list_lines(session: Session, limit: int, record: str | None) -> Answer:
    """List the newest lines, newest first."""
    audit = session.open().audit
    lines = audit.tail(limit) if record is None else audit.about(record)[:limit]
    none = "no audit line" if record is None else f"no audit line about {record}"
    return Answer({"audit": lines}, Table(COLUMNS, [_row(line) for line in lines]) if lines else none)


def _row(line: AuditLine) -> list[str]:
    user = f"{line.user} from {line.origin}" if line.origin else line.user
    return [str(line.id), f"{line.at:%Y-%m-%d %H:%M:%S}", user, line.record, f"{line.action}: {line.summary}"]
