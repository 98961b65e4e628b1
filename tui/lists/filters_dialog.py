"""The filters of a list: keeping the present one under a name, and going back to a kept or an earlier one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from ...store.printable import printable
from ..components.key_hints import KeyHints
from ..components.text_styles import Tone
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, TextField, needed
from ..shell.keys.keys import bound, keyed
from .columns import Column
from .fixed_table import FixedTable
from .list_table import ListTable

LONGEST = 40  # letters of a name


@dataclass(frozen=True)
class FilterLine:
    """A filter: kept under ``name``, or (empty) used before."""

    id: int
    name: str
    text: str


_COLUMNS = (
    Column[FilterLine]("name", "Name", lambda line: line.name or "used before", None, None, 20),
    Column[FilterLine]("text", "Filter", lambda line: printable(line.text), width=30, grow=1),
)


class _FilterTable(FixedTable[FilterLine]):
    """The kept filters, and those that were used."""

    has_tools = False


class FiltersDialog(FormDialog[str]):
    """Returns the filter to use. ``text`` is the present one."""

    heading = "Filters"
    AUTO_FOCUS = "#name, #filters"
    BINDINGS: ClassVar[list[BindingType]] = [bound("delete", "remove", "Forget a kept one")]

    def __init__(self, list_name: str, text: str) -> None:
        super().__init__()
        self._list, self._text = list_name, text.strip()
        self.confirm_label = "Keep" if self._text else None

    def compose_form(self) -> Iterable[Widget]:
        if self._text:
            yield Note(printable(self._text), "strong")
            yield TextField(
                "name",
                "Keep it as",
                check=needed("filter-unnamed", "the filter has no name"),
                longest=LONGEST,
                to_blame=["filter-unnamed"],
            )
        yield _FilterTable(
            _COLUMNS,
            row_tone=lambda line: None if line.name else Tone.DIM,
            empty="No filter was kept or used here yet.",
            id="filters",
        )
        yield KeyHints("{open} uses the filter under the cursor", "{delete} forgets a kept one")

    def on_mount(self) -> None:
        self._show()

    @property
    def _table(self) -> FixedTable[FilterLine]:
        return self.query_one("#filters", FixedTable)

    def _show(self) -> None:
        known = self.console.memory.state.list(self._list)
        kept = sorted(known.filters.items())
        past = [text for text in known.history if text not in known.filters.values()]
        found = [*kept, *(("", text) for text in past)]
        self._table.set_rows(FilterLine(id, name, text) for id, (name, text) in enumerate(found, 1))

    @on(ListTable.Opened, "#filters")
    def _opened(self, event: ListTable.Opened) -> None:
        self.dismiss(event.record.text)

    def action_remove(self) -> None:
        line = self._table.record
        if line is not None and line.name:
            self.console.memory.change(lambda state: state.without_filter(self._list, line.name))
            self._show()

    def work(self, name: str) -> str:
        self.console.memory.change(lambda state: state.with_filter(self._list, printable(name), self._text))
        return self._text

    def told(self, result: str) -> str:
        return keyed("Kept. {save-filter} shows the filters that were kept.")
