"""The virtual clock of a simulation: its start, and which workspaces may have one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ....store.authorities.groups import REACHES_BACK
from ....store.errors import Refusal
from ....store.words import day, minute
from ....store.workspace import Workspace

LONGEST_ENROLLED = timedelta(days=330)
"""The longest time before the start at which a fleet's first device enrolled."""


def first_monday(now: datetime) -> datetime:
    """The default start of a new simulation: Monday of this week, 00:00 UTC, so the same commands give the same history
    all week."""
    return (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


def prepare_clock(workspace: Workspace, start: datetime | None, *, use_this_workspace: bool = False) -> None:
    """Switch a workspace to a virtual clock, unless it has one.

    ``start`` None is ``first_monday``, or now in a workspace with an inventory. Refuses with
    ``workspace-holds-inventory`` (unless ``use_this_workspace``), ``start-before-authorities`` or ``clock-runs`` (a
    virtual clock that shows another time).
    """
    with workspace.database.transaction():
        if workspace.is_virtual:
            if start is not None and start != workspace.now():
                raise Refusal(
                    "clock-runs",
                    f"the virtual clock stands at {minute(workspace.now())} already",
                    "Omit --start, or use a new workspace.",
                )
            return
        holds = bool(len(workspace.database.table("certificates")) or workspace.devices.records.count())
        if holds and not use_this_workspace:
            raise Refusal(
                "workspace-holds-inventory",
                "this workspace holds an inventory and uses the wall clock",
                "Rehearse on a copy (`certfleet workspace export` and `import`), or add --use-this-workspace.",
            )
        wall = datetime.now(UTC).replace(microsecond=0)
        at = start or (wall if holds else first_monday(wall))
        workspace.authorities.provision()
        earliest = min(authority.not_before for authority in workspace.authorities.all())
        if at < earliest + LONGEST_ENROLLED:
            raise Refusal(
                "start-before-authorities",
                f"the CA group default is valid from {day(earliest)}, and devices enroll up to "
                f"{LONGEST_ENROLLED.days} days before the start",
                "Choose a later --start, or a new workspace, whose CAs are generated to match.",
            )
        workspace.set_clock(at)
        workspace.audit.record("workspace.clock", "workspace:1", f"clock virtual from {minute(at)} UTC on")


assert LONGEST_ENROLLED + timedelta(days=14) < REACHES_BACK
