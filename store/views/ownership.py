"""Who answers for a record: documents and words."""

from __future__ import annotations

from msgspec import Struct

from ..model.ownership import Answerable, OwnershipRecord
from ..notices.answerable import BY_SITE
from .documents import document, document_type

OwnershipDocument = document_type(
    "OwnershipDocument",
    OwnershipRecord,
    "What was set for a certificate, a component or a CA group; what is empty is inherited.",
    without=("id",),
)
AnswerableDocument = document_type(
    "AnswerableDocument",
    Answerable,
    "Who answers for a record in the end. ``owner_by`` is the record that its owner was set for, or ``site``.",
)


def ownership_document(one: OwnershipRecord) -> Struct:
    """The document of what was set."""
    return document(OwnershipDocument, one)


def answerable_document(one: Answerable) -> Struct:
    """The document of who answers in the end."""
    return document(AnswerableDocument, one)


def owner_text(one: Answerable, record: str) -> str:
    """``ann@example.com, deputy bob (by component 3)``; says so if there is none."""
    if not one.owner:
        return "nobody" if not one.deputy else f"nobody, deputy {one.deputy}"
    deputy = f", deputy {one.deputy}" if one.deputy else ""
    by = (
        ""
        if one.owner_by == record
        else " (the site's default)"
        if one.owner_by == BY_SITE
        else f" (by {said(one.owner_by)})"
    )
    return f"{one.owner}{deputy}{by}"


def said(record: str) -> str:
    """``component:3`` in words: ``component 3``."""
    if record == BY_SITE:
        return "whatever has no owner of its own"
    kind, _, id = record.partition(":")
    return f"{'CA group' if kind == 'authority-group' else kind} {id}"
