"""The audit trail, newest first, read page by page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from ...store.model.audit import AuditLine
from ...store.persistence.database import Changes
from ...store.printable import printable
from ...store.words import hexadecimal, minute, moment
from ..components.columns import Column
from ..components.dialog import Dialog
from ..components.fields import fields
from ..components.filter_input import FilterInput
from ..components.list_page import ListPage
from ..components.record_table import RecordTable
from ..components.text_styles import Tone, style_of

PAGE = 500

_COLUMNS = (
    Column[AuditLine]("at", "Time (UTC)", lambda line: minute(line.at), lambda line: line.id, width=16),
    Column[AuditLine]("user", "Who", lambda line: printable(line.user), width=12),
    Column[AuditLine]("origin", "From", lambda line: printable(line.origin or ""), width=15, keep=2),
    Column[AuditLine]("action", "Action", lambda line: line.action, width=27, keep=3),
    Column[AuditLine]("record", "Record", lambda line: line.record, width=16, keep=1),
    Column[AuditLine]("summary", "What", lambda line: printable(line.summary), width=34, grow=1),
)


class AuditPage(ListPage):
    """Every change, and who made it."""

    page = "audit"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("escape", "back", "Clear the filter", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[AuditLine] = []
        self._complete = False

    def compose_page(self) -> ComposeResult:
        with Horizontal(id="filter-line"):
            yield FilterInput(id="filter", placeholder="/ filters: words, all of them in a line")
            yield Static("", id="shown")
        yield RecordTable[AuditLine](
            _COLUMNS, sort="at", reverse=True, marks=False, empty="Nothing matches the filter.", id="table"
        )

    @property
    def table(self) -> RecordTable[AuditLine]:
        """The lines."""
        return self.query_one("#table", RecordTable)

    def show_state(self, changes: Changes | None) -> None:
        if changes is not None and not changes.touches("audit"):
            return
        newest = self._lines[0].id if self._lines else 0
        new = self.workspace.audit.tail(PAGE)
        if not self._lines or new[-1].id > newest + 1:
            self._lines, self._complete = new, len(new) < PAGE
        else:
            self._lines = [*(line for line in new if line.id > newest), *self._lines]
        at_top = self.table.cursor == 0
        self._show()
        if at_top:
            self.table.cursor = 0

    def _show(self) -> None:
        self.table.set_rows(self._lines)
        more = "" if self._complete else " (older ones load at the end)"
        shown, loaded = len(self.table.rows), len(self._lines)
        count = f"{shown:,} of {loaded:,}" if shown != loaded else f"{loaded:,}"
        self.query_one("#shown", Static).update(Text(count + more, style_of(self.app, Tone.DIM)))

    @on(RecordTable.Highlighted, "#table")
    def _highlighted(self) -> None:
        if not self._complete and self._lines and self.table.cursor >= len(self.table.rows) - 2:
            older = self.workspace.audit.tail(PAGE, before=self._lines[-1].id)
            self._lines += older
            self._complete = len(older) < PAGE
            self._show()

    @on(RecordTable.Opened, "#table")
    def _opened(self, event: RecordTable.Opened) -> None:
        self.app.push_screen(AuditLineDialog(event.record))

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        words = event.value.lower().split()
        self.table.narrow((lambda line: all(word in _haystack(line) for word in words)) if words else None)
        self._show()

    def action_back(self) -> None:
        self.query_one("#filter", Input).value = ""
        self.table.focus()


def _haystack(line: AuditLine) -> str:
    return f"{minute(line.at)} {line.user} {line.origin} {line.action} {line.record} {line.summary}".lower()


class AuditLineDialog(Dialog[None]):
    """One line in full."""

    confirm_label = None
    wide = True

    def __init__(self, line: AuditLine) -> None:
        super().__init__()
        self._line = line
        self.heading = f"Audit line {line.id}"

    def compose_form(self) -> Iterable[Widget]:
        line = self._line
        text = Static()
        text.update(
            fields(
                self.app,
                [
                    ("What", printable(line.summary)),
                    ("Who", printable(line.user) + (f" from {printable(line.origin)}" if line.origin else "")),
                    ("When", moment(line.at)),
                    ("Machine's time", moment(line.wall_at)),
                    ("Action", line.action),
                    ("Record", line.record),
                    ("Hash", hexadecimal(line.hash)),
                    ("Line before", hexadecimal(line.previous_hash)),
                ],
                width=15,
            )
        )
        yield text
