"""Devices over REST: queries as real clients send them, details, security actions, and the calls of a CA rotation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from certfleet.api.server import answers
from certfleet.store.clock import FixedClock
from certfleet.store.devices.device_tables import Batch
from certfleet.store.devices.fleet_list import kept_devices
from certfleet.store.model.device import ActionKind, EnrollmentKind, PendingAction, Platform, WaitsFor
from certfleet.store.workspace import Workspace
from tests.store.devices.handset import Handset

from .conftest import Rest


@pytest.fixture
def fleet(workspace: Workspace) -> list[Handset]:
    """Two iPhones, a Mac, an Android phone and a Windows laptop."""
    platforms = (Platform.IOS, Platform.MACOS, Platform.ANDROID, Platform.WINDOWS, Platform.IOS)
    return [Handset(workspace, platform) for platform in platforms]


def test_what_failing_devices_have_in_common(rest: Rest, workspace: Workspace, fleet: list[Handset]) -> None:
    none = {"answered": 0, "failing": 0, "common": None, "said": ""}
    workspace.authorities.refresh(ready_after=timedelta(0))
    found = rest.own.done("GET", "devices/failing")
    assert (found["group"], found["renewals"]) == ("group-2", none)

    batch = Batch()
    for number in range(60):
        device = workspace.devices.get(Handset(workspace).id)
        waits = PendingAction(
            kind=ActionKind.CERTIFICATE_RENEWAL,
            requested_at=workspace.now(),
            requested_by="",
            attempts=1,
            waits_for=WaitsFor.ERROR if number < 8 else WaitsFor.NOT_NOW,
        )
        model = "iPhone12,1" if number < 8 else "iPhone14,5"
        batch.devices[device.id] = replace(device, model_name="", model=model, pending=(waits,))
    with workspace.database.transaction():
        workspace.devices.records.write(batch)
    renewals = rest.own.done("GET", "devices/failing")["renewals"]
    assert (renewals["answered"], renewals["failing"]) == (60, 8)
    assert renewals["common"] == {"trait": "model", "value": "iPhone12,1", "failing": 8, "devices": 8}
    assert renewals["said"] == "8 of 8 failing devices: iPhone12,1 (all such devices fail)"


@pytest.mark.parametrize("together", [1, 2, 500])
def test_a_large_page_is_made_while_it_is_sent_and_is_the_same(
    rest: Rest, fleet: list[Handset], monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    def asked() -> list[Any]:
        by_owner = {"limit": 4, "sortColumn": "SERIAL", "enableCount": True}
        return [rest.done("POST", "device/filter", by_owner), rest.own.done("GET", "devices?limit=3")]

    small = asked()
    monkeypatch.setattr(kept_devices, "LARGE_PAGE", 2)
    monkeypatch.setattr(answers, "_TOGETHER", together)
    assert asked() == small
    assert len(small[0]["filteredDevicesDataList"]) == 4


def ids(page: Any) -> list[int]:
    return [device["id"] for device in page["filteredDevicesDataList"]]


def test_a_page_as_the_public_clients_ask_for_it(rest: Rest, fleet: list[Handset]) -> None:
    body = {"start": "0", "limit": "2", "sortOrder": "ASC", "sortColumn": "ID", "enableCount": "false", "search": ""}
    page = rest.done("POST", "device/filter", body)
    assert ids(page) == [1, 2]
    assert (page["matchedRecords"], page["totalCount"]) == (5, 5)
    device = page["filteredDevicesDataList"][0]
    assert (device["platform"], device["managed"], device["certificateIssuerGroup"]) == ("iOS", True, "default")
    assert (device["lastAccess"], device["inactivityDays"]) == ("1/1/26 12:00 AM", "0")
    assert ids(rest.done("POST", "device/filter", {"start": 3, "limit": "100000"})) == [4, 5]


def test_what_a_device_tells_of_itself(rest: Rest, workspace: Workspace, fleet: list[Handset]) -> None:
    told = {"os_build": "23G71", "device_name": "Dana’s iPhone", "second_imei": "001234560000016", "language": "en-DE"}
    batch = Batch()
    batch.devices[1] = replace(
        workspace.devices.get(1), **told, enrollment_kind=EnrollmentKind.SUPERVISED, carrier="Telekom.de"
    )
    with workspace.database.transaction():
        workspace.devices.records.write(batch)
    page = rest.done("POST", "device/filter", {"limit": 1})
    values = {one["name"]: one["value"] for one in page["filteredDevicesDataList"][0]["properties"]}
    names = ("SYSTEM_OS_BUILD", "DEVICE_NAME", "SECOND_IMEI", "SYSTEM_LANGUAGE")
    assert tuple(values[name] for name in names) == tuple(told.values())
    assert (values["SUPERVISED"], values["CARRIER"]) == ("true", "Telekom.de")
    assert "SECURITY_PATCH_LEVEL" not in values
    assert rest.own.done("GET", "devices/1")["device"]["enrollment_kind"] == "supervised"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"limit": "0-999", "start": "0-0"}, [1, 2, 3, 4, 5]),
        ({"start": "", "limit": None, "sortOrder": None, "sortColumn": None, "search": None}, [1, 2, 3, 4, 5]),
        ({"limit": 2.0}, [1, 2]),
        ({"limit": 0}, []),
        ({"start": 100_000}, []),
        ({"sortOrder": "desc", "limit": 2}, [5, 4]),
        ({"sortColumn": "platform", "limit": 1}, [3]),
        ({"sortColumn": "serial_number", "sortOrder": "DESC", "limit": "1"}, [5]),
        ({"filterIds": "['device.platform.ios']"}, [1, 5]),
        ({"filterIds": "[device.platform.ios,device.platform.android]"}, [1, 3, 5]),
        ({"filterIds": '["device.mode.mdm.managed", "device.platform.windows"]'}, [4]),
        ({"filterIds": ["device.mode.mdm.unmanaged"]}, []),
        ({"filterIds": "[]"}, [1, 2, 3, 4, 5]),
        ({"filterIds": None}, [1, 2, 3, 4, 5]),
        ({"filterIds": "['device.inactive.time.more.than.30.days']"}, []),
        ({"filterIds": "['device.certificate.ca.default']"}, [1, 2, 3, 4, 5]),
        ({"filterIds": "['group#/group/AD/x@_fn_@normal']"}, []),
        ({"filterIds": "['device.colour.red']"}, []),
        ({"unknown": {"to": "us"}}, [1, 2, 3, 4, 5]),
    ],
)
def test_queries_are_taken_as_they_come(
    rest: Rest, fleet: list[Handset], body: dict[str, Any], found: list[int]
) -> None:
    assert ids(rest.done("POST", "device/filter", body)) == found


def test_a_search_finds_by_any_identity(rest: Rest, fleet: list[Handset]) -> None:
    serial = fleet[3].device.serial_number
    assert ids(rest.done("POST", "device/filter", {"search": serial.lower()})) == [4]
    assert rest.done("POST", "device/filter", {"search": "nobody"})["matchedRecords"] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"start": -1}, "request-invalid"),
        ({"start": "many"}, "request-invalid"),
        ({"limit": 100_001}, "request-invalid"),
        ({"limit": True}, "request-invalid"),
        ({"enableCount": "perhaps"}, "request-invalid"),
        ({"sortColumn": "COLOUR"}, "sort-column-invalid"),
        ({"sortOrder": "UP"}, "sort-order-invalid"),
        ({"filterIds": "['device.platform.ios'"}, "filter-invalid"),
        ({"filterIds": 7}, "request-invalid"),
        ([], "request-invalid"),
    ],
)
def test_queries_that_mean_nothing_are_refused(rest: Rest, body: Any, code: str) -> None:
    assert rest.refused("POST", "device/filter", body) == (400, code)


def test_a_body_without_a_content_type_is_json_and_any_other_is_said_not_to_be(rest: Rest) -> None:
    rest.done("POST", "device/filter", content=b'{"start": 0}')
    answer = rest.ask("POST", "device/filter", content=b"{}", headers={"content-type": "text/plain"})
    assert answer.status_code == 400
    assert "Content-Type: application/json" in answer.json()["hint"]
    for body in (b"{", b"\xff\xfe", b"[" * 100_000):
        headers = {"content-type": "application/json"}
        assert rest.refused("POST", "device/filter", content=body, headers=headers)[0] == 400


def test_what_others_change_is_seen_by_the_next_query(rest: Rest, fleet: list[Handset], workspace: Workspace) -> None:
    rest.done("POST", "device/filter", {})
    assert workspace.path is not None
    with Workspace.open(workspace.path, clock=workspace.clock) as other:
        other.devices.revoke([2])
        Handset(other)
    page = rest.done("POST", "device/filter", {"filterIds": "['device.mode.mdm.managed']"})
    assert (ids(page), page["totalCount"]) == ([1, 3, 4, 5, 6], 6)


def test_details_have_certificates_policies_and_events(rest: Rest, fleet: list[Handset]) -> None:
    device = rest.done("GET", "device/1")["device"]
    assert device["serialNumber"] == fleet[0].device.serial_number
    assert [one["revoked"] for one in device["validCertificates"]] == [False]
    assert device["policies"] == []
    ours = rest.own.done("GET", "devices/1")
    assert [one["kind"] for one in ours["timeline"]] == ["enrolled"]
    assert "habits" not in ours["device"] and "der" not in ours["certificates"][0]
    assert rest.refused("GET", "device/99") == (404, "device-unknown")
    assert rest.refused("GET", "device/nine") == (404, "path-unknown")


def test_security_actions_list_for_whom_they_are_pending_and_who_was_refused(rest: Rest, fleet: list[Handset]) -> None:
    renewed = rest.own.done("POST", "devices/renew", [1, "4", 99])
    assert renewed["pending"] == [1]
    assert [(one["id"], one["code"]) for one in renewed["refused"]] == [
        (4, "windows-is-current"),
        (99, "device-unknown"),
    ]
    assert rest.own.done("POST", "devices/renew", [1])["pending"] == [1]
    assert [one["name"] for one in rest.done("GET", "device/1/actions")["actions"]] == ["Certificate Renewal"]
    assert rest.done("POST", "device/revoke", [2])["pending"] == [2]
    assert rest.done("GET", "device/2")["device"]["revoked"]
    for path in ("device/revoke", "device/renewDeviceCert"):
        assert rest.refused("POST", path, []) == (400, "request-invalid")
        assert rest.refused("POST", path, {"ids": [1]}) == (400, "request-invalid")


def test_deleting_takes_devices_out_of_every_list(rest: Rest, fleet: list[Handset], workspace: Workspace) -> None:
    before = rest.done("POST", "device/filter", {})["totalCount"]
    tried = rest.ask("DELETE", "device/2", None, params={"dryRun": "true"}).json()
    assert tried["effects"]["devices"][0]["after"] is None
    assert rest.done("GET", "device/2")
    told = rest.ask("DELETE", "device/2", None).json()
    assert (told["message"], told["deleted"]) == ("Device deleted successfully", [2])
    assert rest.refused("GET", "device/2") == rest.refused("DELETE", "device/2") == (404, "device-unknown")
    assert rest.ask("DELETE", "device", [1, 99]).json()["unknown"] == [99]
    page = rest.done("POST", "device/filter", {})
    assert page["totalCount"] == before - 2
    assert {one["id"] for one in page["filteredDevicesDataList"]}.isdisjoint({1, 2})
    assert {device.id for device in workspace.deletions.all()} == {1, 2}


def test_a_dry_run_of_a_renewal_tells_its_plan(rest: Rest, fleet: list[Handset]) -> None:
    rest.own.done("POST", "authorities", {"ready_after_hours": 24})
    plan = rest.own.done("POST", "devices/renew", [1, 4], params={"dryRun": "true"})["plan"]
    assert (plan["newest"], plan["upcoming"], plan["asked"], plan["again"]) == ("default", "group-2", 1, 1)
    none = {"to_renew": 0, "pending": 0, "on_newest": 1, "re_enroll": 0, "refused": 0}
    assert plan["platforms"] == [{"platform": "ios", **none}, {"platform": "windows", **none}]
    assert plan["refusals"] == {"windows-is-current": 1}
    assert rest.done("GET", "device/1/actions")["actions"] == []


def test_the_three_of_the_seed(rest: Rest, fleet: list[Handset], clock: FixedClock) -> None:
    """All CA groups; the devices that are still on the old one; renewing their certificates."""
    assert rest.own.done("GET", "devices?old_issuer=true")["total"] == 0
    requested = rest.own.done("POST", "authorities", {"ready_after_hours": 2})["authority"]
    assert (requested["name"], requested["state"]) == ("group-2", "requested")
    assert rest.own.done("GET", "devices?old_issuer=true")["total"] == 0
    clock.at += timedelta(hours=2)
    groups = rest.own.done("GET", "authorities")["authorities"]
    assert [(one["name"], one["state"], one["devices"]) for one in groups] == [
        ("default", "ready", 5),
        ("group-2", "issuing", 0),
    ]
    old = [one["id"] for one in rest.own.done("GET", "devices?old_issuer=true&platform=ios")["devices"]]
    assert old == [1, 5]
    assert rest.own.done("POST", "devices/renew", old)["pending"] == [1, 5]
    handset = fleet[0]
    handset.answer(handset.check_in())
    handset.check_in()
    for group, found in (("default", [2, 3, 4, 5]), ("group-2", [1])):
        assert [one["id"] for one in rest.own.done("GET", f"devices?issuer={group}")["devices"]] == found
    assert rest.own.refused("GET", "devices?issuer=group-9") == (404, "group-unknown")


def test_our_own_list_is_that_of_the_command_line(rest: Rest, fleet: list[Handset]) -> None:
    page = rest.own.done("GET", "devices?platform=ios&platform=android&state=enrolled&start=1&limit=1")
    assert (page["total"], [one["id"] for one in page["devices"]]) == (3, [3])
    assert {"serial_number", "issuer_group", "days_left", "last_check_in"} <= page["devices"][0].keys()
    serial = fleet[3].device.serial_number
    assert [one["id"] for one in rest.own.done("GET", f"devices?search={serial}")["devices"]] == [4]
    assert rest.own.refused("GET", "devices?platform=symbian") == (400, "request-invalid")
    assert rest.own.done("DELETE", "devices", [2, 99])["refused"][0]["code"] == "device-unknown"


def test_a_record_is_changed_and_what_is_pending_deployed(rest: Rest, fleet: list[Handset]) -> None:
    tried = rest.own.done("PUT", "devices/1", {"owner": "Ben"}, params={"dryRun": "true"})
    assert tried["dry_run"] and rest.own.done("GET", "devices/1")["device"]["owner"] != "Ben"
    assert rest.own.done("PUT", "devices/1", {"owner": "Ben"})["device"]["owner"] == "Ben"
    taken = {"serial_number": fleet[1].device.serial_number}
    assert rest.own.refused("PUT", "devices/1", taken) == (409, "device-exists")
    assert rest.own.refused("PUT", "devices/1", {}) == (400, "request-invalid")
    assert rest.own.refused("PUT", "devices/99", {"owner": "Ben"}) == (404, "device-unknown")
    rest.own.done("POST", "devices/renew", [1])
    told = rest.own.done("POST", "devices/refresh", [1, 99])
    assert [one["id"] for one in told["refused"]][-1:] == [99]


def test_groups_are_activated_and_deleted(rest: Rest, fleet: list[Handset], clock: FixedClock) -> None:
    rest.own.done("POST", "authorities", {"name": "spare", "ready_after_hours": 0})
    clock.at += timedelta(hours=1)
    assert rest.own.done("POST", "authorities/default/activate")["authority"]["state"] == "issuing"
    assert rest.own.done("DELETE", "authorities/spare")["deleted"] == "spare"
    assert [one["name"] for one in rest.own.done("GET", "authorities")["authorities"]] == ["default"]
    assert rest.own.refused("DELETE", "authorities/default")[0] in (400, 409)
    assert rest.own.refused("DELETE", "authorities/none") == (404, "group-unknown")
