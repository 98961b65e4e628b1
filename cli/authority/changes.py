"""``certfleet authority activate`` and ``delete``: which CA group issues, and which there are."""

from __future__ import annotations

from ...store.views.authority import group_document
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.session import Session
from .authority import group_argument, summary_of


@command(examples=["certfleet authority activate default"], changes=True)
@group_argument
def activate(session: Session, name: str) -> Answer:
    """Make the CA group NAME the one that new device certificates come from, whichever group is newer. Enrolled devices
    keep using theirs."""
    workspace = session.open()
    group = workspace.ca_groups.activate(name)
    summary = summary_of(workspace, group.name)
    return Answer({"authority": group_document(summary)}, f"new device certificates come from CA group {name}")


@command(examples=["certfleet authority delete spare"], changes=True)
@group_argument
def delete(session: Session, name: str) -> Answer:
    """Delete the CA group NAME with its keys. Refused while it issues, and while devices hold its certificates. Its
    name can't be used again, because its certificates stay in the history of devices."""
    group = session.open().ca_groups.delete(name)
    return Answer({"deleted": group.name}, f"deleted CA group {group.name}, with its keys")
