"""The last days to start: what they say, what they rest on, and computing them again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from ...store.model.start_by import LastStart
from ...store.printable import printable
from ...store.start_by.start_by import KnownStarts
from ...store.views.start_by import basis_words, last_day_text, start_style
from ...store.words import day
from ..components.key_hints import KeyHints
from ..components.text_styles import TONES, Tone, style_of
from ..dialogs.background_work import Leaving
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note
from ..lists.columns import Column
from ..lists.fixed_table import FixedTable
from ..lists.list_table import ListTable
from ..shell.keys.hints import without_commands
from ..shell.keys.keys import bound, keyed
from .freezes_dialog import FreezesDialog
from .process import compute

_NONE = "Nothing is computed yet: {again} runs forecasts, beside the console."


@dataclass(slots=True, frozen=True)
class StartLine:
    """A last day with what is known beside it."""

    id: int
    start: LastStart
    known: KnownStarts


def _what(start: LastStart) -> str:
    return printable(start.title.removeprefix("device certificates of "))


_COLUMNS = (
    Column[StartLine](
        "last-day",
        "Start by",
        lambda line: last_day_text(line.start, line.known),
        None,
        lambda line: TONES.get(start_style(line.start, line.known)),
        width=10,
    ),
    Column[StartLine]("what", "What", lambda line: _what(line.start), width=26, grow=1),
    Column[StartLine]("ends", "Ends", lambda line: day(line.start.end), width=10, keep=1),
    Column[StartLine]("days", "Days", lambda line: f"{line.start.days:,}", width=5, right=True, keep=2),
    Column[StartLine]("devices", "Devices", lambda line: f"{line.start.devices:,}", width=7, right=True, keep=3),
    Column[StartLine](
        "lost", "Lost a week", lambda line: f"{line.start.lost_a_week:,}" if line.start.lost_a_week else "–",
        width=11, right=True, keep=4,
    ),
)  # fmt: skip


class StartByDialog(FormDialog[None]):
    """The last days, the most urgent first, with the sentence of the one under the cursor."""

    heading = "Start by: the last day on which starting is early enough"
    confirm_label = None
    wide = True
    lists = ("start_by", "settings", "certificates", "authority_groups", "components")
    AUTO_FOCUS = "#starts"
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("again", "compute", "Compute"),
        bound("edit", "freezes", "Change freezes"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._ids: dict[str, int] = {}  # by record, so that the cursor finds it again

    def compose_form(self) -> Iterable[Widget]:
        yield FixedTable(_COLUMNS, empty="", id="starts")
        yield Note(id="start-said")
        yield Note(id="start-basis")
        yield KeyHints("{again} computes them", "{edit} adds or removes a change freeze")

    @property
    def table(self) -> FixedTable[StartLine]:
        """The last days."""
        return self.query_one("#starts", FixedTable)

    def command_words(self) -> Sequence[object]:
        return "start-by", "--compute"

    def on_mount(self) -> None:
        self.reload()

    def reload(self) -> None:
        known = self.workspace.impact.known_starts()
        lines = [] if known is None else [StartLine(self._id_of(one), one, known) for one in known.all()]
        self.table.empty = keyed(_NONE) if known is None else "Nothing has to be replaced."
        self.table.set_rows(lines)
        said = [] if known is None else basis_words(known, alone=True)
        dim = style_of(self.app, Tone.DIM)
        self.query_one("#start-basis", Note).update(Text("\n".join(map(without_commands, said)), dim))
        self._show_said()

    def _id_of(self, start: LastStart) -> int:
        return self._ids.setdefault(start.record, len(self._ids) + 1)

    @on(ListTable.Highlighted, "#starts")
    def _show_said(self) -> None:
        line = self.table.record
        text = "" if line is None else without_commands(f"{line.start.title}: {line.known.said(line.start)}")
        self.query_one("#start-said", Note).update(text)

    def action_compute(self) -> None:
        """Compute them in a process of its own; Esc stops it."""
        if not self.working:
            self.clear_refusal()
            job = partial(compute, self.workspace, self.count, self.stop)
            self.perform(job, self._computed, saying="running forecasts …", leaving=Leaving.STOPS)

    def _computed(self, done: bool) -> None:
        self.show_progress("" if done else "stopped")
        self.reload()

    def action_freezes(self) -> None:
        """Add or remove a change freeze."""
        if not self.working:
            self.console.ask(FreezesDialog(), self._changed_freezes)

    def _changed_freezes(self, said: str) -> None:
        self.reload()
