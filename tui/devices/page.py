"""The devices: a list to filter and to select in, a filter pane, and the details of the device under the cursor."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from ...store import filters
from ...store.devices.device_filter import HELP, VALUES, Filter, Predicate, is_narrower, parse_filter
from ...store.filter_completion import Values
from ...store.filters import with_field
from ...store.persistence.database import Changes
from ..components.text_styles import Tone
from ..lists.copying import Copyable
from ..lists.list_page import BACK, BESIDE, FILTER, SIDE_BY_SIDE, ListPage
from ..lists.list_table import ListTable
from ..lists.record_list import REMEMBERED
from ..shell.keys.keys import bound, keyed
from ..shell.repaint_throttle import RepaintThrottle
from .columns import FLEET, row_tone
from .detail_page import DeviceActions, DeviceDetailPage
from .details import DeviceDetailsPane
from .device_copies import copies
from .device_row import DeviceRow
from .filter_pane import DeviceFilterPane
from .import_dialog import DeviceImportDialog
from .import_result_dialog import import_result_dialog

ALL_THREE = 170  # the pane's width beside the details; in less room it takes their place
PAUSE = 0.2  # seconds without a key, after which the person is reading
AT_REST = 0.1  # seconds without another record under the cursor, after which its details are shown
LONGEST = 0.9  # seconds for which changes wait for such a pause
TAKEN_IN, READ_IN = 300, 1_000  # devices that changed or were read, which the list takes in before it answers keys
MOST = 50_000  # so many more of them while it was hidden are faster to take in all at once
SOON = 0.02  # seconds until it takes in more
REST, SHARE = 0.6, 3  # with the app's polling, changes by others appear within a second

_OF_TIME = re.compile(r"\b(status|days|seen):", re.IGNORECASE)


class DevicesPage(ListPage[DeviceRow], DeviceActions):
    """The fleet. It is read in small steps, and changes are shown when nobody types."""

    list_area, details_area = "#list", "#details"
    no_records = "No device yet. {import} imports real ones; the simulator ({screen-7}) draws a fleet."
    filter_hint = "{filter} filters: words, platform:ios issuer:default days:<30 …"
    filter_help = HELP
    HORIZONTAL_BREAKPOINTS = [*BESIDE, (ALL_THREE, "-widest")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        FILTER,
        bound("import", "import", "Import", tooltip="Import real devices", show=False),  # no room in 80 columns
        bound("choose-filter", "pane", "Pane", tooltip="Filter pane"),
        BACK,
        bound("select-all", "mark_all", "All", tooltip="Select all shown"),  # short: 80 columns
    ]

    def __init__(self) -> None:
        super().__init__()
        self._filters: dict[str, Filter] = {}  # recent filters by text, of this moment
        self._shown_at: datetime | None = None  # to the minute: nothing is shown more precisely
        self._changed: set[int] | None = None
        self._complete = False
        self._reads = True  # a large fleet is still being read
        self._throttle = RepaintThrottle(self, self._catch_up, rest=REST, share=SHARE)
        self._details_timer: Timer | None = None
        self._catch_up_timer: Timer | None = None
        self._acted = self._moved = self._caught_up = 0.0  # when somebody typed or moved; when the cursor moved
        self._at: int | None = None  # the device under the cursor

    def compose_page(self) -> ComposeResult:
        with Horizontal(id="devices"):
            with Vertical(id="list"):
                yield from self.compose_list()
            yield DeviceDetailsPane()
            yield DeviceFilterPane(id="pane")

    def make_table(self) -> ListTable[DeviceRow]:
        table = ListTable(FLEET, sort="state", row_tone=row_tone, empty=keyed(self.no_records), id="table")
        table.before_showing = self.console.fleet.load
        return table

    @property
    def pane(self) -> DeviceFilterPane:
        """The filter pane."""
        return self.query_one("#pane", DeviceFilterPane)

    @property
    def is_wide(self) -> bool:
        return self.size.width >= (ALL_THREE if self.has_class("-pane") else SIDE_BY_SIDE)

    # Following the feed

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        self._throttle()

    def show_state(self, changes: Changes | None) -> None:
        if self._complete != self.console.fleet.loaded:
            self._complete = self.console.fleet.loaded
            self._throttle.now()
        else:
            self._throttle()

    def catch_up(self) -> None:
        self._throttle.now()
        lock = self.workspace.database.lock
        if self._changed and self.is_current and lock.acquire(blocking=False):
            try:
                while self._changed:
                    self._take_in()
            finally:
                lock.release()

    def _catch_up(self) -> None:
        """Show the changes since the last time, and advance the time."""
        if not self.is_current:
            self._stale = True  # a dialog is open, and its work may hold the store
            return
        now = time.monotonic()
        busy = now < self._acted + PAUSE
        if busy and now < self._caught_up + LONGEST:
            self._catch_up_in(PAUSE / 2)
            return
        fleet = self.console.fleet
        if self._changed is None or len(self._changed) > MOST:
            self._changed = fleet.inbox() if self._changed is None else self._changed
            self._changed.clear()
            self._reads = not fleet.loaded
            self.table.set_rows(fleet.rows.values())
        elif self._changed or (self._reads and fleet.loaded):
            self._take_in()
            self._catch_up_in(SOON)  # takes in more, or ends with what follows
            return
        self._caught_up = now
        if not busy:
            self._let_time_pass()
        self.make_room()
        self.show_amount()
        self._show_pane()
        self._at = None if (record := self.table.record) is None else record.id
        self._show_details_soon()

    def _catch_up_in(self, seconds: float) -> None:
        if self._catch_up_timer is not None:
            self._catch_up_timer.stop()
        self._catch_up_timer = self.set_timer(seconds, self._throttle.now)

    def _take_in(self) -> None:
        """Give the list some of the devices that changed or have been read."""
        assert self._changed is not None
        fleet = self.console.fleet
        changed = set(islice(self._changed, READ_IN if self._reads else TAKEN_IN))
        self._changed -= changed
        self._reads = not fleet.loaded or (self._reads and bool(self._changed))
        rows = [row for id in sorted(changed) if (row := fleet.rows.get(id)) is not None]
        gone = {id for id in changed if id not in fleet.rows}  # a set less a dictionary's keys goes through all keys
        self.table.update_rows(rows, gone, more=self._reads)

    def _let_time_pass(self) -> None:
        minute = self.console.fleet.moment.now.replace(second=0, microsecond=0)
        if self._shown_at == minute:
            return
        self._shown_at = minute
        self._filters = {text: known for text, known in self._filters.items() if not _OF_TIME.search(text)}
        if _OF_TIME.search(self.filter_text):
            self.filter = self.parse(self.filter_text)
            self.table.narrow(self.filter.matches, quietly=True)
        self.table.repaint()

    # The filter

    def show_only(self, field: str, value: str) -> None:
        """Show the devices with this value in a field, and clear other filters."""
        self.set_filter(with_field("", field, value))
        self.table.focus()

    def narrow(self, text: str) -> None:
        self.filter_text, self._acted = text, time.monotonic()
        self.filter = self.parse(text)
        self.table.empty = self.why_empty()
        self.table.narrow(self.filter.matches, within=self._wider(text))
        self.show_amount()
        self._show_pane()

    def filter_values(self) -> Values:
        return {**VALUES, "issuer": sorted(self.console.fleet.counts().groups)}

    def parse(self, text: str) -> filters.Filter[DeviceRow]:
        found = self._filter_of(text)
        return filters.Filter(found.matches, found.problem)

    def _filter_of(self, text: str) -> Filter:
        """The filter for this moment. While somebody types, the moment stays the same."""
        known = self._filters.pop(text, None) or self._parsed(text)
        self._filters[text] = known
        if len(self._filters) > REMEMBERED:
            del self._filters[next(iter(self._filters))]
        return known

    def _parsed(self, text: str) -> Filter:
        return parse_filter(text, self._shown_at or self.console.fleet.moment.now, self.workspace.expiry())

    def _wider(self, text: str) -> Predicate | None:
        """The narrowest recent filter that surely includes all matches of ``text``."""
        wider = (before for before, known in self._filters.items() if before != text and known.matches is not None)
        best = max((before for before in wider if is_narrower(text, before)), key=len, default=None)
        if best is None:
            return None
        self._filters[best] = self._filters.pop(best)  # recently used: the last to be dropped
        return self._filters[best].matches

    @property
    def total(self) -> int:
        return len(self.console.fleet.rows)

    def amount(self) -> str:
        return super().amount().rjust(2 * len(f"{self.total:,}") + 4)  # as wide, whatever the count

    def copies(self) -> Sequence[Copyable[DeviceRow]]:
        return copies()

    def remarks(self) -> Iterable[tuple[str, Tone]]:
        return [] if self.console.fleet.loaded else [("reading …", Tone.PENDING)]

    # Acting on devices

    def hidden(self) -> int:
        return self.table.hidden

    def done(self) -> None:
        self.unmark()
        self._throttle.now()

    def action_import(self) -> None:
        self.console.ask(DeviceImportDialog(), lambda result: self.app.push_screen(import_result_dialog(result)))

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
        self.show_details()

    def _show_pane(self) -> None:
        if self.has_class("-pane"):
            groups = [group.name for group in self.workspace.authorities.groups()]
            self.pane.show(self.filter_text, self.console.fleet.counts(), groups)

    @on(DeviceFilterPane.Turned)
    def _pane_turned(self, event: DeviceFilterPane.Turned) -> None:
        self.set_filter(event.text)

    @on(DeviceFilterPane.Left)
    def _pane_left(self) -> None:
        self._close_pane()

    # The details

    def highlighted(self) -> None:
        record = self.table.record
        if (id := None if record is None else record.id) != self._at:
            self._at, self._acted = id, time.monotonic()
        self._show_details_soon()

    def _show_details_soon(self) -> None:
        """Show the details when the list has been painted; while the cursor goes on, or somebody types in the filter
        line, once that ends. They take longer than the list."""
        now = time.monotonic()
        rests, self._moved = now >= self._moved + AT_REST, now
        if self._details_timer is not None:
            self._details_timer.stop()
            self._details_timer = None
        elif rests and self.table.has_focus:
            self.call_after_refresh(self.show_details)
            return
        self._details_timer = self.set_timer(AT_REST if self.table.has_focus else PAUSE, self._show_details_now)

    def _show_details_now(self) -> None:
        self._details_timer = None
        self.show_details()

    @property
    def shows_both(self) -> bool:
        return self.is_wide

    def focus_details(self) -> None:
        self.query_one("#details Tabs").focus()

    def show_details(self) -> None:
        if self.is_wide and self._changed is not None:
            self.query_one("#details", DeviceDetailsPane).show(self.table.record)

    def opened(self, record: DeviceRow) -> None:
        if self.size.width < SIDE_BY_SIDE:
            self.app.push_screen(DeviceDetailPage(record.id))
            return
        if not self.is_wide:
            self._close_pane()
        self.focus_details()

    def action_tab(self, by: int) -> None:
        if self.is_wide:
            super().action_tab(by)
