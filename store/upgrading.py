"""Upgrading a workspace that an earlier release wrote."""

from __future__ import annotations

from .audit import AuditTrail
from .inventory.certificate_table import Entries
from .inventory.issuers import missing_links
from .model.audit import SYSTEM
from .moments.moments import forget_all
from .persistence.database import Database
from .persistence.schema import SCHEMA_VERSION, migrate

_LINKS_LOST_BEFORE = 4


def upgrade(database: Database, audit: AuditTrail) -> None:
    """Migrate a database, inside the caller's transaction. Refuses with ``workspace-newer``.

    Before version 3, a replacement whose file contained the old certificate's issuer lost the link between the two.
    """
    found = migrate(database)
    if found != SCHEMA_VERSION:
        forget_all(database)  # going back would bring back the older form
    if found < _LINKS_LOST_BEFORE:
        entries = Entries(database)
        for entry, issuer_id in list(missing_links(entries)):
            entries.change(entry, issuer_id=issuer_id)
            summary = f"linked to its issuer, certificate {issuer_id}"
            audit.record("certificate.link", f"certificate:{entry.id}", summary, by=SYSTEM)
