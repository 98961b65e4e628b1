"""The event log of the fleet, live, newest first."""

from __future__ import annotations

from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from ...store.model.device_event import DeviceEvent, EventKind
from ...store.printable import printable
from ...store.views.device import EVENTS
from ...store.words import minute
from ..components.text_styles import Tone, styled
from ..lists.columns import Column
from ..lists.fixed_table import FixedTable
from ..lists.list_table import ListTable
from ..lists.newest_first import NewestFirst
from ..shell.console_app import console_of
from ..shell.keys.keys import keyed

PAGE = 300
ROOMY = 56  # cells for the name of a device
MOST = 5000  # lines kept when new ones arrive

_TONES = {
    EventKind.RE_ENROLLED: Tone.VALID,
    EventKind.RENEWAL_REQUESTED: Tone.PENDING,
    EventKind.RE_ENROLLMENT_REQUIRED: Tone.EXPIRING,
    EventKind.NOT_NOW: Tone.DIM,
    EventKind.ERROR: Tone.EXPIRING,
    EventKind.NO_ANSWER: Tone.DIM,
    EventKind.ISSUED: Tone.PENDING,
    EventKind.RENEWED: Tone.VALID,
    EventKind.OLDER_PRESENTED: Tone.EXPIRING,
    EventKind.TURNED_AWAY: Tone.EXPIRED,
    EventKind.RENEWAL_ENDED: Tone.EXPIRING,
    EventKind.REVOKED: Tone.EXPIRED,
    EventKind.ENROLLMENT_REFUSED: Tone.EXPIRED,
    EventKind.CHECK_IN_FAILED: Tone.EXPIRED,
    EventKind.ROOT_INSTALLED: Tone.VALID,
    EventKind.PUSH_LOST: Tone.EXPIRED,
    EventKind.RENEWAL_FAILING: Tone.EXPIRING,
    EventKind.POLICY_INSTALLED: Tone.VALID,
    EventKind.POLICY_WITHOUT_CERTIFICATE: Tone.EXPIRING,
    EventKind.POLICY_NOT_TAKEN: Tone.EXPIRING,
    EventKind.POLICY_REMOVED: Tone.PENDING,
    EventKind.POLICY_DELAYED: Tone.DIM,
    EventKind.REPLACED: Tone.DIM,
    EventKind.OWNER_LEFT: Tone.DIM,
    EventKind.OWNER_CHANGED: Tone.PENDING,
    EventKind.DELETED: Tone.DIM,
    EventKind.OS_UPGRADED: Tone.DIM,
    EventKind.UNENROLLED: Tone.DIM,
}


class EventLogView(Vertical):
    """The newest line is on top. While the cursor is on another line, nothing moves, so that it can be read."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._events = NewestFirst(self._read, PAGE)
        self._newer = False

    def _read(self, count: int, before: int | None) -> list[DeviceEvent]:
        return console_of(self).workspace.devices.events(count, before=before)

    def compose(self) -> ComposeResult:
        yield Static("", classes="title", id="events-title")
        yield FixedTable[DeviceEvent](
            (
                Column[DeviceEvent]("at", "Time (UTC)", lambda event: minute(event.at)[5:], width=11),
                Column[DeviceEvent](
                    "what",
                    "What",
                    lambda event: EVENTS[event.kind][1],
                    None,
                    lambda event: _TONES.get(event.kind),
                    width=13,
                ),
                Column[DeviceEvent]("device", "Device", self._device, width=8, grow=3),
                Column[DeviceEvent]("detail", "", lambda event: printable(event.detail), width=10, grow=1, keep=1),
            ),
            empty="Nothing has happened yet.",
            id="events",
        )

    def _device(self, event: DeviceEvent) -> str:
        console = console_of(self)
        row = console.fleet.rows.get(event.device_id)
        # While a fleet is being read, an event may arrive before its device.
        device = console.workspace.devices.records.find_id(event.device_id) if row is None else row.whole
        if device is None:
            return f"device {event.device_id}"
        return printable(device.name if self.size.width >= ROOMY else device.known_by)

    @property
    def table(self) -> ListTable[DeviceEvent]:
        """The lines."""
        return self.query_one("#events", FixedTable)

    def take(self) -> None:
        """Show new events, unless somebody is reading."""
        if self._events.records and self.table.cursor > 0:
            newest = console_of(self).workspace.devices.events(1)
            self._newer = self._newer or (bool(newest) and newest[0].id != self._events.newest)
        elif self._events.take_new(most=MOST):
            self._newer = False
            self.table.set_rows(self._events.records)
            self.table.cursor = 0
        self._title()

    def _title(self) -> None:
        count = console_of(self).workspace.devices.log_digest().count
        note = (keyed("  {First} shows newer ones"), Tone.PENDING) if self._newer else (f"  {count:,}", Tone.DIM)
        self.query_one("#events-title", Static).update(styled(self.app, ("Events", Tone.STRONG), note))

    @on(ListTable.Highlighted, "#events")
    def _highlighted(self, event: ListTable.Highlighted) -> None:
        event.stop()
        if self.table.cursor == 0 and self._newer:
            self.take()
        elif self._events.take_older_near_end(self.table):
            self.table.set_rows(self._events.records)

    @on(ListTable.Opened, "#events")
    def _opened(self, event: Any) -> None:
        event.stop()
        console_of(self).open_device(event.record.device_id)
