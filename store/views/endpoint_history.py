"""The history of an endpoint: its document and its words."""

from __future__ import annotations

from ..model.sighting import Sighting
from ..printable import printable
from ..words import day, minute
from .documents import document, document_type

SightingDocument = document_type(
    "SightingDocument",
    Sighting,
    "What an address served, or why it served nothing, from when until when; `until` null while it lasts. "
    "`certificate_id` is its entry in the inventory, if it has one.",
    first=("address", "since", "until", "failure", "certificate_id", "fingerprint_sha256"),
    without=("id", "endpoint_id", "public_key_sha256"),
    certificate_id=int | None,
)


def sighting_document(one: Sighting, certificate_id: int | None) -> object:
    """The document of one of them."""
    return document(SightingDocument, one, certificate_id=certificate_id)


def sighting_text(one: Sighting, certificate_id: int | None) -> str:
    """``#3 gateway.example.com, until 2027-01-01``, or ``timed-out``."""
    if one.failure is not None:
        return one.failure.value
    named = f"{one.name}, not in the inventory" if certificate_id is None else f"#{certificate_id} {one.name}"
    return printable(named if one.not_after is None else f"{named}, until {day(one.not_after)}")


def span_text(one: Sighting) -> str:
    """``2026-05-01 10:00 to 2026-06-01 09:00``, or ``since 2026-06-01 09:00``."""
    return f"since {minute(one.since)}" if one.until is None else f"{minute(one.since)} to {minute(one.until)}"
