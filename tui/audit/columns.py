"""The columns of the audit trail."""

from __future__ import annotations

from ...store.model.audit import AuditLine
from ...store.printable import printable
from ...store.words import minute
from ..lists.columns import Column

COLUMNS = (
    Column[AuditLine]("at", "Time (UTC)", lambda line: minute(line.at), lambda line: line.id, width=16),
    Column[AuditLine]("user", "Who", lambda line: printable(line.user), width=12),
    Column[AuditLine]("origin", "From", lambda line: printable(line.origin or ""), width=15, keep=2),
    Column[AuditLine]("action", "Action", lambda line: line.action, width=27, keep=3),
    Column[AuditLine]("record", "Record", lambda line: line.record, width=16, keep=1),
    Column[AuditLine]("summary", "What", lambda line: printable(line.summary), width=34, grow=1, told_in=60),
)
