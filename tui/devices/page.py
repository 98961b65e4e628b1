"""The devices: a list to filter and to select in, a filter pane, and the details of the one under the cursor."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Input, Static

from ...store.devices.device_filter import Filter, Predicate, is_narrower, parse_filter
from ...store.filters import with_field
from ...store.persistence.database import Changes
from ..components.filter_input import FilterInput
from ..components.list_page import ListPage
from ..components.record_table import REMEMBERED, RecordTable
from ..components.text_styles import Tone, style_of
from ..shell.repaint_throttle import RepaintThrottle
from .columns import FLEET, row_tone
from .detail_page import DeviceActions, DeviceDetailPage
from .details import DeviceDetailsPane
from .device_rows import DeviceRow
from .filter_pane import DeviceFilterPane
from .table import DeviceTable

SIDE_BY_SIDE = 120  # the details are beside the list
ALL_THREE = 170  # and the pane with them; else it takes their place
PAUSE = 0.2  # without a key, after which somebody who typed is taken to look
LONGEST = 0.9  # that what changed waits for such a pause
REST, SHARE = 0.6, 3  # with the app's polling, changes of others are there within a second

_OF_TIME = re.compile(r"\b(status|days|seen):", re.IGNORECASE)
_PLACEHOLDER = "/ filters: words, platform:ios issuer:default days:<30 …"
_EMPTY = "No device yet. The simulator (7) draws a fleet; certfleet device enroll adds one."


class DevicesPage(DeviceActions, ListPage):
    """The fleet. ``filter_text`` is what it is filtered by now."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - as Textual declares it
        (0, "-narrow"),
        (SIDE_BY_SIDE, "-wide"),
        (ALL_THREE, "-widest"),
    ]
    AUTO_FOCUS = "DeviceTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/", tooltip="Show only what matches"),
        Binding("f", "pane", "Pane", tooltip="Filter pane"),
        Binding("escape", "back", "Clear selection, filter", show=False),
        Binding("ctrl+a", "mark_all", "Select all", key_display="^a", tooltip="Select all shown"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._filter = Filter()
        self._filters: dict[str, Filter] = {}  # the last ones by their text, of this moment
        self.filter_text = ""
        self._shown_at: datetime | None = None  # to the minute: nothing is shown more exactly
        self._changed: set[int] | None = None
        self._complete = False
        self._shown_width = 0
        self._calmly = RepaintThrottle(self, self._catch_up, rest=REST, share=SHARE)
        self._details_timer: Timer | None = None
        self._typed = self._caught_up = 0.0

    def compose_page(self) -> ComposeResult:
        with Horizontal(id="devices"):
            with Vertical(id="list"):
                with Horizontal(id="filter-line"):
                    yield FilterInput(placeholder=_PLACEHOLDER, id="filter")
                    yield Static("", id="shown")
                yield DeviceTable(FLEET, sort="state", row_tone=row_tone, empty=_EMPTY, id="table")
            yield DeviceDetailsPane(id="details")
            yield DeviceFilterPane(id="pane")

    @property
    def table(self) -> DeviceTable:
        """The list."""
        return self.query_one("#table", DeviceTable)

    @property
    def pane(self) -> DeviceFilterPane:
        """The filter pane."""
        return self.query_one("#pane", DeviceFilterPane)

    @property
    def is_wide(self) -> bool:
        """Whether the details are beside the list."""
        return self.size.width >= (ALL_THREE if self.has_class("-pane") else SIDE_BY_SIDE)

    # Following the feed

    def on_screen_resume(self) -> None:
        self._calmly()

    def show_state(self, changes: Changes | None) -> None:
        if self._complete != self.console.fleet.loaded:
            self._complete = self.console.fleet.loaded
            self._calmly.now()
        else:
            self._calmly()

    def _catch_up(self) -> None:
        """Take in what changed since the last time, and let the time pass."""
        if not self.is_current:
            self._stale = True  # a dialog is above; long work may be at the store
            return
        fleet = self.console.fleet
        now = time.monotonic()
        typing = now < self._typed + PAUSE
        if typing and now < self._caught_up + LONGEST:
            self.set_timer(PAUSE / 2, self._calmly.now)
            return
        self._caught_up = now
        if self._changed is not None and not fleet.loaded and len(self._changed) < len(fleet.rows) // 2:
            return  # still coming in: to sort what is there each time that it has doubled is enough
        if self._changed is None:
            self._changed = fleet.inbox()
            self.table.set_rows(fleet.rows.values())
        elif self._changed:
            changed = self._changed.copy()
            self._changed.clear()
            rows = [row for id in changed if (row := fleet.rows.get(id)) is not None]
            self.table.update_rows(rows, changed - fleet.rows.keys())
        if not typing:
            self._let_time_pass()
        self._count()
        self._show_pane()
        if self.table.has_focus:
            self._show_details()
        else:
            self._show_details_soon()

    def _let_time_pass(self) -> None:
        minute = self.console.fleet.moment.now.replace(second=0, microsecond=0)
        if self._shown_at == minute:
            return
        self._shown_at = minute
        self._filters = {text: known for text, known in self._filters.items() if not _OF_TIME.search(text)}
        if _OF_TIME.search(self.filter_text):
            self._filter = self._filter_of(self.filter_text)
            self.table.narrow(self._filter.matches)
        self.table.repaint()

    # Selecting

    def targets(self) -> list[DeviceRow]:
        table = self.table
        if table.marked:
            rows = self.console.fleet.rows
            return [rows[id] for id in sorted(table.marked) if id in rows]
        return [] if table.record is None else [table.record]

    def hidden(self) -> int:
        return len(self.table.marked - {row.id for row in self.table.rows}) if self.table.marked else 0

    def done(self) -> None:
        self._unmark()
        self._calmly.now()

    def _unmark(self) -> None:
        self.table.marked.clear()
        self.table.refresh()
        self._count()

    def action_mark_all(self) -> None:
        self.table.mark_all()

    def action_back(self) -> None:
        field = self.query_one("#filter", Input)
        if not self.table.has_focus:
            self.table.focus()
        elif self.table.marked:
            self._unmark()
        elif field.value:
            field.value = ""

    def reveal(self, id: int) -> None:
        """Put the cursor on a device, taking away a filter that hides it."""
        self.console.poll_now()
        self._calmly.now()
        if not self.table.move_to(id):
            self.query_one("#filter", Input).value = ""
            self._narrow("")
            self.table.move_to(id)
        self.table.focus()

    # The filter

    def show_only(self, field: str, value: str) -> None:
        """Show the devices that have this value in a field, and no other filter."""
        self.query_one("#filter", Input).value = with_field("", field, value)
        self.table.focus()

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    def _narrow(self, text: str) -> None:
        self.filter_text, self._typed = text, time.monotonic()
        self._filter = self._filter_of(text)
        within = self._wider(text)
        self.table.empty = "Nothing matches the filter. Esc clears it." if self.console.fleet.rows else _EMPTY
        self.table.narrow(self._filter.matches, within=within)
        self._count()
        self._show_pane()

    def _filter_of(self, text: str) -> Filter:
        """The filter of this moment. It stays that of the moment while somebody types."""
        known = self._filters.pop(text, None) or parse_filter(text, self._shown_at or self.console.fleet.moment.now)
        self._filters[text] = known
        if len(self._filters) > REMEMBERED:
            del self._filters[next(iter(self._filters))]
        return known

    def _wider(self, text: str) -> Predicate | None:
        """Of the last filters, the narrowest that plainly lets through all that ``text`` does."""
        wider = (before for before, known in self._filters.items() if before != text and known.matches is not None)
        best = max((before for before in wider if is_narrower(text, before)), key=len, default=None)
        if best is None:
            return None
        self._filters[best] = self._filters.pop(best)  # of use: the last to be forgotten
        return self._filters[best].matches

    def _count(self) -> None:
        table, fleet = self.table, self.console.fleet
        parts: list[Text] = []
        if self._filter.problem is not None:
            parts.append(Text(self._filter.problem, style_of(self.app, Tone.EXPIRING)))
        if table.marked:
            parts.append(Text(f"{len(table.marked):,} selected", style_of(self.app, Tone.ACCENT)))
        if not fleet.loaded:
            parts.append(Text("reading …", style_of(self.app, Tone.PENDING)))
        total = f"{len(fleet.rows):,}"
        filtered = f"{len(table.rows):,} of {total}" if len(table.rows) != len(fleet.rows) else total
        parts.append(Text(filtered.rjust(2 * len(total) + 4), style_of(self.app, Tone.DIM)))
        shown, text = self.query_one("#shown", Static), Text("  ").join(parts)
        # While somebody types it is as wide as before, and the screen needn't be laid out anew.
        shown.update(text, layout=text.cell_len != self._shown_width)
        self._shown_width = text.cell_len

    # The filter pane

    def action_pane(self) -> None:
        pane = self.pane
        if not self.has_class("-pane"):
            self.add_class("-pane")
            self._show_pane()
            pane.focus()
            self.call_after_refresh(pane.scroll_to, y=0, animate=False, force=True)
        elif pane.has_focus:
            self._close_pane()
        else:
            pane.focus()

    def _close_pane(self) -> None:
        self.remove_class("-pane")
        self.table.focus()
        self._show_details()

    def _show_pane(self) -> None:
        if self.has_class("-pane"):
            groups = [group.name for group in self.workspace.authorities.groups()]
            self.pane.show(self.query_one("#filter", Input).value, self.console.fleet.counts(), groups)

    @on(DeviceFilterPane.Turned)
    def _pane_turned(self, event: DeviceFilterPane.Turned) -> None:
        self.query_one("#filter", Input).value = event.text

    @on(DeviceFilterPane.Left)
    def _pane_left(self) -> None:
        self._close_pane()

    # The details

    @on(RecordTable.Highlighted, "#table")
    def _highlighted(self) -> None:
        if self.table.has_focus:
            self._show_details()
        else:
            self._show_details_soon()

    @on(RecordTable.Changed, "#table")
    def _table_changed(self) -> None:
        self._count()

    @on(RecordTable.Opened, "#table")
    def _opened(self, event: RecordTable.Opened) -> None:
        if self.size.width < SIDE_BY_SIDE:
            self.app.push_screen(DeviceDetailPage(event.record.id))
            return
        if not self.is_wide:
            self._close_pane()
        self.query_one("#details Tabs").focus()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._show_details)

    def _show_details_soon(self) -> None:
        """Once nobody types any more: the list goes before."""
        if self._details_timer is not None:
            self._details_timer.stop()
        self._details_timer = self.set_timer(PAUSE, self._show_details)

    def _show_details(self) -> None:
        if self.is_wide and self._changed is not None:
            self.query_one("#details", DeviceDetailsPane).show(self.table.record)

    def action_tab(self, by: int) -> None:
        if self.is_wide:
            super().action_tab(by)
