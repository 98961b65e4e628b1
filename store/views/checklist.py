"""A row of the checklist: its document and its style."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from ..checklist.checklist_row import ChecklistRow, Mark
from ..components.capabilities import Level
from ..components.needs import Group
from ..model.certificate import Status
from .certificate import STATUS_STYLES
from .consequence import ConsequenceDocument
from .documents import document
from .styles import Style


class RowStartDocument(Struct, frozen=True, kw_only=True):
    """The last day to start, None if none is left, and the same in words. ``soon``: it is near or has passed."""

    last_day: date | None
    said: str
    soon: bool


class ChecklistRowDocument(Struct, frozen=True, kw_only=True):
    """A need with one of its components, or with none. ``status`` is a certificate's status, or missing, not used,
    managed or worry. ``would_stop`` is what people notice when the certificate expires, ``next_step`` what to do,
    ``doubt`` that it is not for the name that clients connect to. ``start`` is the last day to start replacing it, if
    it is known."""

    group: Group
    need: str
    title: str
    name: str
    component_id: int | None
    certificate_id: int | None
    certificate: str | None
    profile_id: int | None
    apple_id: str | None
    derived: bool
    status: str
    not_after: datetime | None
    days_left: int | None
    level: Level
    stopped: tuple[ConsequenceDocument, ...]
    would_stop: tuple[str, ...]
    devices: int
    next_step: str
    doubt: str | None
    tasks: tuple[int, ...]
    authority_group: str | None
    start: RowStartDocument | None


def row_document(row: ChecklistRow) -> Struct:
    """The document of a row."""
    component, certificate = row.component, row.certificate
    return document(
        ChecklistRowDocument,
        row,
        group=row.need.group,
        need=row.need.id,
        title=row.need.title,
        status=str(row.status),
        component_id=component and component.id,
        certificate_id=certificate and certificate.id,
        certificate=certificate and certificate.name,
        profile_id=row.profile and row.profile.id,
        apple_id=component and component.apple_id,
        stopped=tuple(document(ConsequenceDocument, one) for one in row.stopped),
        tasks=tuple(task.id for task in row.tasks),
        start=row.start and RowStartDocument(last_day=row.start.last_day, said=row.start_said, soon=row.start_soon),
    )


def row_style(row: ChecklistRow) -> Style:
    """The style of a row's status: a missing certificate is only bad if something is stopped by that."""
    match row.status:
        case Mark.MISSING:
            return Style.WARNING if row.level is Level.FINE else Style.BAD
        case Mark.WORRY:
            return Style.WARNING
        case Mark.NOT_USED:
            return Style.QUIET
        case Mark.MANAGED:
            return Style.OK
        case status:
            return STATUS_STYLES[Status(status)]
