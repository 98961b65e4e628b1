"""A follow-up task: what somebody must do elsewhere after a certificate was replaced."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from .moment import Moment


class TaskKind(StrEnum):
    """The kinds of tasks."""

    LOAD_BALANCER = "load-balancer"
    SUPPORT = "support"
    PORTAL_UPLOAD = "portal-upload"


class Task(Struct, frozen=True, kw_only=True):
    """A follow-up with a done mark. Until it is done, ``component_id`` keeps using ``old_certificate_id``.

    ``certificate_id`` is the new certificate, ``request_id`` an open request (portal upload), ``need`` the component's
    need. ``assignee`` has taken it over; empty: it is with whoever opened it.
    """

    id: int
    kind: TaskKind
    title: str
    text: str
    need: str | None = None
    component_id: int | None = None
    certificate_id: int | None = None
    old_certificate_id: int | None = None
    request_id: int | None = None
    opened_at: Moment
    opened_by: str
    assignee: str = ""
    done_at: Moment | None = None
    done_by: str | None = None
