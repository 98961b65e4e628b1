"""Notices: list, details, and read marks, which each person has for themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Response

from ...store.model.notice import DeliveryState, Notice
from ...store.views.documents import document, document_type
from ...store.views.notice import DeliveryDocument, NoticeDocument, delivery_document, notice_document
from ...store.workspace import Workspace
from ..server.answers import Success, answer, camel
from ..server.session import OpenWorkspace, SignedIn, reads, token_needed
from .request_fields import LARGEST_ID, Id, YesNo

router = APIRouter(prefix="/notices", tags=["notices"], route_class=SignedIn, dependencies=[token_needed])

NoticeId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Ids = Annotated[list[Id], Body(min_length=1, max_length=100_000, examples=[[1, 2]])]


NoticeFields = document_type(
    "NoticeFields",
    NoticeDocument,
    "A notice; ``read`` by who asks. Who else has read it isn't told.",
    without=("read_by",),
)


class NoticePage(Success, frozen=True, kw_only=True):
    """A page of notices, newest first, and the number of all unread ones."""

    notices: list[NoticeFields]
    unread: int


class OneNotice(Success, frozen=True, kw_only=True):
    """A notice, and the status of its deliveries."""

    notice: NoticeFields
    deliveries: list[DeliveryDocument]


class NoticesMarked(Success, frozen=True, kw_only=True):
    """The number of changed marks, and of unread notices now."""

    changed: int
    unread: int


@router.get("", **reads(NoticePage))
def list_notices(
    workspace: OpenWorkspace,
    unread: Annotated[YesNo, Query()] = False,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
    before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    """List the newest notices, optionally only unread ones or those below an id."""
    user = workspace.actor.user
    notices = workspace.notices.list(limit, before=before, unread_by=user if unread else None)
    states = workspace.outbox.states(notice.id for notice in notices)
    return answer(
        NoticePage, notices=[_shape(notice, user, states) for notice in notices], unread=workspace.notices.unread(user)
    )


@router.get("/{id}", **reads(OneNotice, 404))
def get_notice(workspace: OpenWorkspace, id: NoticeId) -> Response:
    """Get a notice in full. It is not marked as read."""
    notice = workspace.notices.get(id)
    deliveries = [camel(delivery_document(one)) for one in workspace.outbox.list_for(id)]
    return answer(
        OneNotice, notice=_shape(notice, workspace.actor.user, workspace.outbox.states([id])), deliveries=deliveries
    )


@router.post("/read", **reads(NoticesMarked, 404))
def read_notices(workspace: OpenWorkspace, ids: Ids) -> Response:
    """Mark notices as read for yourself."""
    return _marked(workspace, workspace.notices.mark_read(ids, workspace.actor.user))


@router.post("/read/all", **reads(NoticesMarked))
def read_all_notices(workspace: OpenWorkspace) -> Response:
    """Mark every notice as read."""
    return _marked(workspace, workspace.notices.mark_all_read(workspace.actor.user))


@router.post("/unread", **reads(NoticesMarked, 404))
def unread_notices(workspace: OpenWorkspace, ids: Ids) -> Response:
    """Mark notices as unread again."""
    return _marked(workspace, workspace.notices.mark_unread(ids, workspace.actor.user))


def _marked(workspace: Workspace, changed: int) -> Response:
    return answer(NoticesMarked, changed=changed, unread=workspace.notices.unread(workspace.actor.user))


def _shape(notice: Notice, user: str, states: Mapping[int, DeliveryState]) -> Any:
    return camel(document(NoticeFields, notice_document(notice, user, states)))
