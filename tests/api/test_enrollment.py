"""Acting as a device over REST: adding, enrolling, checking in, renewing; and simulated devices."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509

from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.store.clock import FixedClock
from certfleet.store.model.component import Use
from certfleet.store.model.device import Platform
from certfleet.store.workspace import Workspace
from tests.material import ec_key
from tests.store.devices.handset import signature, signing_request

from .conftest import Rest
from .handset import RestHandset, pem


def test_a_device_is_added_and_enrolled_by_its_own_request(rest: Rest) -> None:
    said = {
        "platform": "iPadOS",
        "serial_number": "f2lx0000ab",
        "imei": "490154203237518",
        "owner": "Anna Smith",
    }
    device = rest.own.done("POST", "devices", said)["device"]
    assert (device["serial_number"], device["imei"], device["state"]) == (
        "F2LX0000AB",
        "490154203237518",
        "not enrolled",
    )
    key = ec_key()
    enrolled = rest.own.done("POST", f"devices/{device['id']}/enroll", {"csr": pem(signing_request(key))})
    leaf, authority, root = x509.load_pem_x509_certificates(enrolled["pem"].encode())
    leaf.verify_directly_issued_by(authority)
    authority.verify_directly_issued_by(root)
    assert leaf.public_key() == key.public_key()
    answer = rest.own.ask("GET", f"devices/{device['id']}/certificate")
    assert answer.text == enrolled["pem"]


@pytest.mark.parametrize("way", ["json", "multipart", "pem", "der"])
def test_a_signing_request_may_come_in_any_way(rest: Rest, way: str) -> None:
    id = rest.own.done("POST", "devices", {"platform": "android", "serial_number": "R5CT"})["device"]["id"]
    request = signing_request(ec_key())
    text = pem(request)
    options: dict[str, dict[str, Any]] = {
        "json": {"json": {"csr": text}},
        "multipart": {"files": {"csr": ("device.csr", text.encode())}},
        "pem": {"content": text.encode(), "headers": {"content-type": "application/x-pem-file"}},
        "der": {"content": request, "headers": {"content-type": "application/pkcs10"}},
    }
    assert rest.own.done("POST", f"devices/{id}/enroll", **options[way])["certificate"]["state"] == "active"


def test_what_can_not_be_added_or_enrolled_is_refused(rest: Rest, workspace: Workspace) -> None:
    device = {"platform": "ios", "serial_number": "F2LX"}
    id = rest.own.done("POST", "devices", device)["device"]["id"]
    assert rest.own.refused("POST", "devices", device) == (409, "device-exists")
    assert rest.own.refused("POST", "devices", {**device, "imei": "490154203237519"}) == (400, "identity-invalid")
    assert rest.own.refused("POST", "devices", {**device, "platform": "symbian"}) == (400, "request-invalid")
    assert rest.own.refused("POST", "devices", {"platform": "ios"}) == (400, "identity-invalid")
    path = f"devices/{id}/enroll"
    assert rest.own.refused("POST", path, {"csr": "no request"}) == (400, "request-unreadable")
    assert rest.own.refused("POST", path, {"csr": 7}) == (400, "request-invalid")
    assert rest.own.refused("POST", path, content=b"") == (400, "request-unreadable")
    assert rest.own.refused("POST", path, content=b"x" * 70_000) == (413, "file-too-large")
    assert rest.own.refused("POST", "devices/99/enroll", {"csr": pem(signing_request(ec_key()))}) == (
        404,
        "device-unknown",
    )
    assert rest.own.refused("GET", f"devices/{id}/certificate") == (400, "no-device-certificate")
    workspace.components.set_use("apns", Use.REQUIRED)
    assert rest.own.refused("POST", path, {"csr": pem(signing_request(ec_key()))}) == (400, "apns-missing")


def test_a_device_checks_in_by_the_proof_of_its_key(rest: Rest) -> None:
    handset = RestHandset(rest, "F2LX")
    visit = handset.check_in()
    assert (visit["device"]["id"], visit["renewal"], visit["certificate"]) == (handset.id, None, None)


def test_a_check_in_without_the_proof_is_refused(rest: Rest) -> None:
    handset, other = RestHandset(rest, "F2LX"), RestHandset(rest, "F2LY")
    used = handset.presented()
    rest.own.done("POST", "devices/check-in", used)
    good = handset.presented()
    for said, refused in [
        (used, (400, "challenge-unknown")),
        ({**good, "signature": other.presented()["signature"]}, (400, "possession-not-proven")),
        ({**good, "signature": "!"}, (400, "request-invalid")),
        ({**good, "challenge": "AAAA"}, (400, "challenge-unknown")),
        ({**good, "certificate": "nothing"}, (400, "request-invalid")),
        ({"certificate": handset.certificate}, (400, "request-invalid")),
    ]:
        assert rest.own.refused("POST", "devices/check-in", said) == refused
    rest.done("POST", "device/revoke", [handset.id])
    assert rest.own.refused("POST", "devices/check-in", handset.presented()) == (400, "certificate-revoked")


def test_a_renewal_is_answered_at_the_check_in_and_counts_once_it_is_used(rest: Rest, clock: FixedClock) -> None:
    handset = RestHandset(rest, "F2LX")
    rest.own.done("POST", "authorities", {"ready_after_hours": 0})
    rest.own.done("POST", "devices/renew", [handset.id])
    assert handset.check_in(renewal={"answer": "not now"})["renewal"]
    clock.at += timedelta(hours=1)
    new = ec_key()
    request = signing_request(new)
    proof = base64.b64encode(signature(handset.key, request)).decode()
    assert rest.own.refused("POST", "devices/check-in", handset.presented(renewal={})) == (400, "request-invalid")
    clock.at += timedelta(hours=2)
    visit = handset.check_in(renewal={"csr": pem(request), "signature": proof})
    assert (visit["certificate"]["group"], visit["certificate"]["state"]) == ("group-2", "unconfirmed")
    handset.key, handset.certificate = new, visit["pem"]
    clock.at += timedelta(minutes=1)
    assert handset.check_in()["device"]["issuer_group"] == "group-2"
    assert handset.details["device"]["pending"] == []


@pytest.fixture
def simulated(rest: Rest, workspace: Workspace) -> int:
    """The id of a simulated iPhone that is enrolled."""
    workspace.set_clock(workspace.now())
    draw_fleet(workspace, FleetPlan(devices=2, seed=7, mix={Platform.IOS: 1}))
    return 1


def test_a_simulated_device_checks_in_and_renews_when_it_is_told_to(rest: Rest, simulated: int) -> None:
    rest.own.done("POST", "authorities", {"ready_after_hours": 0})
    rest.own.done("POST", "devices/renew", [simulated])
    visit = rest.own.done("POST", f"devices/{simulated}/simulate/check-in")
    assert visit["certificate"]["group"] == "group-2"
    device = rest.own.done("GET", f"devices/{simulated}")["device"]
    assert (device["issuer_group"], device["pending"]) == ("group-2", [])
    again = rest.own.done("POST", f"devices/{simulated}/simulate/check-in")
    assert (again["renewal"], again["certificate"]) == (None, None)
    assert rest.own.done("POST", f"devices/{simulated}/simulate/enroll")["certificate"]["reason"] == "re-enrollment"
    rest.own.done("POST", f"devices/{simulated}/simulate/check-in")


def test_the_workspace_holds_together_after_it(rest: Rest, simulated: int, workspace: Workspace) -> None:
    rest.own.done("POST", "devices/renew", [simulated])
    rest.own.done("POST", f"devices/{simulated}/simulate/check-in")
    assert workspace.check().problems == ()


def test_only_a_simulated_device_can_be_told_to(rest: Rest, simulated: int) -> None:
    handset = RestHandset(rest, "F2LX")
    for path in ("check-in", "enroll"):
        assert rest.own.refused("POST", f"devices/{handset.id}/simulate/{path}") == (400, "not-simulated")
        assert rest.own.refused("POST", f"devices/999/simulate/{path}") == (404, "device-unknown")
    rest.done("POST", "device/revoke", [simulated])
    assert rest.own.refused("POST", f"devices/{simulated}/simulate/check-in") == (400, "certificate-revoked")


def test_a_device_enrolled_by_its_user_has_no_serial_number(rest: Rest) -> None:
    enrollment_id = "FP7B-RXQW-Q77F-7J6FC-5RXZ-UJI6-6"
    own = {"platform": "android", "enrollment_kind": "User", "enrollment_id": enrollment_id}
    assert rest.own.refused("POST", "devices", {**own, "serial_number": "R5CT"}) == (400, "enrollment-kind-invalid")
    told = rest.own.done("POST", "devices", own)["device"]
    assert (told["enrollment_kind"], told["serial_number"], told["enrollment_id"]) == ("user", None, enrollment_id)
    phone = rest.own.done("POST", "devices", {"platform": "ios", "serial_number": "F2LX"})["device"]
    csr = {"csr": pem(signing_request(ec_key()))}
    enrolled = rest.own.done("POST", f"devices/{phone['id']}/enroll?enrollment_kind=supervised", csr)
    assert enrolled["device"]["enrollment_kind"] == "supervised"
