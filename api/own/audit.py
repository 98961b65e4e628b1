"""The audit trail."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ...store.model.audit import AuditLine
from ...store.workspace import Workspace
from ..product.request_fields import AnyId
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Calls
from ..server.session import reads
from ..server.surfaces import OWN

calls = Calls(OWN, "/audit", tag="server")


class AuditLines(DoneAnswer, frozen=True, kw_only=True):
    """Lines of the audit trail, newest first."""

    audit: list[AuditLine]


@calls.get("", reads(AuditLines))
def list_audit(
    workspace: Workspace, limit: Annotated[int, Meta(ge=1, le=10_000)] = 100, before: AnyId | None = None
) -> HttpAnswer:
    """List the newest lines of the audit trail, or those below an id."""
    return answer(AuditLines, audit=workspace.audit.tail(limit, before))
