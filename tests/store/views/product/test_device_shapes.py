"""A device as the product shows it: the documented names, spelling mistakes included, and what they hold."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from certfleet.store.clock import FixedClock
from certfleet.store.devices.fleet_list.fleet_list import FleetList, Query
from certfleet.store.devices.fleet_list.seen_times import SeenTimes
from certfleet.store.model.device import ActionKind, Device, EnrollmentKind, InstalledPolicy, PendingAction
from certfleet.store.model.policy import Assignment
from certfleet.store.views.product.device_details import product_device
from certfleet.store.views.product.device_properties import device_properties, known_properties
from certfleet.store.views.product.device_record import DocumentedDevice, device_record
from certfleet.store.views.product.filter_tree import current_filter, device_ca_groups, issuer_filter
from certfleet.store.views.product.record_cache import RecordCache
from certfleet.store.views.product.times import clock_text
from certfleet.store.workspace import Workspace
from tests.material import NOW
from tests.store.devices.handset import Handset
from tests.store.devices.simulated import put, simulated
from tests.store.effects.changes import VPN

RECORD = (
    "id jailBroken managed gatewayBlocked deployFailed deployPending deploySuccess mdmKnown mamRegistered mamKnown "
    "userGivenName userSurnamee userEmail userName serialNumber imeiOrMeid activeSyncId wifiMacAddress "
    "blueToothMacAccress devicePlatform osVersion deviceModel lastAccess inactivityDays shareable sharedStatus "
    "depRegistered deviceName deviceType productName platform properties"
)
DETAILS = (
    "id serialNumber imei activesyncid wifimac bluetoothmac osFamily platform strongId firstConnectionDate "
    "lastAuthDate devicePropertiesTimestamp connected active revoked inactivityDays lastUsername lastUser properties "
    "softwareInventory deviceUsers packageStates deliveryGroups managed pushState lastPushDate validCertificates "
    "revokedCertificates policies policiesFailure applications deviceToken deviceType nbSuccess nbPending nbFailure "
    "mdmKnown mamKnown iosprofileInventory revokeEnabled lockEnabled"
)
READ_BY_SCRIPTS = (
    "UDID SERIAL_NUMBER IMEI MEID SYSTEM_OS_VERSION SYSTEM_PLATFORM DEVICE_TYPE PRODUCT_NAME MODEL_ID WIFI_MAC "
    "BLUETOOTH_MAC TOTAL_DISK_SPACE ACTIVATION_LOCK_ENABLED"
)


@pytest.fixture
def handset(workspace: Workspace) -> Handset:
    handset = Handset(workspace)
    told = {"os_version": "26.1", "wifi_mac": "02:00:00:00:00:01", "imei": "490154203237518", "model": "iPhone15,2"}
    put(workspace, replace(handset.device, **told, enrollment_kind=EnrollmentKind.SUPERVISED))
    return handset


def as_json(value: Any) -> Any:
    return json.loads(msgspec.json.encode(value))


def details(workspace: Workspace, id: int) -> Any:
    return as_json(
        product_device(
            workspace.devices.get(id),
            NOW,
            workspace.now(),
            certificates=workspace.devices.certificates(id),
            issuers={"default": "CN=Devices"},
            policies=workspace.policies.list(),
        )
    )


def test_a_record_of_the_list(handset: Handset) -> None:
    record = as_json(device_record(handset.device, NOW - timedelta(days=9, hours=1), NOW))
    assert set(RECORD.split()) <= record.keys()
    assert record["id"] == handset.id
    expected = {
        "managed": True,
        "userGivenName": "Anna",
        "userSurnamee": "Smith",
        "userEmail": "anna.smith@company.example",
        "imeiOrMeid": "490154203237518",
        "wifiMacAddress": "02:00:00:00:00:01",
        "blueToothMacAccress": None,
        "lastAccess": "12/22/25 11:00 PM",
        "inactivityDays": "9",
        "depRegistered": True,
        "deviceType": "Phone",
        "platform": "iOS",
    }
    assert {name: record[name] for name in expected} == expected
    assert record["properties"] == as_json(device_properties(handset.device))
    assert as_json(msgspec.convert(record, DocumentedDevice)) == record


def test_the_properties_have_the_names_that_scripts_read(handset: Handset) -> None:
    assert set(READ_BY_SCRIPTS.split()) <= {one.name for one in known_properties()}
    values = {one.name: one.value for one in device_properties(handset.device)}
    assert values["UDID"] == handset.device.udid
    assert (values["SYSTEM_OS_VERSION"], values["MODEL_ID"]) == ("26.1", "iPhone15,2")
    assert as_json(device_properties(handset.device)[0]).keys() == {
        "id",
        "b64",
        "name",
        "displayName",
        "value",
        "group",
    }
    assert as_json(known_properties()[0]).keys() == {"group", "groupLabel", "name", "displayName", "type"}


@pytest.mark.parametrize(
    ("hour", "text"), [(0, "1/1/26 12:00 AM"), (8, "1/1/26 8:00 AM"), (12, "1/1/26 12:00 PM"), (23, "1/1/26 11:00 PM")]
)
def test_the_clock_has_twelve_hours(hour: int, text: str) -> None:
    assert clock_text(NOW + timedelta(hours=hour)) == text


def test_a_device_in_full(workspace: Workspace, handset: Handset) -> None:
    shown = details(workspace, handset.id)
    assert set(DETAILS.split()) <= shown.keys()
    milliseconds = int(NOW.timestamp() * 1000)
    assert (shown["firstConnectionDate"], shown["lastAuthDate"], shown["inactivityDays"]) == (
        milliseconds,
        milliseconds,
        0,
    )
    assert shown["lastUser"]["displayName"] == "Anna Smith"
    (certificate,) = shown["validCertificates"]
    assert certificate.keys() == {
        *("type", "credentialProviderId", "issuerName", "certificateNumber", "startDate", "endDate", "daysToExpire"),
        "revoked",
    }
    assert (certificate["type"], certificate["issuerName"], certificate["revoked"]) == (
        "Apple MDM",
        "CN=Devices",
        False,
    )
    assert int(certificate["certificateNumber"]) == int(handset.certificate.serial_number, 16)
    workspace.devices.revoke([handset.id])
    shown = details(workspace, handset.id)
    assert (shown["revoked"], shown["managed"], shown["revokeEnabled"]) == (True, False, False)
    assert [one["revoked"] for one in shown["revokedCertificates"]] == [True]
    assert shown["validCertificates"] == []


def test_what_is_deployed_to_a_device(workspace: Workspace, handset: Handset) -> None:
    workspace.policies.create("Field VPN", vpn=VPN, assignment=Assignment(group="Field", filter="platform:ios"))
    there = InstalledPolicy(1, "Field VPN", 1, NOW)
    waits = PendingAction(kind=ActionKind.POLICY, requested_at=NOW, requested_by="ann", policy_id=1)
    for placed, pending, status in (
        ((there,), (), "SUCCESS"),
        ((replace(there, note="no certificate"),), (), "FAILURE"),
        ((), (waits,), "PENDING"),
    ):
        put(workspace, replace(handset.device, policies=placed, pending=pending))
        shown = details(workspace, handset.id)
        (policy,) = shown["policies"]
        assert policy.keys() == {
            *("name", "status", "statusLabel", "lastUpdate", "resourceType", "resourceTypeLabel", "packageInfo"),
            "resourceKey",
        }
        assert (policy["name"], policy["status"]) == ("Field VPN", status)
        assert [one["name"] for one in shown["deliveryGroups"]] == ["Field"]
        assert [shown[f"nb{name}"] for name in ("Success", "Pending", "Failure")].index(1) == (
            "SUCCESS",
            "PENDING",
            "FAILURE",
        ).index(status)
        profiles = [one["identifier"] for one in shown["iosprofileInventory"]]
        assert profiles == (["org.certfleet.policy.1"] if status == "SUCCESS" else [])


def test_records_are_kept_while_they_hold(workspace: Workspace, clock: FixedClock) -> None:
    devices = [simulated(number) for number in range(1, 6)]
    cache = RecordCache(SeenTimes())

    def fresh() -> Any:
        return as_json([device_record(one, SeenTimes().of(one, clock.at, ()).seen, clock.at) for one in devices])

    for hours in (0, 0, 1, 3, 30, 100, 2):
        clock.at = NOW + timedelta(hours=hours)
        assert as_json(cache.page(devices, clock.at, ())) == fresh()
    devices[0] = replace(devices[0], os_version="27.0")
    assert as_json(cache.page(devices, clock.at, ())) == fresh()


def test_the_filters_that_there_are_with_their_counts(workspace: Workspace, handset: Handset) -> None:
    fleet, issuers = FleetList(workspace.database), device_ca_groups(workspace.authorities)
    chosen = ("device.platform.ios", "device.colour.red")
    tree = as_json(current_filter(fleet.facets(NOW, ()), issuers, chosen))
    assert [one["name"] for one in tree["selectedFilters"]] == list(chosen)
    assert all(one["value"] == -1 and one["level"] == 0 and not one["leafNode"] for one in tree["detail"])

    leaves: dict[str, int] = {}
    checked = []

    def walk(nodes: Any) -> None:
        for node in nodes:
            assert node.keys() == {"displayName", "name", "value", "level", "checked", "leafNode", "nodes"}
            if node["level"]:
                leaves[node["name"]] = node["value"]
            checked.extend([node["name"]] if node["checked"] else [])
            walk(node["nodes"])

    walk(tree["detail"])
    assert checked == ["device.platform.ios"]
    (id,) = issuers
    assert leaves[issuer_filter(id)] == 1
    for name, count in leaves.items():
        query = Query(filter_ids=(name,), issuers=issuers)
        assert (name, fleet.query(query, NOW, ()).matched) == (name, count)


def test_devices_by_their_kind() -> None:
    def kind(**fields: Any) -> str:
        values = {one.name: one.value for one in device_properties(Device(id=1, state_since=NOW, **fields))}
        return values["DEVICE_TYPE"]

    assert kind(platform="ios", os_name="iPadOS") == "Tablet"
    assert kind(platform="android", model_name="Galaxy Tab S9") == "Tablet"
    assert kind(platform="android", model_name="Pixel 9") == "Phone"
    assert kind(platform="windows") == kind(platform="macos") == "Computer"
