"""A table in a dialog, and below it what is to be said of the row under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic

from textual import on
from textual.widget import Widget
from textual.widgets import Static

from .background_work import Result
from .columns import Column
from .form_dialog import FormDialog
from .line_painter import R
from .list_table import ListTable


class TableDialog(FormDialog[Result], Generic[Result, R]):
    """``above`` stands over the table; ``more`` is said of a row. Enter on a row leaves with what ``opened`` makes of
    it. ``lines`` is the table's greatest height."""

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
    ) -> None:
        super().__init__()
        self.heading = heading
        self._above, self._more, self._gives = above, more, opened
        self.table: ListTable[R] = ListTable(columns, marks=False, sort=sort, empty="", id="findings")
        self.table.styles.max_height = lines
        self.table.set_rows(rows)

    def compose_form(self) -> Iterable[Widget]:
        yield from self._above
        yield self.table
        yield Static("", id="finding", markup=False)

    @on(ListTable.Highlighted, "#findings")
    def _highlighted(self, event: ListTable.Highlighted) -> None:
        record: Any = event.record
        self.query_one("#finding", Static).update("" if record is None else self._more(record))
        if event.table.cursor:  # what is said below it is to be in view
            event.table.scroll_visible(animate=False)

    @on(ListTable.Opened, "#findings")
    def _opened(self, event: ListTable.Opened) -> None:
        self.dismiss(self._gives(event.record))
