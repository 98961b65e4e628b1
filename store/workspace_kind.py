"""What a workspace is: the real site or a rehearsal, so that nobody takes one for the other."""

from __future__ import annotations

from enum import StrEnum

from .audit import AuditTrail
from .model.site import SITE
from .persistence.database import Database
from .persistence.schema import is_virtual


class WorkspaceKind(StrEnum):
    """``REAL`` and ``PROTECTED`` have the inventory of a site, on the wall clock; all others are rehearsals.
    ``IN_MEMORY``: a copy of which nothing is kept."""

    REAL = "real"
    PROTECTED = "protected"
    SIMULATED = "simulated"
    SCENARIO = "scenario"
    BRANCH = "branch"
    IN_MEMORY = "in memory"

    @property
    def is_real(self) -> bool:
        """Whether what is done there is done to the real site's inventory."""
        return self in (WorkspaceKind.REAL, WorkspaceKind.PROTECTED)


def kind_of(database: Database, audit: AuditTrail) -> WorkspaceKind:
    """The kind of a workspace, from its clock, its scenario, its settings and whether it was branched off."""
    if not database.engine.is_durable:
        return WorkspaceKind.IN_MEMORY
    if len(database.table("scenario")):
        return WorkspaceKind.SCENARIO
    if any(line.action == "workspace.branch" for line in audit.about("workspace:1")):
        return WorkspaceKind.BRANCH
    if is_virtual(database):
        return WorkspaceKind.SIMULATED
    settings = database.table("settings").get(doc_id=SITE)
    is_protected = settings is not None and bool(settings.get("protected_name"))
    return WorkspaceKind.PROTECTED if is_protected else WorkspaceKind.REAL
