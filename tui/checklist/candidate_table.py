"""What the inventory has for a need, as a menu lists it: what fits first, and why the rest doesn't."""

from __future__ import annotations

from dataclasses import dataclass

from ...store.errors import Refusal
from ...store.model.certificate import Status
from ...store.printable import printable
from ...store.views.certificate import USES, status_text
from ..certificates.certificate_rows import CertificateRow
from ..components.text_styles import STATUS_TONES, Tone
from ..lists.columns import Column
from ..lists.fixed_table import FixedTable


@dataclass(frozen=True)
class CandidateRow:
    """An entry, with what is doubtful about it, or why it can't be bound."""

    row: CertificateRow
    doubts: tuple[str, ...] = ()
    refusal: Refusal | None = None

    @property
    def id(self) -> int:
        return self.row.id

    @property
    def says(self) -> str:
        """The reason, or the doubts, without what is in the line already."""
        if self.refusal is None:
            return "; ".join(self.doubts)
        entry = self.row.certificate
        return printable(self.refusal.message.removeprefix(f"certificate {entry.id} ({entry.name}) "))


def _status(candidate: CandidateRow) -> str:
    row = candidate.row
    replaced_by = row.certificate.replaced_by
    if row.status is Status.NOT_YET_VALID:
        return status_text(row.status).removesuffix(" valid")
    return status_text(row.status) if replaced_by is None else f"→ by #{replaced_by}"


def _status_tone(candidate: CandidateRow) -> Tone:
    return STATUS_TONES[candidate.row.status]


def _fits(candidate: CandidateRow) -> str:
    if candidate.refusal is not None:
        return f"no: {candidate.says}"
    return f"doubtful: {candidate.says}" if candidate.doubts else "yes"


def _row_tone(candidate: CandidateRow) -> Tone | None:
    unfit = candidate.refusal is not None or candidate.row.status is Status.REPLACED
    return Tone.DIM if unfit else None


COLUMNS = (
    Column[CandidateRow]("id", "#", lambda one: str(one.id), None, lambda one: Tone.DIM, 5, right=True),
    Column[CandidateRow]("name", "Name", lambda one: one.row.name, width=18, grow=1, told_in=36),
    Column[CandidateRow]("status", "Status", _status, None, _status_tone, 10),
    Column[CandidateRow]("days", "Days", lambda one: f"{one.row.days:,}", None, _status_tone, 6, right=True, keep=1),
    Column[CandidateRow]("fits", "Fits", _fits, None, lambda one: Tone.EXPIRING if one.doubts else None, 14, grow=1),
    Column[CandidateRow](
        "key", "Key", lambda one: "yes" if one.row.certificate.has_private_key else "–", width=4, keep=2
    ),
    Column[CandidateRow]("use", "Use as", lambda one: USES[one.row.certificate.use_as], width=12, keep=3),
)


class CandidateTable(FixedTable[CandidateRow]):
    """Each newer certificate is right below the one that it replaced; what can't be bound comes last."""

    def __init__(self, *, empty: str, id: str | None = None) -> None:
        super().__init__(COLUMNS, row_tone=_row_tone, empty=empty, id=id)
