"""The event log of the fleet, live and newest first."""

from __future__ import annotations

from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from ...store.model.device import DeviceEvent, EventKind
from ...store.printable import printable
from ...store.words import minute
from ..components.columns import Column
from ..components.record_table import RecordTable
from ..components.text_styles import Tone, styled
from ..components.wording import EVENTS
from ..shell.console_app import console_of

PAGE = 300
ROOMY = 56  # cells for the name of a device
MOST = 5000  # lines that are kept while new ones come in

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
    EventKind.POLICY_REMOVED: Tone.PENDING,
    EventKind.POLICY_DELAYED: Tone.DIM,
}


class EventTable(RecordTable[DeviceEvent]):
    """Nothing is sorted or marked: it is a log."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return not action.startswith("sort") and super().check_action(action, parameters)

    def sort_by(self, name: str, reverse: bool = False) -> None:
        """A log has its order."""


class EventLogView(Vertical):
    """The newest line is on top. While the cursor is on another one nothing moves, so that it can be read."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._events: list[DeviceEvent] = []
        self._complete = False
        self._newer = False

    def compose(self) -> ComposeResult:
        yield Static("", classes="title", id="events-title")
        yield EventTable(
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
            marks=False,
            empty="Nothing has happened yet.",
            id="events",
        )

    def _device(self, event: DeviceEvent) -> str:
        console = console_of(self)
        row = console.fleet.rows.get(event.device_id)
        # Of a fleet that is still being read, an event may be there before its device.
        device = console.workspace.devices.records.find_id(event.device_id) if row is None else row.device
        if device is None:
            return f"device {event.device_id}"
        return printable(device.name if self.size.width >= ROOMY else device.serial_number)

    @property
    def table(self) -> RecordTable[DeviceEvent]:
        """The lines."""
        return self.query_one("#events", EventTable)

    def take(self) -> None:
        """Show what has happened since, unless somebody is reading."""
        newest = self._events[0].id if self._events else 0
        new = console_of(self).workspace.devices.events(PAGE)
        if not new or new[0].id == newest:
            self._title()
            return
        if self._events and self.table.cursor > 0:
            self._newer = True
            self._title()
            return
        if not self._events or new[-1].id > newest + 1:
            self._events, self._complete = new, len(new) < PAGE
        else:
            kept = self._events[:MOST]
            self._complete = self._complete and len(kept) == len(self._events)
            self._events = [*(event for event in new if event.id > newest), *kept]
        self._newer = False
        self.table.set_rows(self._events)
        self.table.cursor = 0
        self._title()

    def _title(self) -> None:
        count = console_of(self).workspace.devices.log_digest().count
        note = ("  Home shows newer ones", Tone.PENDING) if self._newer else (f"  {count:,}", Tone.DIM)
        self.query_one("#events-title", Static).update(styled(self.app, ("Events", Tone.STRONG), note))

    @on(RecordTable.Highlighted, "#events")
    def _highlighted(self, event: RecordTable.Highlighted) -> None:
        event.stop()
        table = self.table
        if table.cursor == 0 and self._newer:
            self.take()
        elif not self._complete and self._events and table.cursor >= len(table.rows) - 2:
            older = console_of(self).workspace.devices.events(PAGE, before=self._events[-1].id)
            self._events = [*self._events, *older]
            self._complete = len(older) < PAGE
            table.set_rows(self._events)

    @on(RecordTable.Opened, "#events")
    def _opened(self, event: Any) -> None:
        event.stop()
        console_of(self).open_device(event.record.device_id)
