"""``certfleet policy`` and ``device profile``: the walk of the product's document, from the archive to the device."""

from __future__ import annotations

import json
import plistlib
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.material import YESTERDAY
from tests.store.policies.material import PASSWORD, archive, certificate_for

SERIAL, OTHER = "A12BC3D4EFGH", "A12BC3D4EFIJ"


@pytest.fixture
def phone(certfleet: Command, tmp_path: Path) -> Command:
    """A workspace with the certificate of a phone, which has enrolled, and another phone without one."""
    for serial in (SERIAL, OTHER):
        key, csr = tmp_path / f"{serial}.key", tmp_path / f"{serial}.csr"
        _make_request(key, csr)
        if serial == SERIAL:
            certfleet.done("certificate", "request", "--subject", "CN=x")  # makes the workspace
            certfleet.done("component", "use", "apns", "not-used")
        options = ("--platform", "ios", "--serial-number", serial, "--csr", csr, "--out", tmp_path / f"{serial}.pem")
        certfleet.done("device", "enroll", *options)
    file = tmp_path / "certificates.zip"
    file.write_bytes(archive({SERIAL: certificate_for(SERIAL, not_before=YESTERDAY)}).getvalue())
    certfleet.done("bulk", "import", file, "--identity-type", "SERIAL_NUMBER", "--credentials", "credential.txt")
    return certfleet


def _make_request(key: Path, csr: Path) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from tests.material import ec_key
    from tests.store.devices.handset import signing_request

    made = ec_key()
    key.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    csr.write_bytes(signing_request(made))


def check_in(certfleet: Command, folder: Path, serial: str = SERIAL) -> str:
    keys = ("--certificate", folder / f"{serial}.pem", "--key", folder / f"{serial}.key")
    return certfleet.done("device", "check-in", *keys)


CREATE = ("policy", "create", "Field VPN", "--server", "vpn.company.example", "--identity-type", "SERIAL_NUMBER")


def test_from_the_archive_to_the_details_of_the_device(phone: Command, tmp_path: Path) -> None:
    assert phone.done(*CREATE) == "policy #1 Field VPN created: pending for 2 devices\n"
    assert "policy installed: #1 Field VPN" in check_in(phone, tmp_path)
    check_in(phone, tmp_path, OTHER)

    shown = phone.done("device", "show", SERIAL)
    assert "#1 Field VPN, version 1, installed" in shown
    assert f"with the certificate CN={SERIAL}, by SERIAL_NUMBER {SERIAL}, valid" in shown
    assert f"not installed: no device certificate for serial number {OTHER}" in phone.done("device", "show", OTHER)
    (policy,) = phone.json("device", "show", SERIAL)["policies"]
    assert policy["installed"]
    assert policy["certificate"]["fingerprint_sha256"] == policy["fingerprint_sha256"]
    assert phone.json("device", "list", "--search", "policy:field")["total"] == 1

    report = phone.done("policy", "report", "field vpn")
    assert report.startswith("policy #1 Field VPN: 2 devices: 1 installed, 1 without certificate\n")
    assert OTHER in report and SERIAL not in report
    assert SERIAL in phone.done("policy", "report", "1", "--only", "installed")
    told = phone.json("policy", "report", "1", "--only", "without-certificate")["report"]
    assert told["counts"]["installed"] == 1
    assert [one["serial_number"] for one in told["devices"]] == [OTHER]
    assert phone.json("policy", "show", "1")["counts"] == told["counts"]

    assert "to be taken off 1 device" in phone.done("policy", "delete", "Field VPN")
    assert "policy removed: #1 Field VPN" in check_in(phone, tmp_path)
    assert phone.json("device", "show", SERIAL)["policies"] == []
    assert phone.done("policy", "list").startswith("there is no policy")
    phone.done("workspace", "check")


def test_the_profile_is_a_file_of_its_owner_alone(phone: Command, tmp_path: Path) -> None:
    phone.done(*CREATE)
    file = tmp_path / "field.mobileconfig"
    assert phone.done("device", "profile", SERIAL, "--output", file).startswith("wrote the profile of policy Field VPN")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    profile = plistlib.loads(file.read_bytes())
    certificate, vpn = profile["PayloadContent"]
    assert certificate["Password"] == PASSWORD
    assert vpn["VPNType"] == "AlwaysOn"
    assert phone.json("audit", "list", "--limit", 1)["audit"][0]["action"] == "policy.export-profile"

    assert phone.refused("device", "profile", SERIAL, "--output", file)["code"] == "file-exists"
    assert phone.refused("device", "profile", OTHER)["code"] == "no-device-certificate"
    assert plistlib.loads(phone.done("device", "profile", SERIAL, "--policy", "1").encode()) == profile
    assert phone.json("device", "profile", SERIAL)["encoding"] == "text"
    shown, status = phone.on_a_terminal("device", "profile", SERIAL)
    assert status == 1 and "binary-to-terminal" in shown and PASSWORD not in shown

    phone.done("policy", "create", "Second", *CREATE[3:])
    assert phone.refused("device", "profile", SERIAL)["code"] == "policy-not-named"
    phone.done("device", "profile", SERIAL, "--policy", "second", "--output", file, "--force")


def test_what_the_options_say_and_what_stays(phone: Command) -> None:
    made = phone.json(
        *CREATE,
        *("--connection-type", "IKEv2-Always-On", "--device-authentication", "device-identity", "--captive-websheet"),
        *("--voicemail", "outside", "--dead-peer-detection", "high", "--no-perfect-forward-secrecy"),
        *("--device", SERIAL, "--local-identifier", "phones"),
    )
    assert (made["pending"], made["removing"]) == (1, 0)
    policy = made["policy"]
    assert policy["vpn"]["connection_type"] == "IKEv2 Always On"
    assert policy["assignment"]["devices"] == [phone.json("device", "show", SERIAL)["device"]["id"]]

    changed = phone.json(
        "policy", "change", "Field VPN", "--name", "Field", "--filter", "platform:ios", "--group", "All"
    )
    assert changed["policy"]["vpn"] == policy["vpn"]
    assert changed["policy"]["assignment"] == {
        "group": "All",
        "filter": "platform:ios",
        "devices": [],
        "is_for_all": False,
    }
    assert (changed["policy"]["version"], changed["pending"]) == (2, 2)
    assert "All (platform:ios)" in phone.done("policy", "list")
    assert phone.json("policy", "change", "1", "--everybody")["policy"]["assignment"]["is_for_all"]
    assert phone.done("policy", "deploy", "1") == "policy #1 Field deployed: pending for 2 devices\n"
    shown = phone.done("policy", "show", "field")
    assert "phones" in shown and "voicemail" in shown and "every device" in shown


def test_another_way_to_authenticate_lets_go_of_the_one_before(phone: Command, tmp_path: Path) -> None:
    from tests.store.policies.material import keystore

    file, password = tmp_path / "client.p12", tmp_path / "password"
    file.write_bytes(keystore(certificate_for("client")))
    password.write_text(PASSWORD)
    imported = phone.json("certificate", "import-keystore", file, "--password-file", password)["imported"][0]
    phone.done(*CREATE)
    by_certificate = ("--device-authentication", "certificate", "--certificate", imported["id"])
    changed = phone.json("policy", "change", "1", *by_certificate)
    assert changed["policy"]["vpn"]["identity_type"] is None
    back = ("--device-authentication", "device-identity", "--identity-type", "IMEI")
    assert phone.json("policy", "change", "1", *back)["policy"]["vpn"]["certificate_id"] is None


def test_refusals_and_usage(phone: Command) -> None:
    phone.done(*CREATE)
    for arguments, code in (
        (CREATE, "policy-exists"),
        (("policy", "create", "X"), "server-invalid"),
        (("policy", "create", "X", "--server", "vpn.example"), "identity-type-missing"),
        (("policy", "change", "1", "--platform", "windows"), "platform-unsupported"),
        (("policy", "change", "1", "--filter", "days:soon"), "filter-unclear"),
        (("policy", "change", "1", "--device", "NOBODY"), "device-unknown"),
        (("policy", "show", "Nothing"), "policy-unknown"),
        (("device", "profile", SERIAL, "--policy", "9"), "policy-unknown"),
    ):
        assert phone.refused(*arguments)["code"] == code
    assert phone.run("policy", "change", "1").exit_code == 2
    assert phone.run("policy", "change", "1", "--everybody", "--device", SERIAL).exit_code == 2
    assert json.loads(phone.run("policy", "list", json=True).stdout)["policies"][0]["version"] == 1
