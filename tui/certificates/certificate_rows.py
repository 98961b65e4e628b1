"""The console's rows of certificates, with everything that sorting and filtering need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from ...store.certificates.oid_names import named_attributes
from ...store.errors import CANNOT_WRITE, Refusal
from ...store.inventory.certificate_filter import haystack
from ...store.inventory.expiry import ExpiryRules
from ...store.inventory.status import days_left, status
from ...store.model.certificate import Certificate, Status
from ...store.printable import printable
from ...store.views.certificate import certificate_name, listed_name
from ...store.words import day
from ...store.workspace import Workspace


@dataclass(slots=True, frozen=True, eq=False)
class CertificateRow:
    """A certificate at one moment. ``haystack`` is the lower-case text that words of a filter are matched against,
    ``listed`` the name with the push topic, as lists show it."""

    id: int
    certificate: Certificate
    status: Status
    days: int
    name: str
    listed: str
    issuer: str
    description: str
    expires: str
    haystack: str


def row_of(certificate: Certificate, now: datetime, rules: ExpiryRules) -> CertificateRow:
    """The row of a certificate at ``now``."""
    return CertificateRow(
        id=certificate.id,
        certificate=certificate,
        status=status(certificate, now, rules),
        days=days_left(certificate, now),
        name=certificate_name(certificate),
        listed=listed_name(certificate),
        issuer=printable(_common_name(certificate.issuer)),
        description=printable(certificate.description),
        expires=day(certificate.not_after),
        haystack=haystack(certificate),
    )


def _common_name(name: str) -> str:
    """The CN of an RFC 4514 string. Cheaper than parsing it, and good enough for a column."""
    start = name.find("CN=")
    if start < 0:
        return named_attributes(name)
    end = name.find(",", start)
    while end > 0 and name[end - 1] == "\\":
        end = name.find(",", end + 1)
    return (name[start + 3 :] if end < 0 else name[start + 3 : end]).replace("\\", "")


class CertificateRows:
    """The rows of a workspace, kept up to date by the feed and shared by all screens."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        now, rules = workspace.now(), workspace.expiry()
        self.rows: dict[int, CertificateRow] = {
            entry.id: row_of(entry, now, rules) for entry in workspace.inventory.list()
        }

    def take(self, ids: Iterable[int]) -> None:
        """Read these certificates again: changed, new or deleted ones. Refuses while the workspace can't be read."""
        now, rules = self._workspace.now(), self._workspace.expiry()
        for id in sorted(ids):
            try:
                self.rows[id] = row_of(self._workspace.inventory.get(id), now, rules)
            except Refusal as refusal:
                if refusal.code in CANNOT_WRITE:  # nor be read: whether it is deleted isn't known
                    raise
                self.rows.pop(id, None)
            except msgspec.ValidationError:  # a damaged one, which `workspace check` tells
                self.rows.pop(id, None)

    def retime(self) -> bool:
        """Advance the rows to the present time. True if a status or a number of days changed."""
        now, rules = self._workspace.now(), self._workspace.expiry()
        changed = [
            row
            for row in self.rows.values()
            if days_left(row.certificate, now) != row.days or status(row.certificate, now, rules) is not row.status
        ]
        for row in changed:
            self.rows[row.id] = row_of(row.certificate, now, rules)
        return bool(changed)

    def counts(self) -> Counter[Status]:
        """The number of certificates per status."""
        return Counter(row.status for row in self.rows.values())

    def names(self, ids: Iterable[int | None]) -> dict[int, str]:
        """The names of these entries, without deleted ones."""
        return {id: self.rows[id].name for id in ids if id is not None and id in self.rows}

    def urgent(self, days: int) -> list[CertificateRow]:
        """The certificates that need attention: expired, or expiring within ``days``. The earliest expiry comes first;
        certificates that expired more than 30 days ago come last, since nobody seems to miss them. Replaced entries are
        left out."""
        found = [row for row in self.rows.values() if row.days <= days and row.status is not Status.REPLACED]
        return sorted(found, key=lambda row: (row.days < -30, row.days, row.id))
