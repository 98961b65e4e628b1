"""The checklist: the needs of each part of the deployment, their certificates, and what stops without them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from ...store.checklist.checklist_row import ChecklistRow, Mark
from ...store.checklist.row_counts import RowProblem, counts_of
from ...store.consequences.landscape_reader import TABLES
from ...store.filter_completion import Values
from ...store.filters import Filter
from ...store.impact.platform_counts import count_platforms
from ...store.model.component import Component
from ...store.model.device import Device, Platform
from ...store.persistence.database import Changes
from ...store.words import plural
from ...store.workspace import Workspace
from ..components.owner_names import OwnerNames
from ..components.text_styles import Tone, style_of, styled
from ..lists.details_pane import DetailsPane
from ..lists.list_page import BELOW, CLEAR, NO_MATCH, SearchedListPage
from .actions import ChecklistActions
from .details import details_dialog, details_of
from .filter import HELP, VALUES, parse_filter
from .table import ChecklistLine, ChecklistTable, line_id, lines_of

_COUNT_TONES = {
    RowProblem.STOPPED: Tone.EXPIRED,
    RowProblem.DEGRADED: Tone.EXPIRING,
    RowProblem.MISSING: Tone.EXPIRING,
    RowProblem.EXPIRING: Tone.EXPIRING,
}


class ChecklistState(NamedTuple):
    """The rows, and the number of devices per platform."""

    rows: tuple[ChecklistRow, ...]
    devices: dict[Platform, int]


class ChecklistPage(SearchedListPage[ChecklistLine, ChecklistState], ChecklistActions):
    """Counting 100,000 devices takes a while, so the rows are computed in the background and not all the time."""

    no_records = NO_MATCH
    filter_hint = "{filter} filters: words, stopped …"
    filter_help = HELP
    tables = (*TABLES, "tasks", "endpoints", "endpoint_readings")
    details_area = "#need-details"
    VERTICAL_BREAKPOINTS = BELOW
    BINDINGS: ClassVar[list[BindingType]] = [CLEAR]

    def __init__(self) -> None:
        super().__init__()
        self._state = ChecklistState((), {})
        self._owners = OwnerNames(self, self._records, lambda: self.table.cells_changed("owner"))

    def make_table(self) -> ChecklistTable:
        return ChecklistTable(lambda line: self._owners.of(_record(line)), id="table")

    def filter_values(self) -> Values:
        return VALUES

    def parse(self, text: str) -> Filter[ChecklistLine]:
        return parse_filter(text)

    def compose_details(self) -> ComposeResult:
        yield DetailsPane(id="need-details")

    @property
    def row(self) -> ChecklistRow | None:
        line = self.table.record
        return None if line is None else line.row

    def arrived(self, component: Component) -> None:
        self.want(line_id(component))

    def search(self) -> Callable[[], ChecklistState]:
        return partial(_look, self.workspace, self.devices())

    def show_state(self, changes: Changes | None) -> None:
        super().show_state(changes)
        self._owners.follow(changes)

    def _records(self) -> list[str]:
        return [f"component:{component.id}" for component in self.workspace.components.list()]

    def found(self, found: ChecklistState) -> None:
        self._state = found
        self.show_records(lines_of(found.rows, self.console.certificates.rows))

    def show_amount(self) -> None:
        rows = self._state.rows
        if self.filter.problem is not None:
            self.show_beside_filter(Text(self.filter.problem, style_of(self.app, Tone.EXPIRING)))
            return
        text = Text(plural(len(rows), "need"), style_of(self.app, Tone.STRONG))
        for problem, count in counts_of(rows).items():
            text.append_text(styled(self.app, ", ", (f"{count:,} {problem}", _COUNT_TONES[problem])))
        if tasks := len({task.id for row in rows for task in row.tasks}):
            text.append_text(styled(self.app, ", ", (plural(tasks, "task"), Tone.PENDING)))
        if not self.console.fleet.loaded:
            text.append("  reading …", style_of(self.app, Tone.PENDING))
        self.show_beside_filter(text)

    def show_details(self) -> None:
        devices, entries = self._state.devices, self.console.certificates.rows
        details = None if self.row is None else details_of(self.app, self.row, devices, entries)
        self.query_one(DetailsPane).show(details)

    def opened(self, record: ChecklistLine) -> None:
        if (row := self.row) is None:
            return
        if row.status == Mark.MISSING and not row.tasks:
            self.action_bind()
        else:
            self.app.push_screen(details_dialog(self.app, row, self._state.devices, self.console.certificates.rows))


def _record(line: ChecklistLine) -> str:
    return "" if line.row is None or line.row.component is None else f"component:{line.row.component.id}"


def _look(workspace: Workspace, devices: Sequence[Device]) -> ChecklistState:
    return ChecklistState(workspace.impact.checklist(devices=devices), count_platforms(devices))
