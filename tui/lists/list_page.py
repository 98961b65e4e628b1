"""A filterable list with selection, beside the details of the record under the cursor: the base of all list screens.

A list defines its columns (``make_table``), its filter (``parse``), the source of its records (``show_state``, which
ends in ``show_records``), its details, and its keys.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from ...store import filters
from ...store.filter_completion import Values
from ...store.persistence.database import Changes
from ..components.still_static import StillStatic
from ..components.text_styles import Tone, style_of
from ..shell.background_search import BackgroundSearch
from ..shell.keys.keys import bound, keyed
from .filter_input import FilterInput
from .line_painter import R
from .list_table import ListTable
from .list_tools import EMPTY, ListTools
from .selection import Range

Found = TypeVar("Found")

SIDE_BY_SIDE = 120
BESIDE: list[tuple[int, str]] = [(0, "-narrow"), (SIDE_BY_SIDE, "-wide")]  # HORIZONTAL_BREAKPOINTS: details beside
BELOW: list[tuple[int, str]] = [(0, "-short"), (34, "-tall")]  # VERTICAL_BREAKPOINTS: details below the list
NO_MATCH = "Nothing matches the filter. {Back} clears it."

FILTER = bound("filter", "filter", "Filter", tooltip="Show only what matches")
BACK = bound("back", "back", "Clear selection, filter", show=False)
CLEAR = bound("back", "back", "Clear the filter", show=False)
SELECT_ALL = bound("select-all", "mark_all", "Select all", tooltip="Select all shown")


RECORD_KEYS: list[BindingType] = [
    bound("next-record", "record(1)", "Next record", show=False),
    bound("previous-record", "record(-1)", "Record before", show=False),
]


def words_filter(text: str, haystack: Callable[[R], str]) -> filters.Filter[R]:
    """A filter of words only: all must occur in a record's lower-case ``haystack``."""
    return filters.build(text, {}, lambda word: lambda record: word in haystack(record))


class ListPage(ListTools[R], Generic[R]):
    """``#table`` is the list, ``#filter`` the filter line, ``#shown`` the number of records shown."""

    AUTO_FOCUS = "#table"
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("save-filter", "filters", "Filters", show=False),
        *RECORD_KEYS,
    ]
    no_records: ClassVar[str] = "Nothing here."
    filter_hint: ClassVar[str] = "{filter} filters: words"
    filter_help: ClassVar[tuple[tuple[str, str], ...]] = (("gateway urgent", "all the words, anywhere in a line"),)

    def __init__(self) -> None:
        super().__init__()
        self.filter: filters.Filter[R] = filters.Filter()
        self._wanted: int | None = None
        self._shown_width = 0

    # What a list says

    @abstractmethod
    def make_table(self) -> ListTable[R]:
        """Create the list, with the id ``table``."""

    @abstractmethod
    def parse(self, text: str) -> filters.Filter[R]:
        """The filter for a text."""

    def filter_values(self) -> Values:
        """The keys of the filter language and their values, to complete what is typed."""
        return {}

    def compose_details(self) -> ComposeResult:
        """The details of the record under the cursor."""
        yield from ()

    def show_details(self) -> None:
        """Update the details."""

    def opened(self, record: R) -> None:
        """The person pressed Enter on a record."""

    @property
    def total(self) -> int:
        """The number of records, filtered or not."""
        return self.table.total

    def amount(self) -> str:
        """How many records are shown, and of how many; or how far the search for them, or sorting them, is."""
        tested, in_order = self.table.tested, self.table.sorted
        if tested is not None:
            return f"looking … {tested:.0%}"
        if in_order is not None:
            return f"sorting … {in_order:.0%}"
        shown, total = len(self.table.rows), self.total
        return f"{shown:,} of {total:,}" if shown != total else f"{total:,}"

    def remarks(self) -> Iterable[tuple[str, Tone]]:
        """Further remarks of the filter line, before the amount."""
        return ()

    # The list

    def compose_page(self) -> ComposeResult:
        yield from self.compose_list()
        yield from self.compose_details()

    def compose_list(self) -> tuple[Widget, ListTable[R]]:
        """The filter line, and the list below it."""
        line = Horizontal(
            FilterInput(
                placeholder=self.filter_hint, id="filter", values=self.filter_values, history=self._used_filters
            ),
            StillStatic("", id="shown"),
            id="filter-line",
        )
        return line, self.as_remembered(self.make_table())

    @property
    def table(self) -> ListTable[R]:
        """The list."""
        return self.query_one("#table", ListTable)

    @property
    def is_wide(self) -> bool:
        """Whether there is room for the details beside the list."""
        return self.size.width >= SIDE_BY_SIDE

    def show_records(self, records: Iterable[R] | None = None) -> None:
        """Show these records; None if the table has them already."""
        if records is not None:
            self.table.set_rows(records)
        if self._wanted is not None and self.table.move_to(self._wanted):
            self._wanted = None
        self.table.empty = self.why_empty()
        self.make_room()
        self.show_amount()
        self.show_details()

    def make_room(self) -> None:
        """Leave the details out while there is no record, so that all of the room is for what says what to do."""
        if self.has_class(EMPTY) == bool(self.total) and self.console.fleet.loaded:
            self.toggle_class(EMPTY)
            self.lay_out_panes()

    def show_amount(self) -> None:
        """Update the end of the filter line."""
        parts = [(text, Tone.EXPIRING) for text in [self.filter.problem] if text is not None]
        if self.table.marked:
            going_on = keyed(", {select-range} ends the range") if self.table.selection.range is Range.MOVES else ""
            parts.append((f"{len(self.table.marked):,} selected{going_on}", Tone.ACCENT))
        parts += [*self.remarks(), (self.amount(), Tone.DIM)]
        self.show_beside_filter(Text("  ").join(Text(text, style_of(self.app, tone)) for text, tone in parts))

    def show_beside_filter(self, text: Text) -> None:
        """Show a text at the end of the filter line. A text of the same width needs no new layout of the screen."""
        self.query_one("#shown", Static).update(text, layout=text.cell_len != self._shown_width)
        self._shown_width = text.cell_len

    def why_empty(self) -> str:
        """The text of an empty list."""
        return keyed(NO_MATCH if self.total else self.no_records)

    def want(self, id: int) -> None:
        """Put the cursor on a record once it appears."""
        self._wanted = id

    def reveal(self, id: int) -> None:
        """Put the cursor on a record, clearing a filter that hides it."""
        self.console.poll_now()
        self.catch_up()
        if not self.table.move_to(id):
            self.set_filter("")
            self.narrow("")
            self.table.move_to(id)
        self.table.focus()

    def catch_up(self) -> None:
        """Show pending changes at once."""

    @on(ListTable.Highlighted, "#table")
    def _highlighted(self) -> None:
        self.highlighted()

    def highlighted(self) -> None:
        """The cursor moved to another record."""
        self.show_details()

    @on(ListTable.Opened, "#table")
    def _opened(self, event: ListTable.Opened) -> None:
        self.opened(event.record)

    @on(ListTable.Changed, "#table")
    def _selection_changed(self) -> None:
        self.show_amount()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._fill_room)

    def _fill_room(self) -> None:
        self.lay_out_panes()
        self.show_details()

    def unmark(self) -> None:
        """Clear the selection."""
        self.table.unmark()
        self.show_amount()

    def action_record(self, by: int) -> None:
        """Go to the next record, or to the one before, wherever in the details the focus is."""
        self.table.action_move(by)

    def action_mark_all(self) -> None:
        self.table.mark_all()

    # The filter

    @property
    def typed_filter(self) -> str:
        """The text in the filter line."""
        return self.query_one("#filter", Input).value

    def set_filter(self, text: str) -> None:
        """Write a text into the filter line."""
        self.query_one("#filter", Input).value = text

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        self.narrow(event.value)

    def show_filtered(self, text: str) -> None:
        """Filter the list by this text, and clear the selection."""
        self.unmark()
        self.set_filter(text)
        self.table.focus()

    def narrow(self, text: str) -> None:
        """Apply the filter line's text."""
        self.filter_text = text
        self.filter = self.parse(text)
        self.table.empty = self.why_empty()
        self.table.narrow(self.filter.matches)
        self.show_amount()

    def action_filter(self) -> None:
        self.query_one("#filter", Input).focus()

    @on(FilterInput.Left)
    def _filter_left(self, event: FilterInput.Left) -> None:
        if event.clear:
            self.set_filter("")
        elif text := self.typed_filter.strip():
            self.console.memory.change(lambda state: state.with_history(self.remembered_as, text))
        self.table.focus()

    def _used_filters(self) -> Sequence[str]:
        return self.console.memory.state.list(self.remembered_as).history

    def action_filters(self) -> None:
        from .filters_dialog import FiltersDialog

        self.console.ask(FiltersDialog(self.remembered_as, self.typed_filter), self._use_filter)

    def _use_filter(self, text: str) -> None:
        self.set_filter(text)
        self.table.focus()

    def action_back(self) -> None:
        if self.unzoom():
            return
        if not self.table.has_focus:
            self.table.focus()
        elif self.table.marked:
            self.unmark()
        else:
            self.set_filter("")


class SearchedListPage(ListPage[R], Generic[R, Found]):
    """A list computed in the background from the whole fleet: at once after a change in one of ``tables``, and
    otherwise at intervals."""

    tables: ClassVar[tuple[str, ...]]

    def __init__(self) -> None:
        super().__init__()
        self._search = BackgroundSearch(self, self.search, self.found)

    @abstractmethod
    def search(self) -> Callable[[], Found]:
        """The search to run in the background."""

    @abstractmethod
    def found(self, found: Found) -> None:
        """Show the search's result."""

    def show_state(self, changes: Changes | None) -> None:
        if changes is None or changes.touches(*self.tables):
            self._search.now()
        else:
            self._search()

    def remarks(self) -> Iterable[tuple[str, Tone]]:
        return [] if self.console.fleet.loaded else [("reading devices …", Tone.PENDING)]
