"""The audit trail."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ...store.audit_filter import newest, parse_filter
from ...store.effects.keeping import UNDO
from ...store.errors import Refusal
from ...store.looking_back import changes_of_others
from ...store.model.audit import AuditLine
from ...store.seals.seals import Finding, Judgement
from ...store.views.audit_line import UndoDocument, undo_document
from ...store.workspace import Workspace
from ..product.request_fields import AnyId, Text
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Calls
from ..server.session import changes, reads
from ..server.surfaces import OWN

calls = Calls(OWN, "/audit", tag="server")


class AuditLines(DoneAnswer, frozen=True, kw_only=True):
    """Lines of the audit trail, newest first."""

    audit: list[AuditLine]


@calls.get("", reads(AuditLines))
def list_audit(
    workspace: Workspace,
    limit: Annotated[int, Meta(ge=1, le=10_000)] = 100,
    before: AnyId | None = None,
    search: Annotated[str, Meta(max_length=1000)] = "",
) -> HttpAnswer:
    """List the newest lines of the audit trail, or those below an id. ``search`` is the console's filter:
    ``user:ann action:certificate since:2026-01-05``, or words."""
    found, audit = parse_filter(search), workspace.audit
    if found.problem is not None:
        raise Refusal("filter-unclear", found.problem, "Fields are user, from, action, record, since and until.")
    lines = audit.tail(limit, before) if found.matches is None else newest(audit, found.matches, limit, before)
    return answer(AuditLines, audit=lines)


class OneLine(DoneAnswer, frozen=True, kw_only=True):
    """A line, whether it can be undone, and the commands that would do it again."""

    line: AuditLine
    undo: UndoDocument
    commands: tuple[str, ...]


class ChangesAnswer(DoneAnswer, frozen=True, kw_only=True):
    """What others changed, newest first, and the newest line now, for the next question."""

    changes: list[AuditLine]
    line: int


@calls.get("/since", reads(ChangesAnswer))
def get_changes(workspace: Workspace, line: Annotated[int, Meta(ge=0)] = 0) -> HttpAnswer:
    """List what others changed after a line, the newest that a client saw. What happens by itself is left out."""
    audit = workspace.audit
    changes = changes_of_others(audit, line, workspace.actor.user)
    return answer(ChangesAnswer, changes=changes, line=audit.head().line)


@calls.get("/{id}", reads(OneLine, 404))
def get_line(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """Get a line of the audit trail."""
    undoing = workspace.undoing
    line, refusal = undoing.line(id), undoing.against(id)
    return answer(OneLine, line=line, undo=undo_document(refusal), commands=undoing.commands(id))


class UndoneAnswer(DoneAnswer, frozen=True, kw_only=True):
    """The line of the change that was undone, and that of the undo."""

    undone: AuditLine
    line: AuditLine


@calls.post("/{id}/undo", changes(UndoneAnswer, UNDO, 404, 409))
def undo(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """Undo the change that a line is about, by the same rules as any change. Undoing the undo's line does it again."""
    undone = workspace.undoing.undo(id)
    return answer(UndoneAnswer, undone=undone.undone, line=undone.line)


class SealAnswer(DoneAnswer, frozen=True, kw_only=True):
    """What the seals say of the audit trail: null in memory. ``missing`` is what a seal that was kept elsewhere finds;
    null without one."""

    seal: Judgement | None
    missing: tuple[Finding, ...] | None = None


@calls.get("/seal", reads(SealAnswer))
def get_seal(workspace: Workspace, against: Text = None) -> HttpAnswer:
    """How far the audit trail is sealed, and what shows that it was cut or rewritten. ``against`` is a seal that `audit
    seal` printed, to compare the trail with."""
    missing = None if against is None else workspace.audit.against(against)[1]
    return answer(SealAnswer, seal=workspace.audit.judgement(), missing=missing)
