"""Backups in the folder of the backups."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from ...store.views.backup import stored_document
from ...store.workspace import Workspace
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Calls
from ..server.session import keeps, reads
from ..server.surfaces import OWN

calls = Calls(OWN, "/backups", tag="backups")


class BackupDocument(Struct, frozen=True, kw_only=True):
    """A backup; ``file`` is its path on the server's machine."""

    file: str
    taken_at: datetime
    reason: str
    bytes: int


class BackupList(DoneAnswer, frozen=True, kw_only=True):
    """The folder of the backups, whether they are made there by themselves, and those that there are, the newest
    first."""

    folder: str
    automatic: bool
    backups: list[BackupDocument]


class BackupMade(DoneAnswer, frozen=True, kw_only=True):
    """The backup that was made."""

    backup: BackupDocument


@calls.get("", reads(BackupList, 403, action="workspace.backup"))
def list_backups(workspace: Workspace) -> HttpAnswer:
    """List the backups in the folder of the backups."""
    backups = workspace.backups
    return answer(
        BackupList,
        folder=str(backups.folder),
        automatic=backups.automatic,
        backups=[stored_document(one) for one in backups.all()],
    )


@calls.post("", keeps(BackupMade, 403, action="workspace.backup"))
def make_backup(workspace: Workspace) -> HttpAnswer:
    """Back up the workspace as it is now into the folder of the backups, while others go on working. The key file isn't
    in it: keep a copy of that as well."""
    made = workspace.backups.make()
    stored = next(one for one in workspace.backups.all() if one.path == made)
    return answer(BackupMade, backup=stored_document(stored))
