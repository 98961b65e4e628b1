"""The bulk device certificates: the device of each, when it expires, and the policy that installed it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from ...store.filter_completion import Values
from ...store.filters import Filter
from ...store.words import plural
from ..lists.details_pane import DetailsPane
from ..lists.list_page import BACK, BELOW, FILTER, SELECT_ALL, SearchedListPage
from ..policies.table import CERTIFICATES, POLICIES, PolicyTabs
from ..shell.keys.keys import bound
from .delete_dialog import BulkDeleteDialog, BulkDeletion
from .details import bulk_details
from .details_dialog import details_dialog
from .filter import HELP, VALUES, parse_filter
from .import_dialog import BulkImportDialog
from .result_dialog import deletion_lines, import_lines, result_dialog
from .rows import BulkRow, BulkRowsFound, look
from .table import BulkTable


class DeviceCertificatesPage(SearchedListPage[BulkRow, BulkRowsFound]):
    """The second list of Policies. Its rows are computed in the background."""

    page = POLICIES
    list_name = "device-certificates"
    no_records = "No device certificate yet. {import} imports an archive of them."
    filter_hint = "{filter} filters: words, days:<30 device:none policy:none …"
    filter_help = HELP
    tables = ("bulk_certificates",)
    details_area = "#bulk-details"
    VERTICAL_BREAKPOINTS = BELOW
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("other-tab", "other", "Policies", tooltip="Policies"),
        bound("import", "import", "Import", tooltip="Import an archive"),
        bound("delete", "delete", "Delete", tooltip="Delete, or by a file"),
        bound("follow", "device", "Device", tooltip="Go to its device"),
        FILTER,
        BACK,
        SELECT_ALL,
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[int, BulkRow] | None = None
        self._policies = 0

    def compose_page(self) -> ComposeResult:
        yield PolicyTabs("", id="policy-tabs")
        yield from super().compose_page()

    def make_table(self) -> BulkTable:
        return BulkTable(id="table")

    def filter_values(self) -> Values:
        return VALUES

    def parse(self, text: str) -> Filter[BulkRow]:
        return parse_filter(text)

    def compose_details(self) -> ComposeResult:
        yield DetailsPane(id="bulk-details")

    # Following the feed

    def search(self) -> Callable[[], BulkRowsFound]:
        devices = self.console.fleet.devices()
        return partial(look, self.workspace, devices, self._rows or {})

    def found(self, found: BulkRowsFound) -> None:
        first = self._rows is None
        self._rows, self._policies = found.rows, found.policies
        if not first and (found.changed or found.gone):
            self.table.update_rows(found.changed, found.gone)
        self.show_records(found.rows.values() if first else None)

    def show_amount(self) -> None:
        super().show_amount()
        self.query_one(PolicyTabs).show(CERTIFICATES, self._policies, self.total)

    def show_details(self) -> None:
        row = self.table.record
        self.query_one(DetailsPane).show(None if row is None else bulk_details(self.app, row))

    def opened(self, record: BulkRow) -> None:
        self.console.ask(details_dialog(self.app, record), self.console.open_device)

    # Actions

    def action_other(self) -> None:
        self.console.action_page(POLICIES)

    def action_device(self) -> None:
        row = self.table.record
        if row is not None and row.device_id is not None:
            self.console.open_device(row.device_id)
        else:
            self.console.note("No device has that identity yet.")

    def action_import(self) -> None:
        self.console.ask(BulkImportDialog(), lambda result: self.app.push_screen(result_dialog(*import_lines(result))))

    def action_delete(self) -> None:
        self.console.ask(BulkDeleteDialog(self.targets(), self._rows or {}, self.table.hidden), self._deleted)

    def _deleted(self, deleted: BulkDeletion) -> None:
        self.unmark()
        count = sum(one.record is not None for one in deleted.results)
        self.console.note(f"{plural(count, 'device certificate')} deleted.")
        if any(one.refusal is not None for one in deleted.results):
            self.app.push_screen(result_dialog(*deletion_lines(deleted.results, by_file=deleted.by_file)))
