"""Device history: the revocation lists, and the event log with its digest."""

from __future__ import annotations

from collections.abc import Iterator

from ..devices.events import EventLog, digest_of
from ..model.device_event import DeviceEvent
from ..persistence.database import Database
from .devices import DeviceChecks
from .report import Problem
from .structure import Revocation


def check_revocations(database: Database, fleet: DeviceChecks) -> Iterator[Problem]:
    """Whether the lists contain exactly the revoked certificates."""
    listed: set[tuple[str, str]] = set()
    for line in database.engine.records("revocations", Revocation):
        record, key = f"revocation:{line.id}", (line.group, line.serial_number)
        certificate = fleet.revoked.get(key)
        if certificate is None:
            yield Problem("revocation-wrong", record, f"no certificate {line.serial_number} of {line.group} is revoked")
        elif (certificate.device_id, certificate.not_after) != (line.device_id, line.not_after):
            yield Problem("revocation-wrong", record, f"it differs from device certificate {certificate.id}")
        elif key in listed:
            yield Problem("revocation-wrong", record, f"certificate {line.serial_number} is on the list already")
        listed.add(key)
    for key, certificate in fleet.revoked.items():
        if key not in listed:
            record = f"device-certificate:{certificate.id}"
            yield Problem("revocation-missing", record, "it is revoked and not on the revocation list")


def check_events(database: Database, fleet: DeviceChecks) -> Iterator[Problem]:
    """Whether the log matches its digest and refers to existing devices."""
    strangers: list[DeviceEvent] = []

    def events() -> Iterator[DeviceEvent]:
        for event in database.engine.records("device_events", DeviceEvent):
            if event.device_id not in fleet:
                strangers.append(event)
            yield event

    computed = digest_of(events())
    for event in strangers:
        yield Problem("reference-broken", f"device-event:{event.id}", f"device {event.device_id} is not there")
    kept = EventLog(database.table("device_events"), database.table("event_log")).digest()
    if computed != kept:
        said = f"{kept.count:,} events were put in" if computed.count != kept.count else "an event was changed"
        yield Problem("event-log-differs", "event-log:1", f"{said}; there are {computed.count:,} now")
