"""What the certificates of the server and the push service allow devices to do: refusals, which are recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.prepared import Prepared

from .conftest import PASSWORD, Command, Material
from .device.test_enrollment import check_in, request


def listed(command: Command, device: object) -> dict[str, Any]:
    """A device as the list has it."""
    devices = command.json("device", "list")["devices"]
    return next(found for found in devices if device in (found["id"], found["serial_number"]))


def test_an_iphone_enrolls_with_a_push_certificate_alone(
    certfleet: Command, material: Material, tmp_path: Path
) -> None:
    _, csr = request(tmp_path, "phone")
    enroll = ("device", "enroll", "--platform", "ios", "--serial-number", "F2LX0001", "--csr", csr)
    error = certfleet.refused(*enroll)
    assert (error["code"], "no iOS or macOS device can enroll" in error["message"]) == ("apns-missing", True)
    device = listed(certfleet, "F2LX0001")
    assert (device["state"], device["refused"]["code"]) == ("not enrolled", "apns-missing")
    assert device["refused"]["at_check_in"] is False
    text = certfleet.done("device", "show", "F2LX0001")
    assert "apns-missing: the APNs certificate for device management is missing" in text
    assert "enrollment-refused: apns-missing" in text

    password = tmp_path / "password"
    password.write_text(PASSWORD)
    push = ("certificate", "import-keystore", material / "push.p12", "--password-file", password)
    certfleet.done(*push, "--use-as", "apns")
    certfleet.done(*enroll)
    device = listed(certfleet, "F2LX0001")
    assert (device["state"], device["refused"]) == ("enrolled", None)


def test_what_is_no_request_adds_no_device(certfleet: Command, tmp_path: Path) -> None:
    key, _ = request(tmp_path, "phone")
    enroll = ("device", "enroll", "--platform", "ios", "--serial-number", "F2LX0001", "--csr", key)
    assert certfleet.refused(*enroll)["code"] == "request-unreadable"
    assert certfleet.json("device", "list")["devices"] == []


def test_ssl_error_61_until_the_root_is_installed(filled: Command, tmp_path: Path) -> None:
    filled.done("component", "bind", "mdm-ssl", 1)
    key, csr = request(tmp_path, "phone")
    certificate = tmp_path / "phone.pem"
    enroll = ("device", "enroll", "--platform", "android", "--serial-number", "R58N0001", "--csr", csr)
    error = filled.refused(*enroll)
    assert error["code"] == "ssl-error-61"
    assert "lacks the root Example Root CA" in error["message"]
    text = filled.done("device", "show", "R58N0001")
    assert "SSL Error 61" in text
    assert "CA certificates  none installed" in text
    assert filled.json("device", "show", "R58N0001")["trust"] == []

    filled.done("trust", "install", 3, "R58N0001")
    filled.done(*enroll, "--out", certificate)
    filled.done(*check_in(certificate, key))
    told = filled.json("device", "show", "R58N0001")
    assert told["trust"] == [
        {"certificate_id": 3, "name": "Example Root CA", "how": "installed by hand", "antivirus": None}
    ]
    assert told["device"]["refused"] is None
    assert "#3 Example Root CA, installed by hand" in filled.done("device", "show", "R58N0001")


@pytest.fixture
def company(certfleet: Command, prepared: Prepared) -> Command:
    """The company, whose load balancer goes on with an MDM certificate that ends in 12 days; and a few phones."""
    lines = ("simulate company --start 2026-01-05", "simulate fleet --devices 5 --mix android=1")
    return certfleet.after(prepared, *lines)


def test_nobody_reaches_a_server_whose_certificate_has_expired(company: Command, tmp_path: Path) -> None:
    key, csr = request(tmp_path, "phone")
    certificate = tmp_path / "phone.pem"
    enroll = ("device", "enroll", "--platform", "android", "--serial-number", "R58N0001", "--csr", csr)
    company.done(*enroll, "--out", certificate)
    company.done("simulate", "run", "--for", "13d")
    assert company.refused(*check_in(certificate, key))["code"] == "mdm-certificate-expired"
    assert listed(company, "R58N0001")["refused"]["at_check_in"] is True
    assert "its check-in, on 2026-01-18" in company.done("device", "show", "R58N0001")
    # The idle check-ins of the others end with it.
    assert {device["last_check_in"][:10] for device in company.json("device", "list")["devices"]} <= {
        f"2026-01-{day:02}" for day in range(1, 17)
    }
    for again in (enroll[:2] + enroll[4:], ("device", "enroll", 1)):
        assert company.refused(*again)["code"] == "mdm-certificate-expired"
    assert listed(company, 1)["refused"]["code"] == "mdm-certificate-expired"

    (task,) = company.json("task", "list")["tasks"]
    company.done("task", "done", task["id"])
    company.done(*check_in(certificate, key))
    company.done("device", "enroll", 1)
    assert [listed(company, device)["refused"] for device in ("R58N0001", 1)] == [None, None]


def _unused(command: Command) -> int:
    """The entry of a certificate that nothing uses."""
    entries = command.json("certificate", "list", "--search", "halvorsen")["certificates"]
    return int(entries[0]["id"])


def test_what_depends_on_a_certificate_is_shown_with_it(company: Command) -> None:
    (task,) = company.json("task", "list")["tasks"]
    old, new = task["old_certificate_id"], task["certificate_id"]
    (depends,) = company.json("certificate", "show", old)["depends"]
    assert (depends["need"], depends["waits"], depends["through_chain"]) == ("mdm-ssl", True, False)
    assert [(effect["seen"], effect["devices"]) for effect in depends["effects"]] == [
        ("no device can enroll", 5),
        ("no device reaches the server", 5),
    ]
    text = company.done("certificate", "show", old)
    assert "SSL certificate for the MDM FQDN, until a task is done; from 2026-01-16" in text
    assert "stopped: no device can enroll (5 devices)" in text
    assert company.json("certificate", "show", new)["depends"] == []
    assert "SSL certificate for the MDM FQDN, once a task is done" in company.done("certificate", "show", new)
    assert "depends on it       nothing" in company.done("certificate", "show", _unused(company))
    issuer = company.json("certificate", "show", old)["certificate"]["issuer_id"]
    above = company.json("certificate", "show", issuer)["depends"]
    assert {one["need"] for one in above} >= {"mdm-ssl", "gateway-ssl"}
    assert all(one["through_chain"] for one in above)
    assert ", through its chain; from " in company.done("certificate", "show", issuer)
