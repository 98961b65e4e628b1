"""Bringing the database of a workspace to the form of this release: created, migrated, or left as it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from .clock import WallClock, virtual
from .errors import CANNOT_WRITE, Refusal
from .folder import STORE_FILE
from .model.notice import Urgency
from .persistence.damage import damaged
from .persistence.done_before import in_a_draft
from .persistence.schema import SCHEMA_VERSION, WITHOUT_CHECKSUMS, version_of
from .seals.seals import SealState
from .use_cases import Context
from .words import STAMP

if TYPE_CHECKING:
    from .backups.backups import Backups
    from .notices.inbox import Notices


@in_a_draft()  # making a workspace, or bringing it to this release, is nothing that somebody has asked for
def prepare_database(
    context: Context,
    path: Path | None,
    *,
    start: datetime | None,
    backups: Callable[[], Backups],
    provision: Callable[[], object],
) -> None:
    """Create or migrate the database of the workspace in ``path``. A new one gets a virtual clock at ``start``, or the
    wall clock, and what ``provision`` adds; an older one is backed up before. Refuses with ``workspace-damaged`` and
    ``workspace-newer``."""
    database = context.database
    found = version_of(database)
    if found is None and path is not None and database.engine.last_transaction():
        raise damaged(path / STORE_FILE, "its settings are gone")
    if found == SCHEMA_VERSION and not database.engine.have_checksums and path is not None:
        raise damaged(path / STORE_FILE, WITHOUT_CHECKSUMS)
    if found is not None and found < SCHEMA_VERSION:
        backups().before("migration")
    if found != SCHEMA_VERSION:
        with database.transaction():
            if version_of(database) is None:
                _create(context, start)
                provision()
            else:
                from .upgrading import upgrade

                upgrade(database, context.audit)


def look_at_audit(context: Context, notices: Callable[[], Notices]) -> None:
    """Give a notice, once, if the seals show that the audit trail was cut, rewritten or put back, or if its copy fails.
    Does nothing on storage that can't be written."""
    try:
        if (copies := context.audit.copies) is not None:
            copies.catch_up()
            if (failure := copies.failure()) is not None:
                title = "Audit lines are not copied"
                key = f"audit-copy:{failure.destination}:{failure.at:{STAMP}}"
                _tell(context, notices(), "audit-copy-failed", title, failure.said, key)
        judgement = context.audit.judgement()
        if judgement is not None and judgement.state is SealState.BROKEN:
            from .views.seal import seal_words

            title = "The audit trail was cut or changed"
            key = f"audit-broken:{judgement.sealed_to}:{','.join(finding.code for finding in judgement.findings)}"
            _tell(context, notices(), "audit-broken", title, seal_words(judgement), key)
    except Refusal as refusal:
        if refusal.code not in CANNOT_WRITE:
            raise


def _tell(context: Context, notices: Notices, kind: str, title: str, said: str, key: str) -> None:
    if notices.told(key):
        return
    text = f"{said[:1].upper()}{said[1:]}. Run certfleet workspace check; docs/audit.md says what to do then."
    with context.database.transaction():
        notices.tell(kind, "workspace:1", title, text, context.clock.now(), key=key, urgency=Urgency.URGENT)


def _create(context: Context, start: datetime | None) -> None:
    clock = {"kind": "wall"} if start is None else virtual(start)
    settings = {"schema_version": SCHEMA_VERSION, "created_at": WallClock().now(), "clock": clock}
    table = context.database.table("workspace")
    table.insert(table.document_class(msgspec.to_builtins(settings), 1))
    context.vault.create()
    context.audit.record("workspace.create", "workspace:1", "workspace created")
