"""A line of the audit trail: its author, in words."""

from __future__ import annotations

from ..model.audit import AuditLine


def who(line: AuditLine) -> str:
    """``ann``, or ``ann from 192.0.2.7`` where the person worked over the network."""
    return f"{line.user} from {line.origin}" if line.origin else line.user
