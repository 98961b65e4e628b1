"""A line of the audit trail: its author, in words."""

from __future__ import annotations

from msgspec import Struct

from ..errors import Refusal
from ..model.audit import AuditLine


class UndoDocument(Struct, frozen=True, kw_only=True):
    """Whether the change of an audit line can be undone; ``code`` and ``why`` say why not."""

    possible: bool
    code: str | None
    why: str | None


def undo_document(refusal: Refusal | None) -> UndoDocument:
    """The document of what would refuse an undo."""
    if refusal is None:
        return UndoDocument(possible=True, code=None, why=None)
    return UndoDocument(possible=False, code=refusal.code, why=refusal.message)


def who(line: AuditLine) -> str:
    """``ann``, or ``ann from 192.0.2.7`` where the person worked over the network."""
    return f"{line.user} from {line.origin}" if line.origin else line.user


def undone_text(undone: AuditLine, line: AuditLine) -> str:
    """What an undo, whose own line this is, has taken back."""
    return f"undone: {undone.summary} (audit line {undone.id} by {undone.user}; undoing line {line.id} does it again)"
