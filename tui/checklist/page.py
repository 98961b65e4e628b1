"""The checklist: what each part of the deployment needs, with which certificate, and what stops without it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Static

from ...store.impact.checklist import Mark, Row
from ...store.impact.impact import count_platforms
from ...store.impact.landscape_reader import TABLES
from ...store.model.component import Component
from ...store.model.device import Device, Platform
from ...store.persistence.database import Changes
from ...store.words import plural
from ...store.workspace import Workspace
from ..components.filter_input import FilterInput
from ..components.list_page import ListPage
from ..components.record_table import RecordTable
from ..components.text_styles import Tone, style_of, styled
from ..shell.background_search import BackgroundSearch
from .actions import ChecklistActions
from .details import details_dialog, details_of
from .filter import parse_filter
from .table import ChecklistTable, counts_of, line_id, lines_of

_ROOTS = (*TABLES, "tasks")
_COUNT_TONES = {"stopped": Tone.EXPIRED, "degraded": Tone.EXPIRING, "missing": Tone.EXPIRING, "expiring": Tone.EXPIRING}


class Looked(NamedTuple):
    """What was found: the rows, and how many devices of each platform there are."""

    rows: tuple[Row, ...]
    devices: dict[Platform, int]


class ChecklistPage(ChecklistActions, ListPage):
    """The rows, and the details of the one under the cursor.

    Counting 100,000 devices takes a while, so it is done beside the screen, and not all the time.
    """

    VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-tall")]  # noqa: RUF012 - as Textual declares it
    AUTO_FOCUS = "ChecklistTable"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "Clear the filter", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self._looked = Looked((), {})
        self._beside = BackgroundSearch(self, self._prepare, self._found)
        self._wanted: int | None = None

    def compose_page(self) -> ComposeResult:
        with Horizontal(id="filter-line"):
            yield FilterInput(id="filter", placeholder="/ filters: words, stopped …")
            yield Static("", id="shown")
        yield ChecklistTable(id="table")
        with Vertical(id="need-details"):
            yield Static("", id="need-title")
            with VerticalScroll(can_focus=False):
                yield Static("", id="need-body")

    @property
    def table(self) -> ChecklistTable:
        """The list."""
        return self.query_one("#table", ChecklistTable)

    @property
    def row(self) -> Row | None:
        line = self.table.record
        return None if line is None else line.row

    def arrived(self, component: Component) -> None:
        self._wanted = line_id(component)

    # Looking

    def show_state(self, changes: Changes | None) -> None:
        if changes is None or changes.touches(*_ROOTS):
            self._beside.now()
        else:
            self._beside()

    def _prepare(self) -> Callable[[], Looked]:
        return partial(_look, self.workspace, self._devices())

    def _found(self, found: Looked) -> None:
        self._looked = found
        self.table.empty = "Nothing matches the filter. Esc clears it."
        lines = lines_of(found.rows, self.console.register.rows)
        self.table.set_rows(lines)
        if any(line.id == self._wanted for line in lines):
            self.table.move_to(self._wanted or 0)
            self._wanted = None
        self._count()
        self._show_details()

    def _count(self) -> None:
        rows = self._looked.rows
        text = Text(plural(len(rows), "need"), style_of(self.app, Tone.STRONG))
        for word, count in counts_of(rows).items():
            text.append_text(styled(self.app, ", ", (f"{count:,} {word}", _COUNT_TONES[word])))
        if tasks := len({task.id for row in rows for task in row.tasks}):
            text.append_text(styled(self.app, ", ", (plural(tasks, "task"), Tone.PENDING)))
        if not self.console.fleet.loaded:
            text.append("  reading …", style_of(self.app, Tone.PENDING))
        self.query_one("#shown", Static).update(text)

    # The details

    def _show_details(self) -> None:
        title, body = self.query_one("#need-title", Static), self.query_one("#need-body", Static)
        if (row := self.row) is None:
            title.update("")
            body.update("")
            return
        details = details_of(self.app, row, self._looked.devices, self.console.register.rows)
        title.update(details.title)
        body.update(details.body)

    @on(RecordTable.Highlighted, "#table")
    def _highlighted(self) -> None:
        self._show_details()

    @on(RecordTable.Opened, "#table")
    def _opened(self) -> None:
        if (row := self.row) is None:
            return
        if row.status == Mark.MISSING and not row.tasks:
            self.action_bind()
        else:
            self.app.push_screen(details_dialog(self.app, row, self._looked.devices, self.console.register.rows))

    # The filter

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        found = parse_filter(event.value)
        self.table.narrow(found.matches)
        if found.problem is None:
            self._count()
        else:
            self.query_one("#shown", Static).update(Text(found.problem, style_of(self.app, Tone.EXPIRING)))
        self._show_details()

    def action_back(self) -> None:
        if self.table.has_focus:
            self.query_one("#filter", Input).value = ""
        self.table.focus()


def _look(workspace: Workspace, devices: list[Device]) -> Looked:
    return Looked(workspace.impact.checklist(devices=devices), count_platforms(devices))
