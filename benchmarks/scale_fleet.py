"""The fleets of the measurement of scale: a small one is drawn and enrolled, and then multiplied on the disk.

A copy of a device has identities and a schedule of its own, and the certificate of the one that it is a copy of, whose
name it had before: so a workspace check finds nothing wrong, and has as much to verify as with a fleet that enrolled.
The simulator can't renew such a certificate, since the key is another's; ``scale`` issues on paper.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

from certfleet.simulator.engine.state.simulation_record import put_simulation, simulation_of
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.simulator.fleet.foundation import let_devices_trust
from certfleet.store.devices.events import digest_of
from certfleet.store.devices.identity import canonical
from certfleet.store.folder import STORE_FILE
from certfleet.store.model.device_event import DeviceEvent
from certfleet.store.persistence.engine import Body, Row
from certfleet.store.persistence.schema import INDEXES
from certfleet.store.persistence.sql.engine import index_name
from certfleet.store.workspace import Workspace

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
DRAWN = 10_000
"""Devices that are really drawn, if the fleet has more."""
_TABLES = ("devices", "device_certificates", "device_events")
_AT_ONCE = 50_000  # rows of a transaction

_encode = msgspec.json.Encoder().encode


def make_fleet(folder: Path, devices: int) -> None:
    """Make a workspace with a fleet of so many devices: a multiple of ``DRAWN``, or fewer."""
    drawn = min(devices, DRAWN)
    with Workspace.open(folder, start=MONDAY) as workspace:
        draw_fleet(workspace, FleetPlan(devices=drawn))
    if devices == drawn:
        return
    _without_indexes(folder / STORE_FILE)
    with Workspace.open(folder) as workspace:
        _without_indexes(folder / STORE_FILE)  # opening makes them
        for table, copied in zip(_TABLES, (_device, _certificate, _event), strict=True):
            _multiply(workspace, table, copied, devices // drawn)
        with workspace.database.transaction():
            record = simulation_of(workspace)
            assert record is not None
            put_simulation(workspace, replace(record, devices=devices, drawn=devices))
            let_devices_trust(workspace, devices)
            log = digest_of(workspace.database.engine.records("device_events", DeviceEvent))
            workspace.database.table("event_log").write([Row(1, {"count": log.count, "sha256": log.sha256})])
    with Workspace.open(folder):
        """It makes the indexes, each in one go: several times faster than row by row."""


def _without_indexes(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in _TABLES:
            for index in ("number", *INDEXES[table]):
                connection.execute(f'DROP INDEX IF EXISTS "{index_name(table, index)}"')


def _multiply(workspace: Workspace, name: str, copied: Callable[[Body, int, int], Body], times: int) -> None:
    table = workspace.database.table(name)
    rows = [(row.id, row.body) for row in workspace.database.engine.scan(name) if row.body is not None]
    waiting: dict[int, str] = {}
    for copy in range(1, times):
        first = copy * len(rows)
        for id, body in rows:
            waiting[first + id] = _encode(copied(body, first + id, first)).decode()
        if len(waiting) >= _AT_ONCE or copy == times - 1:
            with workspace.database.transaction():
                table.write_texts(waiting)
            waiting = {}


def _device(body: Body, id: int, first: int) -> Body:
    """The copy of a device under another id, which all ids of its copy are above ``first``."""
    known_by = body["serial_number"] or body["enrollment_id"]
    copy = {**body, "second_imei": None, "wifi_mac": None, "formerly": [known_by]}
    number = first // DRAWN
    tag = f"{number:03x}"
    if body["serial_number"]:
        copy["serial_number"] = f"{body['serial_number']}-{tag.upper()}"
    if body["enrollment_id"]:
        copy["enrollment_id"] = canonical("enrollment_id", f"{body['enrollment_id']}-{tag}")
    for field in ("udid", "android_id", "windows_device_id"):  # hexadecimal; another end for each copy
        if value := body[field]:
            copy[field] = canonical(field, f"{value[:-3]}{int(value[-3:], 16) ^ number:03x}")
    if body["imei"]:
        copy["imei"] = _imei(id)
    if body["meid"]:
        copy["meid"] = f"A{id:013X}"
    copy["certificate_id"] = first + body["certificate_id"]
    copy["certificates"] = [[first + held[0], *held[1:]] for held in body["certificates"]]
    schedule, _, *others = body["habits"]
    key, interval, phase, *hours = schedule
    habits = [[key ^ (first << 20), interval, (phase + first) % interval, *hours], id - 1, *others]
    habits[10] = copy["certificate_id"]
    copy["habits"] = habits
    return copy


def _certificate(body: Body, id: int, first: int) -> Body:
    return {**body, "device_id": first + body["device_id"]}


_event = _certificate


def _imei(id: int) -> str:
    """A number of the right form, with its check digit (Luhn)."""
    digits = f"35{id:012d}"
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[1::2])
    return f"{digits}{-(sum(map(int, digits[::2])) + sum(doubled)) % 10}"


if __name__ == "__main__":
    make_fleet(Path(sys.argv[1]), int(sys.argv[2]))
