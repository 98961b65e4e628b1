"""A CA group and its three CAs: their documents, and the styles of a group's states."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from ..authorities.ca_groups import GroupSummary
from ..authorities.groups import GroupState, issues_from
from ..model.authority import Authority, AuthorityGroup
from .documents import document, document_type
from .styles import Style

GROUP_STYLES = {
    GroupState.REQUESTED: Style.PENDING,
    GroupState.ISSUING: Style.OK,
    GroupState.READY: Style.PLAIN,
    GroupState.EXPIRED: Style.BAD,
}

AuthorityDocument = document_type("AuthorityDocument", Authority, "A CA of a group.", without=("der", "group_id"))
GroupDocument = document_type(
    "GroupDocument",
    AuthorityGroup,
    "A CA group with its root, device and server CA. ``devices`` is how many hold its certificates; one that ``waits`` "
    "issues once it is activated.",
    without=("deleted_at", "rank"),
    state=GroupState,
    devices=int,
    authorities=tuple[AuthorityDocument, ...],
)


def issues_from_text(group: AuthorityGroup, now: datetime, written: Callable[[datetime], str]) -> str:
    """Since when a group issues, or from when on, or that it waits."""
    since = issues_from(group, now)
    return "once it is activated" if since is None else written(since)


def group_document(summary: GroupSummary) -> Struct:
    """The document of a CA group."""
    return document(
        GroupDocument,
        summary.group,
        state=summary.state,
        devices=summary.devices,
        authorities=tuple(document(AuthorityDocument, authority) for authority in summary.authorities),
    )
