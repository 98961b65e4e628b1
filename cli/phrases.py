"""How certificates are spoken of in sentences and tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..store.inventory.sources import ImportResult, OtherEntry
from ..store.inventory.status import days_left, status
from ..store.model.certificate import Certificate, Status
from .tables import Cell

STYLES = {
    Status.NOT_YET_VALID: "cyan",
    Status.VALID: "green",
    Status.EXPIRING: "yellow",
    Status.CRITICAL: "bold red",
    Status.EXPIRED: "red",
    Status.REPLACED: "dim",
}


def title(certificate: Certificate) -> str:
    """``#3 mdm.example.com``."""
    return f"#{certificate.id} {certificate.name}"


def standing(certificate: Certificate, now: datetime) -> str:
    """``valid, 82 days left``."""
    return f"{status(certificate, now)}, {remaining(certificate, now)}"


def remaining(certificate: Certificate, now: datetime) -> str:
    """``82 days left``, or ``expired 3 days ago``."""
    days = days_left(certificate, now)
    text = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"{text} left" if days >= 0 else f"expired {text} ago"


def status_cell(certificate: Certificate, now: datetime) -> Cell:
    """The status, coloured where colours are."""
    found = status(certificate, now)
    return Cell(found.value, STYLES[found])


def key_kind(certificate: Certificate) -> str:
    """``RSA 2048``, ``EC P-256``, ``Ed25519``."""
    algorithm, size = certificate.key_algorithm, certificate.key_size
    return f"{algorithm} {size}" if size and not any(letter.isdigit() for letter in algorithm) else algorithm


def moment(time: datetime) -> str:
    """``2026-11-24 03:10:00 UTC``."""
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"


def other(entry: OtherEntry) -> str:
    """``alias "vpn" (private key, CN=vpn.example.com), entry #2``."""
    name = f'alias "{entry.alias}"' if entry.alias is not None else "without alias"
    return f"{name} ({', '.join(part for part in (entry.kind, entry.subject) if part)}), entry #{entry.number}"


def import_sentences(result: ImportResult, now: datetime) -> Iterable[str]:
    """What an import did, a sentence for each entry."""
    for entry in result.deleted:
        yield f"deleted {title(entry)}"
    for entry in result.imported:
        yield f"imported {title(entry)} ({entry.use_as}), {standing(entry, now)}"
    for entry in result.linked:
        yield f"linked {title(entry)}: already in the inventory"
    for left in result.also_in_file:
        yield f"also in the file: {other(left)}"
    for note in result.notes:
        yield f"note: {note}"
