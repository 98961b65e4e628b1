"""Branching off: a new workspace with the state of a moment, on a virtual clock, where another plan can be tried."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from .accounts.account_tables import end_all_sessions
from .audit import AuditTrail
from .begun_folder import gone_if_it_fails
from .copying import not_empty, put_into, stop_audit_copy, stop_deliveries
from .effects.protection import saying_name
from .folder import KEY_FILE, STORE_FILE, is_workspace, key_file_for, prepare_folder
from .model.kept_moment import KeptMoment
from .moments.moments import forget_all, title_of
from .persistence.database import Database
from .persistence.database_file import address_in
from .persistence.done_before import in_a_draft, note_change
from .persistence.files.private_files import create_file
from .persistence.schema import INDEXES
from .persistence.sqlite.engine import SqliteEngine
from .seals.seal_file import SEAL_FILE
from .seals.seals import forget_seals
from .vault.key_files import make_key_file, read_key_file
from .workspace import Workspace

DRAFT_FILE = f"{STORE_FILE}.draft"


def branch(workspace: Workspace, moment: KeptMoment, target: Path) -> None:
    """Make the workspace ``target`` with the state of a moment. It delivers no notices until that is configured there.

    ``target`` is a folder, or one that names a schema in PostgreSQL. A key file is copied with it; a passphrase stays
    the same. Refuses with ``workspace-not-empty`` and as
    ``prepare_folder`` does.
    """
    workspace.audit.permit("workspace.branch")
    with gone_if_it_fails(target):
        _branch(workspace, moment, target)


def _branch(workspace: Workspace, moment: KeptMoment, target: Path) -> None:
    draft = _draft_of(workspace, target)
    name = workspace.trials.protection.name
    with (
        in_a_draft(),
        Workspace(SqliteEngine(draft, INDEXES), actor=workspace.actor.settled) as copy,
        saying_name(name),
        copy.database.transaction(),
    ):
        copy.moments.restore_copy(moment)
        forget_all(copy.database)
        forget_seals(copy.database)
        stop_deliveries(copy.database, copy.audit)
        end_all_sessions(copy.database, copy.audit)
        if copy.site.get().protected_name:  # nobody relies on a branch
            copy.site.set(protected_name="")
        copy.audit.record("workspace.branch", "workspace:1", f"branched off at {title_of(moment)}")
    if address_in(target) is None:
        draft.replace(target / STORE_FILE)
        note_change()
    else:
        put_into(target, draft)
        draft.unlink()


def duplicate(workspace: Workspace, target: Path) -> None:
    """Make the workspace ``target`` the same as this one, its moments included, for somebody else to go on from here.

    Keys and refusals are those of ``branch``.
    """
    with gone_if_it_fails(target):
        _duplicate(workspace, target)


def _duplicate(workspace: Workspace, target: Path) -> None:
    beside = None if workspace.path is None else workspace.path / SEAL_FILE
    seal = beside.read_bytes() if beside is not None and beside.exists() else None  # first: it may be behind, not ahead
    draft = _draft_of(workspace, target)
    if workspace.site.get().audit_copy:
        with closing(Database(SqliteEngine(draft, INDEXES), INDEXES)) as database, database.transaction():
            stop_audit_copy(database, AuditTrail(database.table("audit"), workspace.clock, workspace.actor))
    if seal is not None:
        with os.fdopen(create_file(target / SEAL_FILE), "wb") as file:
            file.write(seal)
    draft.replace(target / STORE_FILE)
    note_change()


def _draft_of(workspace: Workspace, target: Path) -> Path:
    """A copy of the store in the folder ``target``, which is no workspace yet, beside its key file."""
    if is_workspace(target):
        raise not_empty(target, "Name a new folder, or the address of a new schema in PostgreSQL.")
    draft = target / DRAFT_FILE
    if draft.exists():  # an attempt that was interrupted
        (target / KEY_FILE).unlink(missing_ok=True)
        draft.unlink()
    prepare_folder(target, create=True)
    with workspace.database.lock:
        workspace.database.engine.copy_to(draft)
    key_file = workspace.vault.key_file
    if workspace.vault.protection == "key file" and key_file is not None and not key_file_for(target).exists():
        make_key_file(key_file_for(target), read_key_file(key_file))
    return draft
