"""A table in a dialog, with a text about the row under the cursor below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic

from textual import on
from textual.widget import Widget
from textual.widgets import Static

from ..dialogs.background_work import Result
from ..dialogs.form_dialog import FormDialog
from .columns import Column
from .line_painter import R
from .list_table import ListTable


class TableDialog(FormDialog[Result], Generic[Result, R]):
    """``above`` stands over the table; ``more`` returns the text about a row. Enter on a row closes the dialog with the
    result of ``opened``. ``lines`` is the table's maximum height. ``list_name`` is the table's; with
    None it has no tools."""

    confirm_label = None
    wide = True
    AUTO_FOCUS = "ListTable"

    def __init__(
        self,
        heading: str,
        columns: Sequence[Column[R]],
        rows: Sequence[R] = (),
        *,
        above: Sequence[Widget] = (),
        more: Callable[[R], str],
        opened: Callable[[R], Result | None] = lambda _: None,
        sort: str | None = None,
        lines: int = 10,
        list_name: str | None,
    ) -> None:
        super().__init__()
        self.heading = heading
        self._above, self._more, self._gives = above, more, opened
        self.table: ListTable[R] = ListTable(columns, marks=False, sort=sort, empty="", id="findings")
        self.table.styles.max_height = lines
        self.table.has_tools = list_name is not None
        self.table.list_name = list_name or ""
        self.table.set_rows(rows)

    def compose_form(self) -> Iterable[Widget]:
        yield from self._above
        yield self.table
        yield Static("", id="finding", markup=False)

    @on(ListTable.Highlighted, "#findings")
    def _highlighted(self, event: ListTable.Highlighted) -> None:
        record: Any = event.record
        self.query_one("#finding", Static).update("" if record is None else self._more(record))
        if event.table.cursor:  # so that the text below the table stays in view
            event.table.scroll_visible(animate=False)

    @on(ListTable.Opened, "#findings")
    def _opened(self, event: ListTable.Opened) -> None:
        self.dismiss(self._gives(event.record))
