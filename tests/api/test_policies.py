"""VPN policies over REST: create, change, deploy, delete, the report, and the profile of a device."""

from __future__ import annotations

import plistlib
from typing import Any

import pytest

from certfleet.store.workspace import Workspace
from tests.material import Issued

from .conftest import SEED_JSON, Rest
from .handset import RestHandset

VPN = {
    "server": "vpn.company.example",
    "connection_type": "Always on IKEv2",
    "device_authentication": "Device Certificate Based on Device Identity",
    "identity_type": "SERIAL_NUMBER",
}
POLICY = {"name": "Field VPN", "platforms": ["iOS"], "vpn": VPN}


@pytest.fixture
def handset(rest: Rest, archive: bytes) -> RestHandset:
    """An iPhone for which there is a device certificate."""
    rest.upload("certificates/import/keystore/device", archive, SEED_JSON)
    return RestHandset(rest, "A12BC3D4EFGH")


def test_a_policy_brings_its_device_the_certificate_and_takes_it_away(rest: Rest, handset: RestHandset) -> None:
    created = rest.own.done("POST", "policies", POLICY)
    assert (created["policy"]["id"], created["pending"], created["removing"]) == (1, 1, 0)
    assert created["policy"]["vpn"]["connection_type"] == "IKEv2 Always On"
    assert rest.own.done("GET", "policies/1")["counts"]["pending"] == 1
    assert [one["name"] for one in handset.check_in()["installed_policies"]] == ["Field VPN"]
    (installed,) = handset.details["policies"]
    assert installed["certificate"]["identity"] == "A12BC3D4EFGH"
    assert installed["fingerprint_sha256"] == installed["certificate"]["fingerprint_sha256"]
    report = rest.own.done("GET", "policies/1/report?only=installed")["report"]
    assert [one["id"] for one in report["devices"]] == [handset.id]
    assert rest.own.done("DELETE", "policies/1")["removing"] == 1
    assert [one["name"] for one in handset.check_in()["removed_policies"]] == ["Field VPN"]
    assert handset.details["policies"] == []
    assert rest.own.done("GET", "policies")["policies"] == []


def test_what_is_not_said_in_a_change_stays(rest: Rest, handset: RestHandset) -> None:
    rest.own.done("POST", "policies", POLICY)
    changed = rest.own.done("PUT", "policies/1", {"vpn": {"user_may_disconnect": "true", "voicemail": "outside"}})[
        "policy"
    ]
    assert (changed["name"], changed["version"], changed["vpn"]["server"]) == ("Field VPN", 2, "vpn.company.example")
    assert (changed["vpn"]["user_may_disconnect"], changed["vpn"]["voicemail"]) == (True, "outside")
    renamed = rest.own.done("PUT", "policies/1", {"name": "VPN", "assignment": {"devices": [str(handset.id)]}})[
        "policy"
    ]
    assert (renamed["name"], renamed["assignment"]["devices"]) == ("VPN", [handset.id])
    assert rest.own.done("POST", "policies/1/deploy")["pending"] == 1
    elsewhere = rest.own.done("PUT", "policies/1", {"assignment": {"filter": "owner:nobody", "group": "Nobody"}})
    assert (elsewhere["pending"], elsewhere["policy"]["assignment"]["is_for_all"]) == (0, False)


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"name": ""}, (400, "policy-name-invalid")),
        ({"platforms": ["android"]}, (400, "platform-unsupported")),
        ({"platforms": ["symbian"]}, (400, "request-invalid")),
        ({"vpn": {**VPN, "server": "no host"}}, (400, "server-invalid")),
        ({"vpn": {**VPN, "identity_type": None}}, (400, "identity-type-missing")),
        ({"vpn": {**VPN, "connection_type": "PPTP"}}, (400, "request-invalid")),
        ({"vpn": {**VPN, "device_authentication": "certificate", "certificate_id": 7}}, (400, "vpn-setting-invalid")),
        ({"assignment": {"devices": [99]}}, (404, "device-unknown")),
        ({"assignment": {"filter": "days:many"}}, (400, "filter-unclear")),
        ({"vpn": None}, (400, "request-invalid")),
    ],
)
def test_what_goes_not_together_is_refused(rest: Rest, change: dict[str, Any], refused: tuple[int, str]) -> None:
    assert rest.own.refused("POST", "policies", {**POLICY, **change}) == refused
    assert rest.own.done("GET", "policies")["policies"] == []


def test_there_is_one_policy_of_a_name_and_none_of_an_unknown_id(rest: Rest) -> None:
    rest.own.done("POST", "policies", POLICY)
    assert rest.own.refused("POST", "policies", POLICY) == (409, "policy-exists")
    for method, path in [("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/deploy"), ("GET", "/report")]:
        body: dict[str, Any] | None = {} if method == "PUT" else None
        assert rest.own.refused(method, f"policies/9{path}", body) == (404, "policy-unknown")


def test_a_certificate_of_the_inventory_serves_as_well(rest: Rest, server_certificate: Issued) -> None:
    rest.upload("certificates/import/certificate/server", server_certificate.chain_pem, key=server_certificate.key_pem)
    vpn = {"server": "vpn", "connection_type": "IKEv2", "device_authentication": "certificate", "certificate_id": "1"}
    created = rest.own.done("POST", "policies", {"name": "Mac VPN", "platforms": ["macOS"], "vpn": vpn})
    assert (created["policy"]["vpn"]["certificate_id"], created["policy"]["platforms"]) == (1, ["macos"])


def test_the_profile_of_a_device_is_for_administrators(
    rest: Rest, operator: Rest, handset: RestHandset, workspace: Workspace
) -> None:
    rest.own.done("POST", "policies", POLICY)
    path = f"devices/{handset.id}/profile/1"
    assert operator.own.refused("GET", path) == (403, "not-permitted")
    answer = rest.own.ask("GET", path)
    assert answer.headers["content-type"] == "application/x-apple-aspen-config"
    kinds = {payload["PayloadType"] for payload in plistlib.loads(answer.content)["PayloadContent"]}
    assert "com.apple.security.pkcs12" in kinds
    line = workspace.audit.tail(1)[0]
    assert (line.action, line.user) == ("policy.export-profile", "the administrator")
    assert rest.own.refused("GET", f"devices/{handset.id}/profile/2") == (404, "policy-unknown")
    assert rest.own.refused("GET", "devices/99/profile/1") == (404, "device-unknown")
    mac = rest.own.done("POST", "devices", {"platform": "macos", "serial_number": "C02"})["device"]["id"]
    assert rest.own.refused("GET", f"devices/{mac}/profile/1") == (400, "policy-not-for-device")
