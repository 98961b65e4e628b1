"""``certfleet since``: what others changed since you last looked."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from ..store.looking_back import changes_of_others, said_of
from ..store.settings.console_memory import ConsoleMemory, memory_path
from ..store.settings.remembered import LastVisit
from ..store.words import second
from .audit_lines import listed_lines
from .frame.answer import Answer
from .frame.command import command
from .frame.session import Session


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
    rows = listed_lines(changes, none)
    return Answer({"since": visit, "summary": said_of(changes) if changes else None, "changes": changes}, rows)
