"""The columns of the list of endpoints."""

from __future__ import annotations

from ...store.model.endpoint_verdict import EndpointState
from ...store.views.endpoint import endpoint_title, need_text, note_text, served_text, verdict_style, verdict_text
from ...store.words import minute
from ..components.text_styles import TONES, Tone
from ..lists.columns import Column
from ..lists.list_table import ListTable
from .rows import EndpointRow

_BADNESS = {state: number for number, state in enumerate(EndpointState)}


def _tone(row: EndpointRow) -> Tone:
    return TONES[verdict_style(row.verdict)]


def _order(row: EndpointRow) -> tuple[int, int]:
    """The worst first, those that were never checked last."""
    return (1 if row.verdict.verdict is None else -_BADNESS[row.verdict.verdict], row.id)


def _where(row: EndpointRow) -> str:
    return endpoint_title(row.verdict.endpoint).partition(" ")[2]


def _notes(row: EndpointRow) -> str:
    return "; ".join(note_text(note, row.verdict) for note in row.verdict.notes) or "–"


COLUMNS = (
    Column[EndpointRow]("endpoint", "Endpoint", _where, None, lambda row: Tone.STRONG, 20, grow=2),
    Column[EndpointRow]("need", "For", lambda row: need_text(row.verdict.endpoint), width=14, keep=3),
    Column[EndpointRow]("verdict", "Serves", lambda row: verdict_text(row.verdict), _order, _tone, 13),
    Column[EndpointRow]("certificate", "Certificate", lambda row: served_text(row.verdict), width=16, grow=2, keep=1),
    Column[EndpointRow](
        "days",
        "Days",
        lambda row: "–" if row.days is None else f"{row.days:,}",
        lambda row: (row.days is None, row.days or 0, row.id),
        width=6,
        right=True,
    ),
    Column[EndpointRow](
        "checked",
        "Checked",
        lambda row: "–" if row.verdict.reading is None else minute(row.verdict.reading.checked_at),
        width=16,
        keep=4,
    ),
    Column[EndpointRow]("notes", "Notes", _notes, None, lambda row: Tone.DIM, 12, grow=3, keep=2),
)


class EndpointTable(ListTable[EndpointRow]):
    """Sorted by verdict, the worst first."""

    def __init__(self, *, id: str) -> None:
        super().__init__(COLUMNS, sort="verdict", empty="Looking …", id=id)
