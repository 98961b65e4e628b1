"""A row of the list of devices: what it shows, by the time that all rows are shown at."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from ...store.devices.certificate_status import device_certificate_status
from ...store.devices.device_facts import CompactFacts, DeviceFacts, haystack
from ...store.devices.presence import Outages, last_seen
from ...store.inventory.expiry import ExpiryRules
from ...store.inventory.status import days_until
from ...store.model.certificate import Status
from ...store.model.device import Device, DeviceState
from ...store.printable import printable
from .whole_devices import WholeDevices

_URGENCY = {
    state: rank
    for rank, state in enumerate(
        (
            DeviceState.MUST_RE_ENROLL,
            DeviceState.RE_ENROLLMENT_REQUIRED,
            DeviceState.ENROLLED,
            DeviceState.REVOKED,
            DeviceState.NOT_ENROLLED,
        )
    )
}


class FleetMoment:
    """The time that all rows are shown at, and the times up to then when no device reached the server
    (``Gate.outages``); ``rules`` say when a certificate is expiring. ``whole`` has the records of devices of which
    rows have the facts alone."""

    __slots__ = ("now", "outages", "rules", "whole")

    def __init__(
        self, now: datetime, rules: ExpiryRules, outages: Outages = (), whole: WholeDevices | None = None
    ) -> None:
        self.now, self.rules, self.outages, self.whole = now, rules, outages, whole


# A Struct without gc: the collector would stop everything to go through 100,000 objects that can't be in a
# cycle.
class DeviceRow(Struct, eq=False, gc=False):
    """A device. Values that depend on the time are computed on access, at the rows' time.

    A changed device gets a new row. ``device`` is its record, or in a large fleet what sorting, filters and counts need
    of it; ``whole`` is the record. ``haystack`` is the lower-case text that words of a filter are matched against.
    ``urgency`` ranks the states: those that need attention come first, and within a state refused devices. See
    ``row_of``.
    """

    id: int
    device: DeviceFacts
    haystack: str
    urgency: int
    _moment: FleetMoment
    _seen: datetime | None
    _seen_at: datetime | None

    @property
    def whole(self) -> Device:
        """Its record. In a large fleet it is read unless it was shown lately: ``WholeDevices.load`` reads many at
        once."""
        device = self.device
        if isinstance(device, Device):
            return device
        assert self._moment.whole is not None
        return self._moment.whole.of(device)

    @property
    def now(self) -> datetime:
        """The time that the row is shown at."""
        return self._moment.now

    @property
    def name(self) -> str:
        """The device's name, safe to show: ``iPhone 14 Pro F2LX…``."""
        return printable(self.whole.name)

    @property
    def days(self) -> int | None:
        """The days left of its certificate; None without one."""
        end = self.device.not_after
        return None if end is None else days_until(end, self._moment.now)

    @property
    def status(self) -> Status | None:
        """The status of its certificate; None without one."""
        end = self.device.not_after
        return None if end is None else device_certificate_status(end, self._moment.now, self._moment.rules)

    @property
    def last_seen(self) -> datetime | None:
        """Its last check-in; None if it never checked in."""
        now = self._moment.now
        if self._seen_at != now:
            self._seen, self._seen_at = last_seen(self.device, now, self._moment.outages), now
        return self._seen

    @property
    def seen_about(self) -> datetime | None:
        """Its last check-in as last computed. Fast, and possibly out of date."""
        return self._seen

    @property
    def is_simulated(self) -> bool:
        """Whether its idle check-ins are computed."""
        device = self.device
        return (device.packed if isinstance(device, CompactFacts) else device.habits) is not None

    def prepare(self) -> None:
        """Compute the last check-in unless that was done."""
        if self._seen_at == self.device.last_check_in:
            _ = self.last_seen

    def forget(self) -> None:
        """Discard the computed last check-in, which has changed."""
        self._seen = self._seen_at = self.device.last_check_in

    def came_since(self, limit: datetime, now: datetime) -> bool:
        """Whether its last check-in was at ``limit`` or later, as of the rows' time, which is ``now`` or just after."""
        # Check-ins are never taken back, so a known one that is late enough needn't be computed anew.
        if self._seen is not None and self._seen >= limit:
            return True
        seen = self.last_seen
        return seen is not None and seen >= limit


def row_of(device: Device | CompactFacts, moment: FleetMoment) -> DeviceRow:
    """The row of a device at the time of ``moment``."""
    seen, urgency = device.last_check_in, 2 * _URGENCY[device.state] - (device.refused is not None)
    text = device.text if isinstance(device, CompactFacts) else haystack(device)
    return DeviceRow(device.id, device, text, urgency, moment, seen, seen)
