"""The sequences of calls of public scripts for the product, as a plain HTTP client sends them over a real server. Each
reads the fields that its script reads, and goes on with what it has read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import PASSWORD

from .plain_client import PlainClient

NAME = "the administrator"
CURLY = f"{{\u201clogin\u201d:\u201d{NAME}\u201d}}".encode()
"""The body of a logout, with the quotation marks of a word processor."""


@pytest.fixture
def script(stranger: PlainClient) -> PlainClient:
    stranger.log_in(NAME, PASSWORD)
    return stranger


def value_of(record: Any, name: str) -> str | None:
    """``($_.properties | where {$_.name -eq name}).value``"""
    return next((one["value"] for one in record["properties"] if one["name"] == name), None)


def new_devices(script: PlainClient, *serial_numbers: str) -> list[int]:
    made = [
        script("POST", "/api/certfleet/v1/devices", {"platform": "ios", "serial_number": one})["device"]["id"]
        for one in serial_numbers
    ]
    return [int(id) for id in made]


def test_a_powershell_module_begins_a_session_and_lists_devices(script: PlainClient) -> None:
    """Two server properties right after the login, by name; then pages of the device list."""

    def server_property(name: str) -> str:
        query = {"start": "0", "limit": "1000", "orderBy": "name", "sortOrder": "desc", "searchStr": name}
        (found,) = script("POST", "serverproperties/filter", query)["allEwProperties"]
        return str(found["value"])

    assert server_property("xms.publicapi.timeout.type") in ("INACTIVITY_TIMEOUT", "STATIC_TIMEOUT")
    assert int(server_property("xms.publicapi.inactivity.timeout")) * 60 - 30 > 0
    query = {
        "start": "0",
        "limit": 999,
        "sortOrder": "ASC",
        "sortColumn": "ID",
        "search": "",
        "enableCount": "true",
        "filterIds": "[device.mode.enterprise.managed]",
    }
    found = script("POST", "device/filter", query)["filteredDevicesDataList"]
    assert found
    for record in found:
        details = script("GET", f"device/{record['id']}")["device"]
        assert details["lastAuthDate"] >= 0 and details["firstConnectionDate"] > 0
        assert (value_of(record, "UDID") is not None) == (record["platform"] == "iOS")
        shown = script("GET", f"device/properties/{record['id']}")
        parameters = shown["devicePropertiesList"]["deviceProperties"]["devicePropertyParameters"]
        assert value_of({"properties": parameters}, "SERIAL_NUMBER") == record["serialNumber"]
        for path, name in (("deliverygroups", "deliveryGroups"), ("apps", "applications")):
            assert isinstance(script("GET", f"device/{record['id']}/{path}")[name], list)
        assert script("GET", f"device/{record['id']}/policies")["status"] == 0
    assert (
        script("POST", "device/filter", {**query, "filterIds": "[]", "search": found[0]["serialNumber"]})[
            "matchedRecords"
        ]
        == 1
    )


def test_a_powershell_module_deploys_to_devices_and_removes_them(script: PlainClient) -> None:
    id, other = new_devices(script, "MODULE1", "MODULE2")
    assert script("POST", "device/refresh", [1])["message"] == "Success"
    gone = script("DELETE", "device", [str(id)])
    assert int(gone["status"]) == 0
    assert int(script("DELETE", f"device/{other}")["status"]) == 0


def test_a_scheduled_script_removes_inactive_devices(script: PlainClient) -> None:
    """It pages with limits as texts, compares days of inactivity, deletes, and logs out with curly quotes."""
    query = {
        "start": "0",
        "limit": "5000",
        "sortOrder": "ASC",
        "sortColumn": "ID",
        "enableCount": "false",
        "filterIds": "['device.inactive.time.more.than.30.days']",
    }
    found = script("POST", "device/filter", query)
    assert found["status"] == 0
    inactive = [one for one in found["filteredDevicesDataList"] if int(one["inactivityDays"] or 0) >= 40]
    (device,) = inactive
    assert value_of(device, "CORPORATE_OWNED") == "0"
    assert device["userName"].split("@")[0] and device["serialNumber"] and device["platform"] == "iOS"
    removal = script("DELETE", f"device/{device['id']}")
    assert (int(removal["status"]), removal["message"]) == (0, "Device deleted successfully")
    assert script("POST", "device/filter", query)["filteredDevicesDataList"] == []
    gone = script("POST", "authentication/logout", CURLY)
    assert gone["Status"] == f"user {NAME} logged out successfully."
    assert script.ask("GET", "environment")[0] == 401


def test_a_script_revokes_what_is_inactive_for_longer_than_the_threshold(script: PlainClient) -> None:
    properties = script("GET", "serverproperties")["allEwProperties"]
    threshold = int(next(one["value"] for one in properties if "device.inactivity.days.threshold" in one["name"]))
    devices = script("POST", "device/filter", b'\n{\n"start": 0,\n"limit": 10000\n}\n')
    ids = [
        record["id"]
        for record in devices["filteredDevicesDataList"][: devices["matchedRecords"]]
        if int(record["inactivityDays"] or 0) > threshold
    ]
    assert len(ids) < devices["matchedRecords"], "it offers to revoke some, not all"
    for id in [*ids, 6]:
        assert script("POST", "device/revoke", f"\n[{id}]\n".encode())["status"] == 0
    assert script("GET", "device/6")["device"]["revoked"]


def test_a_script_deploys_to_devices_that_are_active(script: PlainClient) -> None:
    """It filters by platform in capitals, reads the apps of each device, and deploys to those seen today."""
    query = {"start": "0", "limit": "5000", "sortOrder": "ASC", "sortColumn": "ID", "enableCount": "false"}
    found = script("POST", "device/filter", {**query, "filterIds": "['device.platform.iOS']"})
    assert found["status"] == 0
    ids = []
    for record in (one for one in found["filteredDevicesDataList"] if "@" in one["userName"]):
        device = script("GET", f"device/{record['id']}")["device"]
        assert device["applications"] == device["softwareInventory"] == []
        assert device["lastUsername"] and device["deviceType"] and device["serialNumber"]
        if device["inactivityDays"] == 0 and device["managed"]:
            ids.append(device["id"])
    assert ids
    assert script("POST", "device/refresh", f"[{','.join(map(str, ids))}]".encode())["message"] == "Success"
    failed = script("POST", "device/refresh", [99_999])
    assert failed["status"] != 0
    assert failed["deviceActionMessages"]["devicesActionParameters"]["messageList"]


def test_a_php_client_lists_the_filters_and_reads_all_lists(script: PlainClient) -> None:
    """It asks for no device at all, to read the filters."""
    query = {
        "start": 0,
        "limit": 0,
        "sortOrder": "ASC",
        "sortColumn": "ID",
        "enableCount": "false",
        "search": "__NONE__",
    }
    for detail in script("POST", "device/filter", query)["currentFilter"]["detail"]:
        assert detail["name"] and detail["displayName"]
        assert all(node["displayName"] and node["name"] for node in detail["nodes"])
    found = script(
        "POST",
        "device/filter",
        {
            **query,
            "limit": 9,
            "search": "smith",
            "filterIds": "['device.platform#26.1@_fn_@device.platform.ios.version']",
        },
    )
    assert found["status"] == 0
    for path, name in {
        "apps": "applications",
        "actions": "actions",
        "deliverygroups": "deliveryGroups",
        "managedswinventory": "softwareInventory",
        "policies": "policies",
        "softwareinventory": "softwareInventories",
    }.items():
        answer = script("GET", f"device/1/{path}")
        assert answer["status"] == 0 and isinstance(answer[name], list)
    assert script("GET", "device/1")["device"]["id"] == 1
    assert script("GET", "device/knownProperties")["knownProperties"]["knownProperties"]["knownPropertyList"]
    used = script("GET", "device/usedProperties")["deviceUsedPropertiesList"]
    assert used["deviceUsedProperties"]["deviceUsedPropertiesParameters"]


def test_a_node_client_sends_what_it_accepts(script: PlainClient) -> None:
    headers = {"Accept": "application/json", "User-Agent": "Octoblu/1.0.0", "x-li-format": "json"}
    assert script.ask("GET", "device/1", headers=headers)[0] == 200
    assert script.ask("POST", "device/filter", {}, headers=headers)[0] == 200
