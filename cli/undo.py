"""``certfleet undo``: taking a change back, by its line in the audit trail."""

from __future__ import annotations

import click

from ..store.views.audit_line import undone_text
from .frame.answer import Answer
from .frame.command import command
from .frame.parameters import ID
from .frame.session import Session


@command(examples=["certfleet undo --dry-run", "certfleet undo"], changes=True)
@click.argument("line", type=ID, required=False, metavar="[AUDIT-ID]")
def undo(session: Session, line: int | None) -> Answer:
    """Undo the change that a line of the audit trail is about; without one, your newest change. It goes back by the
    same rules as any change and is a change of its own, so `undo` of its line does it again. Descriptions, what is
    bound, policies, owners, deployed CA certificates, settings and the record of a device can be undone, and the
    deletion of an entry without a private key. `audit list` shows the lines."""
    undoing = session.open().undoing
    undone = undoing.undo(undoing.last().id if line is None else line)
    return Answer({"undone": undone.undone, "line": undone.line}, undone_text(undone.undone, undone.line))
