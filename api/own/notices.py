"""Notices: list, details, and read marks, which each person has for themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta

from ...store.model.notice import DeliveryState, Notice
from ...store.views.documents import document, document_type
from ...store.views.notice import DeliveryDocument, NoticeDocument, delivery_document, notice_document
from ...store.workspace import Workspace
from ..product.request_fields import AnyId, Id, YesNo
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import IN_BODY, Calls
from ..server.session import changes, keeps, reads
from ..server.surfaces import OWN

calls = Calls(OWN, "/notices", tag="notices")

NoticeId = AnyId
Ids = Annotated[list[Id], Meta(min_length=1, max_length=100_000, examples=[[1, 2]]), IN_BODY]


NoticeFields = document_type(
    "NoticeFields",
    NoticeDocument,
    "A notice; ``read`` by who asks. Who else has read it isn't told.",
    without=("read_by",),
)


class NoticePage(DoneAnswer, frozen=True, kw_only=True):
    """A page of notices, newest first, and the number of all unread ones."""

    notices: list[NoticeFields]
    unread: int


class OneNotice(DoneAnswer, frozen=True, kw_only=True):
    """A notice, and the status of its deliveries."""

    notice: NoticeFields
    deliveries: list[DeliveryDocument]


class NoticeList(DoneAnswer, frozen=True, kw_only=True):
    """The notices that were changed."""

    notices: list[NoticeFields]


class NoticesMarked(DoneAnswer, frozen=True, kw_only=True):
    """The number of changed marks, and of unread notices now."""

    changed: int
    unread: int


@calls.get("", reads(NoticePage))
def list_notices(
    workspace: Workspace,
    unread: YesNo = False,
    limit: Annotated[int, Meta(ge=1, le=10_000)] = 100,
    before: AnyId | None = None,
) -> HttpAnswer:
    """List the newest notices, optionally only unread ones or those below an id."""
    user = workspace.actor.user
    notices = workspace.notices.list(limit, before=before, unread_by=user if unread else None)
    states = workspace.outbox.states(notice.id for notice in notices)
    return answer(
        NoticePage, notices=[_shape(notice, user, states) for notice in notices], unread=workspace.notices.unread(user)
    )


@calls.get("/{id}", reads(OneNotice, 404))
def get_notice(workspace: Workspace, id: NoticeId) -> HttpAnswer:
    """Get a notice in full. It is not marked as read."""
    notice = workspace.notices.get(id)
    deliveries = [delivery_document(one) for one in workspace.outbox.list_for(id)]
    return answer(
        OneNotice, notice=_shape(notice, workspace.actor.user, workspace.outbox.states([id])), deliveries=deliveries
    )


@calls.post("/read", keeps(NoticesMarked, 404))
def read_notices(workspace: Workspace, ids: Ids) -> HttpAnswer:
    """Mark notices as read for yourself."""
    return _marked(workspace, workspace.notices.mark_read(ids, workspace.actor.user))


@calls.post("/read/all", keeps(NoticesMarked))
def read_all_notices(workspace: Workspace) -> HttpAnswer:
    """Mark every notice as read."""
    return _marked(workspace, workspace.notices.mark_all_read(workspace.actor.user))


@calls.post("/acknowledge", changes(NoticeList, "notice.acknowledge", 404))
def acknowledge_notices(workspace: Workspace, ids: Ids, until: datetime | None = None) -> HttpAnswer:
    """Acknowledge notices, until a time of the workspace's clock; in a week by default."""
    return _list(workspace, workspace.acknowledgements.acknowledge(ids, until))


@calls.post("/acknowledge/withdraw", changes(NoticeList, "notice.acknowledge", 404))
def withdraw_acknowledgements(workspace: Workspace, ids: Ids) -> HttpAnswer:
    """Take acknowledgements back."""
    return _list(workspace, workspace.acknowledgements.withdraw(ids))


@calls.post("/unread", keeps(NoticesMarked, 404))
def unread_notices(workspace: Workspace, ids: Ids) -> HttpAnswer:
    """Mark notices as unread again."""
    return _marked(workspace, workspace.notices.mark_unread(ids, workspace.actor.user))


def _marked(workspace: Workspace, changed: int) -> HttpAnswer:
    return answer(NoticesMarked, changed=changed, unread=workspace.notices.unread(workspace.actor.user))


def _list(workspace: Workspace, notices: Sequence[Notice]) -> HttpAnswer:
    states, user = workspace.outbox.states(one.id for one in notices), workspace.actor.user
    return answer(NoticeList, notices=[_shape(one, user, states) for one in notices])


def _shape(notice: Notice, user: str, states: Mapping[int, DeliveryState]) -> Any:
    return document(NoticeFields, notice_document(notice, user, states))
