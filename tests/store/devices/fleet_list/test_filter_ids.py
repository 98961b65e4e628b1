"""The device filters of the product's reference: every name is taken, and finds what it says, or nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from certfleet.store.devices.fleet_list.filter_ids import parse_filter_ids
from certfleet.store.devices.fleet_list.fleet_list import FleetList, Query
from certfleet.store.errors import Refusal
from certfleet.store.model.device import Device, DeviceState, EnrollmentKind, Ownership, Platform
from certfleet.store.views.product.filter_tree import device_ca_groups
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.store.devices.simulated import put

ISSUED = ("default", "group-2")
DEVICES = tuple(
    Device(
        id=number,
        platform=platform,
        serial_number=f"SERIAL{number}",
        os_version=version,
        state=state,
        state_since=NOW,
        last_check_in=None if ago is None else NOW - timedelta(hours=ago),
        issuer_group=group,
        not_after=NOW + timedelta(days=100),
        ownership=ownership,
        enrollment_kind=kind,
    )
    for number, (platform, version, state, ago, group, ownership, kind) in enumerate(
        (
            (Platform.IOS, "26.1", DeviceState.ENROLLED, 1, "default", Ownership.COMPANY, EnrollmentKind.SUPERVISED),
            (Platform.IOS, "", DeviceState.MUST_RE_ENROLL, 20, "default", Ownership.PERSONAL, None),
            (Platform.MACOS, "26.1", DeviceState.ENROLLED, 150, "group-2", None, EnrollmentKind.DEVICE),
            (Platform.ANDROID, "16", DeviceState.ENROLLED, 700, "group-2", None, EnrollmentKind.SUPERVISED),
            (Platform.WINDOWS, "10.0.26100", DeviceState.REVOKED, 800, "default", None, None),
            (Platform.WINDOWS, "10.0.22631", DeviceState.ENROLLED, None, None, None, None),
        ),
        1,
    )
)


@pytest.fixture
def fleet(workspace: Workspace) -> FleetList:
    workspace.authorities.refresh(name="group-2", ready_after=timedelta(0))
    put(workspace, *DEVICES)
    return FleetList(workspace.database)


def found(fleet: FleetList, workspace: Workspace, *ids: str) -> list[int]:
    query = Query(filter_ids=ids, issuers=device_ca_groups(workspace.authorities))
    return [device.id for device in fleet.query(query, workspace.now(), ()).devices]


NONE: list[int] = []
EVERYBODY = [1, 2, 3, 4, 5, 6]
FILTERS = {
    "group#/group/AllUsers@_fn_@normal": NONE,
    "device.mode.mdm.managed": [1, 3, 4, 6],
    "device.mode.mdm.unmanaged": [2, 5],
    "device.mode.enterprise.managed": [1, 3, 4, 6],
    "device.mode.enterprise.unmanaged": [2, 5],
    "device.mode.mam.managed": NONE,
    "device.mode.mam.unmanaged": NONE,
    "device.status.jailbroken": NONE,
    "device.status.as.gateway.blocked": NONE,
    "device.status.samsung.knox.not.attested": NONE,
    "device.status.enrollment.program.registered": [1],
    "device.status.enrollment.program.registred": [1],
    "device.status.out.of.compliance": NONE,
    "device.status.must.re.enroll": [2],
    "device.platform.ios": [1, 2],
    "device.platform.macosx": [3],
    "device.platform.android": [4],
    "device.platform.windows": [5, 6],
    "device.platform.windows.8.tablet": [5, 6],
    "device.platform.windows.phone.8": NONE,
    "device.platform.blackberry": NONE,
    "device.platform.unknown": NONE,
    "device.platform.iOS": [1, 2],
    "device.platform.ios.version.unknown": [2],
    "device.platform.android.version.unknown": NONE,
    "device.platform#26.1@_fn_@device.platform.ios.version": [1],
    "device.platform#26.1@_fn_@device.platform.macosx.version": [3],
    "device.platform#10.0.26100@_fn_@device.platform.windows.8.tablet.version": [5],
    "device.platform#9@_fn_@device.platform.blackberry.version": NONE,
    "device.ownership.byod": [2],
    "device.ownership.corporate": [1],
    "device.ownership.unknown": [3, 4, 5, 6],
    "device.shared.status.shareable": NONE,
    "device.shared.status.not.shareable": EVERYBODY,
    "device.shared.status.shareable.checked.in": NONE,
    "device.inactive.time.8.hours": [1],
    "device.inactive.time.24.hours": [1, 2],
    "device.inactive.time.7.days": [1, 2, 3],
    "device.inactive.time.30.days": [1, 2, 3, 4],
    "device.inactive.time.more.than.30.days": [5, 6],
    "device.inactive.time.ages": NONE,
    "device.user.location#DE@_fn_@device.user.location": NONE,
    "device.user.location.other": NONE,
    "device.application.restrictions.blacklist.non.compliant": NONE,
    "device.application.restrictions.whitelist.non.compliant": NONE,
    "device.application.restrictions.required.list.non.compliant": NONE,
    "device.issuer.ca#99@_fn_@device.issuer.ca": NONE,
    "device.certificate.ca.group-2": [3, 4],
    "device.colour.red": NONE,
    "device": NONE,
    "anything": NONE,
}


def test_every_filter_of_the_reference(fleet: FleetList, workspace: Workspace) -> None:
    assert {id: found(fleet, workspace, id) for id in FILTERS} == FILTERS


def test_the_issuer_by_the_id_of_its_devices_ca(fleet: FleetList, workspace: Workspace) -> None:
    by_group = {group: id for id, group in device_ca_groups(workspace.authorities).items()}
    old, new = (f"device.issuer.ca#{by_group[name]}@_fn_@device.issuer.ca" for name in ISSUED)
    assert found(fleet, workspace, old) == [1, 2, 5]
    assert found(fleet, workspace, old, new) == [1, 2, 3, 4, 5]
    assert found(fleet, workspace, old, "device.platform.ios", "device.mode.mdm.managed") == [1]


def test_one_kind_widens_and_several_narrow(fleet: FleetList, workspace: Workspace) -> None:
    assert found(fleet, workspace, "device.platform.ios", "device.platform.android") == [1, 2, 4]
    assert found(fleet, workspace, "device.platform.ios", "device.platform.blackberry") == [1, 2]
    assert found(fleet, workspace, "device.inactive.time.8.hours", "device.inactive.time.more.than.30.days") == [
        1,
        5,
        6,
    ]
    assert found(fleet, workspace, "device.inactive.time.ages", "device.inactive.time.8.hours") == [1]


@pytest.mark.parametrize(
    "text", ["['a.b','c#1@_fn_@d']", '["a.b", "c#1@_fn_@d"]', "[a.b,c#1@_fn_@d]", "a.b, c#1@_fn_@d"]
)
def test_a_list_with_quotes_of_either_kind_or_none(text: str) -> None:
    assert parse_filter_ids(text) == ("a.b", "c#1@_fn_@d")


@pytest.mark.parametrize("text", [None, "", " ", "[]", "['']"])
def test_no_filter(text: str | None) -> None:
    assert parse_filter_ids(text) == ()


@pytest.mark.parametrize("text", ["['a'", "a]", "['a' 'b']", "x" * 10_001])
def test_what_is_no_list(text: str) -> None:
    with pytest.raises(Refusal, match="filterIds") as refused:
        parse_filter_ids(text)
    assert refused.value.code == "filter-invalid"


def test_a_device_seen_by_its_idle_check_ins_is_not_inactive(fleet: FleetList, workspace: Workspace) -> None:
    changed = replace(DEVICES[4], last_check_in=NOW - timedelta(hours=2))
    put(workspace, changed)
    assert found(fleet, workspace, "device.inactive.time.8.hours") == [1, 5]
