"""``certfleet since``: what others changed since you last looked."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from ..store.looking_back import changes_of_others, said_of
from ..store.model.audit import AuditLine
from ..store.settings.console_memory import ConsoleMemory, memory_path
from ..store.settings.remembered import LastVisit
from ..store.views.audit_line import who
from ..store.words import second
from .frame.answer import Answer
from .frame.command import command
from .frame.session import Session
from .frame.tables import Cell, Listing


@command(examples=["certfleet since --peek", "certfleet since"], lists="changes")
@click.option("--peek", is_flag=True, help="Don't remember this look: the next one begins where this one did.")
def since(session: Session, peek: bool) -> Answer:
    """Show what others changed in the workspace since you last looked: at the end of your last console there, or by
    this command. When that was is remembered on this machine, for each person and workspace. What happens by itself,
    as time passes, isn't shown."""
    workspace = session.open()
    memory, path, user = ConsoleMemory(memory_path()), session.path.absolute(), workspace.actor.user
    visit, head = memory.state.visit(path, user), workspace.audit.head().line
    changes = [] if visit is None else changes_of_others(workspace.audit, visit.audit_line, user)
    if not peek:
        look = LastVisit(datetime.now(UTC).replace(microsecond=0), head)
        memory.change(lambda state: state.with_visit(path, user, look))
    if visit is None:
        none = "you haven't looked at this workspace from here before"
    else:
        none = f"nobody else has changed anything since {second(visit.at)} UTC"
    rows = Listing((_row(line) for line in changes), right=("ID",), least={"WHAT": 20}, wraps=("WHAT",), none=none)
    return Answer({"since": visit, "summary": said_of(changes) if changes else None, "changes": changes}, rows)


def _row(line: AuditLine) -> dict[str, str | Cell]:
    return {
        "ID": str(line.id),
        "AT (UTC)": second(line.at),
        "USER": who(line),
        "RECORD": line.record,
        "WHAT": f"{line.action}: {line.summary}",
    }
