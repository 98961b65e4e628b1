"""``certfleet audit``: who did what."""

from __future__ import annotations

import click

from ..store.model.audit import AuditLine
from ..store.views.audit_line import who
from ..store.words import second
from .frame.answer import Answer
from .frame.command import command
from .frame.parameters import TEXT, limit_option
from .frame.session import Session
from .frame.tables import Cell, Listing


@command("list", examples=["certfleet audit list --record certificate:12"])
@limit_option(100)
@click.option("--record", type=TEXT, metavar="KIND:ID", help="Only lines about one record, as certificate:12.")
def list_lines(session: Session, limit: int, record: str | None) -> Answer:
    """List the newest lines, newest first."""
    audit = session.open().audit
    lines = audit.tail(limit) if record is None else audit.about(record)[:limit]
    none = "no audit line" if record is None else f"no audit line about {record}"
    return Answer(
        {"audit": lines},
        Listing((_row(line) for line in lines), right=("ID",), least={"WHAT": 20}, wraps=("WHAT",), none=none),
    )


def _row(line: AuditLine) -> dict[str, str | Cell]:
    return {
        "ID": str(line.id),
        "AT (UTC)": second(line.at),
        "USER": who(line),
        "RECORD": line.record,
        "WHAT": f"{line.action}: {line.summary}",
    }
