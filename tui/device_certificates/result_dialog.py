"""The results of a bulk import or a bulk deletion, file by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ...store.bulk.results import BulkResult, Deletion, Outcome, counted
from ...store.printable import printable
from ...store.views.certificate import name_text
from ...store.words import day, plural
from ..components.text_styles import Tone
from ..dialogs.form_fields import Note
from ..lists.columns import Column
from ..lists.table_dialog import TableDialog
from ..shell.keys.hints import hint_of

_DELETED = "deleted"
_LOOKS = {
    Outcome.REFUSED.value: ("×", Tone.EXPIRED),
    Outcome.REPLACED.value: ("→", Tone.EXPIRING),
    Outcome.IMPORTED.value: ("●", Tone.VALID),
    _DELETED: ("●", Tone.VALID),
    Outcome.ALREADY_THERE.value: ("○", Tone.DIM),
}


@dataclass(frozen=True)
class ResultLine:
    """A file or an identity. ``why`` is a short reason, ``more`` the full text."""

    id: int
    file: str
    outcome: str
    why: str = ""
    more: str = ""


@dataclass(frozen=True)
class ResultHeading:
    """The text above the lines."""

    heading: str
    counts: str
    notes: tuple[str, ...] = ()


_RANK = list(_LOOKS)
COLUMNS = (
    Column[ResultLine]("file", "File", lambda line: line.file, width=20, grow=1),
    Column[ResultLine](
        "outcome",
        "Result",
        lambda line: f"{_LOOKS[line.outcome][0]} {line.outcome}",
        lambda line: (_RANK.index(line.outcome), not line.why, line.id),
        lambda line: _LOOKS[line.outcome][1],
        15,
    ),
    Column[ResultLine]("why", "Why", lambda line: line.why, width=24, grow=3),
)


def import_lines(result: BulkResult) -> tuple[ResultHeading, list[ResultLine]]:
    """The lines for the result of an import."""
    lines = []
    for number, one in enumerate(result.results):
        if one.refusal is not None:
            hint = hint_of(one.refusal)
            why, more = one.refusal.code, f"{one.refusal.message}. {hint or ''}"
        elif one.replaced is not None:
            before = f"Before: {name_text(one.replaced.subject)}, until {day(one.replaced.not_after)}."
            why = more = " ".join((before, *one.notes))
        else:
            why = more = " ".join(one.notes)
        lines.append(
            ResultLine(number, printable(one.file), one.outcome.value, printable(why), printable(more.strip()))
        )
    notes = result.notes
    if result.stopped:
        stopped = f"Stopped after {len(result.results):,} of {plural(result.total, 'file')}; the same import goes on."
        notes = (stopped, *notes)
    counts = f"{plural(result.total, 'file')}: {counted(one.outcome for one in result.results)}"
    heading = "Device certificates: import stopped" if result.stopped else "Device certificates imported"
    return ResultHeading(heading, counts, notes), lines


def deletion_lines(results: Sequence[Deletion], *, by_file: bool) -> tuple[ResultHeading, list[ResultLine]]:
    """The lines for the result of a deletion; ``by_file`` adds the line numbers in the file."""
    lines = []
    for number, one in enumerate(results):
        outcome, why, more = _DELETED, "", ""
        if one.refusal is not None:
            outcome, why = Outcome.REFUSED.value, one.refusal.code
            more = f"line {one.line}: {one.refusal.message}." if by_file else f"{one.refusal.message}."
        lines.append(ResultLine(number, printable(one.identity), outcome, why, printable(more)))
    found = Counter(line.outcome for line in lines)
    counts = ", ".join(
        f"{found[outcome]:,} {outcome}" for outcome in (_DELETED, Outcome.REFUSED.value) if found[outcome]
    )
    return ResultHeading("Device certificates deleted", counts), lines


def result_dialog(told: ResultHeading, lines: Sequence[ResultLine]) -> TableDialog[None, ResultLine]:
    """Show every result, refusals first."""
    above = [Note(told.counts, "strong"), *(Note([(f"! {printable(one)}", Tone.EXPIRING)]) for one in told.notes)]
    above[-1].add_class("apart")
    return TableDialog(
        told.heading,
        COLUMNS,
        lines,
        above=above,
        more=lambda line: f"{line.file}: {line.more or line.outcome}",
        sort="outcome",
        list_name="device-certificate-results",
    )
