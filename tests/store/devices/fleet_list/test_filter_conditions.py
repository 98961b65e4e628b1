"""The product's filters in the database: the same devices as those that the filters' rule finds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from certfleet.store.devices.fleet_list.fleet_list import FleetList, Query
from certfleet.store.model.device import Device, DeviceState, Platform
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.store.devices.simulated import put

FLEET = [
    Device(
        id=number + 1,
        platform=list(Platform)[number % 4],
        state=list(DeviceState)[number % 5],
        state_since=NOW,
        issuer_group=(None, "default", "Group-2")[number % 3],
        os_version=("9.1", "", "10.0")[number % 3],
        not_after=None if number % 7 == 0 else NOW + timedelta(days=number * 5 % 11, microseconds=number % 2),
    )
    for number in range(60)
]
FILTERS = [
    ("device.platform.iOS",),
    ("device.platform.ios", "device.platform.macos"),
    ("device.platform.windows.8.tablet", "device.mode.mdm.managed"),
    ("device.mode.mdm.unmanaged",),
    ("device.mode.mdm.managed", "device.mode.mdm.unmanaged", "device.platform.android"),
    ("device.status.must.re.enroll",),
    ("device.status.not.enrolled", "device.certificate.ca.default"),
    ("device.issuer.ca#7@_fn_@device.issuer.ca",),
    ("device.issuer.ca#8@_fn_@device.issuer.ca", "device.certificate.ca.default"),
    ("device.platform#9.1@_fn_@device.platform.ios.version",),
    ("device.platform.nothing",),
    ("device.certificate.ca.\x00",),
    (),
]


@pytest.mark.parametrize("groups", [None, frozenset({"default"}), frozenset[str]()], ids=["any", "default", "none"])
@pytest.mark.parametrize("filters", FILTERS, ids=range(len(FILTERS)))
def test_the_database_finds_what_the_filters_do(
    workspace: Workspace, filters: tuple[str, ...], groups: frozenset[str] | None
) -> None:
    put(workspace, *FLEET)
    asked, known = FleetList(workspace.database), FleetList(workspace.database)
    known.facets(workspace.now(), ())  # it reads what all devices are filtered by, and asks the database no more
    for column in ("ID", "CERTIFICATE_END", "SERIAL"):
        query = Query(column=column, filter_ids=filters, groups=groups, issuers={"7": "Group-2"})
        found = asked.query(query, workspace.now(), ())
        expected = known.query(query, workspace.now(), ())
        assert [one.id for one in found.devices] == [one.id for one in expected.devices]
        assert found.matched == expected.matched


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", ["CERTIFICATE_END", "PLATFORM", "STATUS"])
def test_the_database_sorts_as_the_list_does(workspace: Workspace, column: str, descending: bool) -> None:
    put(workspace, *FLEET)
    latest = NOW + timedelta(days=9999)
    values: dict[str, list[tuple[Any, int]]] = {
        "CERTIFICATE_END": [(one.not_after or latest, one.id) for one in FLEET],
        "PLATFORM": [(one.platform.value, one.id) for one in FLEET],
        "STATUS": [(one.state.value, one.id) for one in FLEET],
    }
    expected = [id for _, id in sorted(values[column], reverse=descending)]
    found = FleetList(workspace.database).query(Query(column=column, descending=descending), workspace.now(), ())
    assert [one.id for one in found.devices] == expected
