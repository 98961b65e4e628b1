"""The bulk device certificates: which device each is for, when it ends, and which policy has installed it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Static

from ...store.bulk.results import BulkResult
from ...store.filters import Filter
from ...store.persistence.database import Changes
from ...store.words import plural
from ..components.filter_input import FilterInput
from ..components.list_page import ListPage
from ..components.record_table import RecordTable
from ..components.text_styles import Tone, style_of
from ..policies.table import CERTIFICATES, POLICIES, PolicyTabs
from ..shell.background_search import BackgroundSearch
from .delete_dialog import BulkDeleteDialog, BulkDeletion
from .details_dialog import BulkRecordDialog
from .filter import parse_filter
from .import_dialog import BulkImportDialog
from .result_dialog import BulkResultDialog, deletion_lines, import_lines
from .rows import BulkRow, LookedAt, look
from .table import BulkTable, bulk_fields, bulk_title

_EMPTY = "No device certificate yet. i imports an archive of them."


class DeviceCertificatesPage(ListPage):
    """The second list of Policies. What is to be shown is put together beside the screen."""

    page = POLICIES
    AUTO_FOCUS = "BulkTable"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-tall")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "other", "Policies", tooltip="Policies"),
        Binding("i", "import", "Import", tooltip="Import an archive"),
        Binding("x,delete", "delete", "Delete", key_display="x", tooltip="Delete, or by a file"),
        Binding("g", "device", "Device", tooltip="Go to its device"),
        Binding("slash", "filter", "Filter", key_display="/", tooltip="Show only what matches"),
        Binding("escape", "back", "Clear selection, filter", show=False),
        Binding("ctrl+a", "mark_all", "Select all", key_display="^a", tooltip="Select all shown"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[int, BulkRow] | None = None
        self._filter: Filter[BulkRow] = Filter()
        self._policies = 0
        self._beside = BackgroundSearch(self, self._prepare, self._found)

    def compose_page(self) -> ComposeResult:
        yield PolicyTabs("", id="policy-tabs")
        with Horizontal(id="filter-line"):
            yield FilterInput(id="filter", placeholder="/ filters: words, days:<30 device:none policy:none …")
            yield Static("", id="shown")
        yield BulkTable(id="table")
        with Vertical(id="bulk-details"):
            yield Static("", id="bulk-title")
            with VerticalScroll(can_focus=False):
                yield Static("", id="bulk-body")

    @property
    def table(self) -> BulkTable:
        """The list."""
        return self.query_one("#table", BulkTable)

    # Following the feed

    def show_state(self, changes: Changes | None) -> None:
        if changes is None or changes.touches("bulk_certificates"):
            self._beside.now()
        else:
            self._beside()

    def _prepare(self) -> Callable[[], LookedAt]:
        devices = [row.device for row in self.console.fleet.rows.values()]
        return partial(look, self.workspace, devices, self._rows or {})

    def _found(self, found: LookedAt) -> None:
        first = self._rows is None
        self._rows, self._policies = found.rows, found.policies
        self.table.empty = "Nothing matches the filter. Esc clears it." if found.rows else _EMPTY
        if first:
            self.table.set_rows(found.rows.values())
        elif found.changed or found.gone:
            self.table.update_rows(found.changed, found.gone)
        self._count()
        self._show_details()

    def _count(self) -> None:
        table, total = self.table, len(self._rows or ())
        parts: list[Text] = []
        if self._filter.problem is not None:
            parts.append(Text(self._filter.problem, style_of(self.app, Tone.EXPIRING)))
        if table.marked:
            parts.append(Text(f"{len(table.marked):,} selected", style_of(self.app, Tone.ACCENT)))
        if not self.console.fleet.loaded:
            parts.append(Text("reading devices …", style_of(self.app, Tone.PENDING)))
        shown = len(table.rows)
        parts.append(Text(f"{shown:,} of {total:,}" if shown != total else f"{total:,}", style_of(self.app, Tone.DIM)))
        self.query_one("#shown", Static).update(Text("  ").join(parts))
        self.query_one(PolicyTabs).show(CERTIFICATES, self._policies, total)

    def _show_details(self) -> None:
        title, body = self.query_one("#bulk-title", Static), self.query_one("#bulk-body", Static)
        if (row := self.table.record) is None:
            title.update("")
            body.update("")
        else:
            title.update(bulk_title(self.app, row))
            body.update(bulk_fields(self.app, row))

    @on(RecordTable.Highlighted, "#table")
    def _highlighted(self) -> None:
        self._show_details()

    @on(RecordTable.Changed, "#table")
    def _table_changed(self) -> None:
        self._count()

    @on(RecordTable.Opened, "#table")
    def _opened(self, event: RecordTable.Opened) -> None:
        self.app.push_screen(BulkRecordDialog(event.record), self._wished)

    # The filter

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        self._filter = parse_filter(event.value)
        self.table.narrow(self._filter.matches)
        self._count()
        self._show_details()

    def action_back(self) -> None:
        if not self.table.has_focus:
            self.table.focus()
        elif self.table.marked:
            self._unmark()
        else:
            self.query_one("#filter", Input).value = ""

    def _unmark(self) -> None:
        self.table.marked.clear()
        self.table.refresh()
        self._count()

    def action_mark_all(self) -> None:
        self.table.mark_all()

    # What can be done

    def action_other(self) -> None:
        self.console.action_page(POLICIES)

    def _targets(self) -> list[BulkRow]:
        """What is selected, or else what is under the cursor."""
        table, rows = self.table, self._rows or {}
        if table.marked:
            return [rows[id] for id in sorted(table.marked) if id in rows]
        return [] if table.record is None else [table.record]

    def action_device(self) -> None:
        row = self.table.record
        if row is not None and row.device_id is not None:
            self.console.open_device(row.device_id)
        else:
            self.console.note("No device has that identity yet.")

    def _wished(self, device_id: int | None) -> None:
        if device_id is not None:
            self.console.open_device(device_id)

    def action_import(self) -> None:
        self.app.push_screen(BulkImportDialog(), self._imported)

    def _imported(self, result: BulkResult | None) -> None:
        if result is not None:
            self.app.push_screen(BulkResultDialog(*import_lines(result)))

    def action_delete(self) -> None:
        targets = self._targets()
        hidden = len(self.table.marked - {row.id for row in self.table.rows}) if self.table.marked else 0
        self.app.push_screen(BulkDeleteDialog(targets, self._rows or {}, hidden), self._deleted)

    def _deleted(self, deleted: BulkDeletion | None) -> None:
        if deleted is None:
            return
        self._unmark()
        count = sum(one.record is not None for one in deleted.results)
        self.console.note(f"{plural(count, 'device certificate')} deleted.")
        if any(one.refusal is not None for one in deleted.results):
            self.app.push_screen(BulkResultDialog(*deletion_lines(deleted.results, by_file=deleted.by_file)))
