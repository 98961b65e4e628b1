"""The device list: sorted by every column of the reference, by page, and current after every change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from certfleet.store.clock import FixedClock
from certfleet.store.devices.fleet_list import kept_devices
from certfleet.store.devices.fleet_list.columns import column_of, is_descending
from certfleet.store.devices.fleet_list.fleet_list import FleetList, Query
from certfleet.store.devices.presence import last_seen
from certfleet.store.errors import Refusal
from certfleet.store.model.device import Device, DeviceState, Platform
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.store.devices.handset import Handset
from tests.store.devices.simulated import put, simulated

REFERENCE = (
    *("ID", "SERIAL", "IMEI", "ACTIVESYNCID", "WIFIMAC", "BLUETOOTHMAC", "OSFAMILY", "SYSTEM_OEM", "SYSTEM_PLATFORM"),
    *("SYSTEM_OS_VERSION", "DEVICE_PROPERTY", "LASTAUTHDATE", "INACTIVITYDAYS", "ISACTIVE", "LASTUSER", "BLCOMPLIANT"),
    *("WLCOMPLIANT", "RLCOMPLIANT", "MANAGED", "SHAREABLE", "BULKPROFILESTATUS"),
)
DEVICES = (
    Device(
        id=1,
        platform=Platform.WINDOWS,
        serial_number="B",
        os_version="10.0",
        maker="Dell",
        wifi_mac="02",
        upn="zoe",
        state=DeviceState.ENROLLED,
        state_since=NOW,
        last_check_in=NOW - timedelta(days=3),
    ),
    Device(
        id=2,
        platform=Platform.IOS,
        serial_number="a",
        os_version="9.3",
        maker="Apple",
        imei="490154203237518",
        wifi_mac="01",
        owner="Ann",
        state=DeviceState.REVOKED,
        state_since=NOW,
        last_check_in=NOW - timedelta(days=1),
    ),
    Device(id=3, platform=Platform.ANDROID, os_version="", state=DeviceState.ENROLLED, state_since=NOW),
)
ORDERS = {
    "ID": [1, 2, 3],
    "SERIAL": [2, 1, 3],
    "IMEI": [2, 1, 3],
    "WIFIMAC": [2, 1, 3],
    "OSFAMILY": [3, 2, 1],
    "SYSTEM_OEM": [2, 1, 3],
    "SYSTEM_PLATFORM": [3, 2, 1],
    "SYSTEM_OS_VERSION": [3, 2, 1],
    "LASTAUTHDATE": [3, 1, 2],
    "INACTIVITYDAYS": [2, 1, 3],
    "ISACTIVE": [2, 1, 3],
    "LASTUSER": [2, 1, 3],
    "MANAGED": [2, 1, 3],
}
"""The others have no data here."""


@pytest.fixture
def fleet(workspace: Workspace) -> FleetList:
    put(workspace, *DEVICES)
    return FleetList(workspace.database)


def ids(fleet: FleetList, workspace: Workspace, **query: Any) -> list[int]:
    return [device.id for device in fleet.query(Query(**query), workspace.now(), ()).devices]


@pytest.mark.parametrize("column", REFERENCE)
def test_every_column_of_the_reference_sorts(fleet: FleetList, workspace: Workspace, column: str) -> None:
    expected = ORDERS.get(column, [1, 2, 3])
    assert ids(fleet, workspace, column=column_of(column)) == expected
    assert ids(fleet, workspace, column=column_of(column), descending=True) == expected[::-1]


def test_columns_and_orders_as_clients_write_them() -> None:
    assert [column_of(text) for text in ("", "id", "serial_number", "SERIAL", "systemOsVersion")] == [
        "ID",
        "ID",
        "SERIAL_NUMBER",
        "SERIAL",
        "SYSTEM_OS_VERSION",
    ]
    assert [is_descending(text) for text in ("", "asc", "DESC", "dsc")] == [False, False, True, True]
    for read, text in ((column_of, "COLOUR"), (is_descending, "UP")):
        with pytest.raises(Refusal):
            read(text)


def test_pages_from_both_ends(fleet: FleetList, workspace: Workspace) -> None:
    assert ids(fleet, workspace, start=1, limit=1) == [2]
    assert ids(fleet, workspace, start=1, limit=5, descending=True) == [2, 1]
    assert ids(fleet, workspace, start=9, limit=1) == ids(fleet, workspace, limit=0) == []
    found = fleet.query(Query(limit=1, filter_ids=("device.platform.ios",)), workspace.now(), ())
    assert (found.matched, found.total) == (1, 3)


def test_words_are_searched_in_identities_and_owners(fleet: FleetList, workspace: Workspace) -> None:
    assert ids(fleet, workspace, search="ANN 4901") == [2]
    assert ids(fleet, workspace, search="nobody") == []


def changed_serial(workspace: Workspace) -> None:
    put(workspace, replace(DEVICES[0], serial_number="0"))


def new_device(workspace: Workspace) -> None:
    Handset(workspace)


def deleted_device(workspace: Workspace) -> None:
    workspace.deletions.delete([2])


@pytest.mark.parametrize(
    ("change", "after"), [(changed_serial, [1, 2, 3]), (new_device, [2, 1, 4, 3]), (deleted_device, [1, 3])]
)
def test_a_list_follows_every_change(
    fleet: FleetList, workspace: Workspace, change: Callable[[Workspace], None], after: list[int]
) -> None:
    assert ids(fleet, workspace, column="SERIAL") == [2, 1, 3]
    change(workspace)
    assert ids(fleet, workspace, column="SERIAL") == after


@pytest.mark.parametrize("column", ["SERIAL", "STATUS", "LASTAUTHDATE"])
def test_what_is_kept_of_a_fleet_is_what_would_be_read_anew(tmp_path: Path, column: str) -> None:
    """Devices are changed, added and deleted; an earlier state is restored, with a device that had been deleted."""
    with Workspace.open(tmp_path / "workspace", start=NOW) as workspace, Workspace.open(workspace.path) as reading:
        put(workspace, *(simulated(number) for number in range(1, 31)))
        fleet = FleetList(reading.database)
        queries = ({"column": column}, {"filter_ids": ("device.mode.mdm.managed",)}, {"search": "10"}, {"start": 7})

        def agrees() -> None:
            anew = FleetList(workspace.database)
            for query in queries:
                assert ids(fleet, reading, **query) == ids(anew, workspace, **query)
            assert fleet.facets(NOW, ()) == anew.facets(NOW, ())

        agrees()
        workspace.moments.save("before")
        put(workspace, *(replace(simulated(number), state=DeviceState.REVOKED) for number in (3, 8, 31, 32)))
        agrees()
        workspace.deletions.delete([1, 8, 30, 32])
        agrees()
        put(workspace, replace(simulated(33), owner="Ten 10"))
        agrees()
        workspace.moments.go("before")
        agrees()
        assert ids(fleet, reading) == list(range(1, 31))


def test_few_devices_stay_in_memory(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_devices, "MOST", 3)
    put(workspace, *DEVICES, *(simulated(number) for number in range(4, 11)))
    kept = kept_devices.KeptDevices(workspace.database.table("devices"))
    assert [device.id for device in kept.read([9, 2, 5, 77])] == [9, 2, 5]
    again = kept.read([2, 5, 9])
    assert kept.read([9])[0] is again[2]
    kept.read([1, 2, 3, 4, 5])
    assert kept.read([9])[0] is not again[2]
    kept.drop([9])
    assert kept.read([9])[0] == again[2]


def test_a_large_page_has_the_same_devices_and_is_not_kept(
    fleet: FleetList, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = fleet.query(Query(column="SERIAL"), workspace.now(), ())
    monkeypatch.setattr(kept_devices, "LARGE_PAGE", 2)
    monkeypatch.setattr(kept_devices, "_READ", 2)
    large = fleet.query(Query(column="SERIAL"), workspace.now(), ())
    assert list(large.devices) == list(large.devices) == list(small.devices)
    assert isinstance(large.devices, kept_devices.LargePage)
    with workspace.database.transaction():
        workspace.devices.records.remove([2])
    assert [device.id for device in large.devices] == [1, 3]


def test_fewer_devices_of_a_large_fleet_are_kept(
    fleet: FleetList, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_devices, "MANY", 2)
    monkeypatch.setattr(kept_devices, "MOST_OF_MANY", 1)
    for device in fleet.query(Query(), workspace.now(), ()).devices:
        fleet.seen.of(device, workspace.now(), ())
    assert fleet.seen.most == 1
    assert ids(fleet, workspace, limit=2) == [1, 2]


def test_idle_check_ins_of_simulated_devices_count(workspace: Workspace, clock: FixedClock) -> None:
    """As they would if every device were asked anew each time."""
    put(workspace, *(simulated(number) for number in range(1, 21)))
    fleet = FleetList(workspace.database)
    for hours in (0, 1, 5, 30, 200, 12):
        clock.at = NOW + timedelta(hours=hours)
        seen = {device.id: last_seen(device, clock.at) for device in workspace.devices.all()}
        times = {id: at.timestamp() if at else 0.0 for id, at in seen.items()}
        assert ids(fleet, workspace, column="LASTAUTHDATE") == sorted(times, key=times.__getitem__)
        recent = [id for id, at in seen.items() if at is not None and at >= clock.at - timedelta(hours=8)]
        assert ids(fleet, workspace, filter_ids=("device.inactive.time.8.hours",)) == recent
        assert {device.id: fleet.seen.of(device, clock.at, ()).seen for device in workspace.devices.all()} == seen
