"""The walk of the product's page on bulk upload, with ``curl`` alone; and an iPhone whose key OpenSSL holds."""

from __future__ import annotations

import json
import plistlib
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from certfleet.api.server.surfaces import OWN, PRODUCT, Surface
from certfleet.simulator.company.bulk_archive import write_bulk_archive
from certfleet.simulator.company.credentials import x509_name
from certfleet.simulator.company.issuing import IssuingAuthority
from certfleet.store.authorities.validity import Validity
from certfleet.store.model.account import Role
from tests.material import needs_openssl

from .conftest import PASSWORD, SEED_JSON
from .serving import Server, certfleet, serving

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


class Curl:
    """``curl`` against a server, which it verifies by the workspace's root CA."""

    def __init__(self, server: Server, surface: Surface = PRODUCT, token: str | None = None) -> None:
        self.server = server
        self.token = token
        self._base = f"{server.address}{surface.prefix}"

    @property
    def own(self) -> Curl:
        """The same person at our own surface."""
        return Curl(self.server, OWN, self.token)

    def raw(self, path: str, *options: str | Path) -> bytes:
        """What is answered."""
        token = [] if self.token is None else ["-H", f"auth_token: {self.token}"]
        line = ["curl", "-sS", "--cacert", self.server.authority, *token, *options, f"{self._base}/{path}"]
        return subprocess.run(line, capture_output=True, check=True, timeout=120).stdout

    def __call__(self, path: str, *options: str | Path) -> Any:
        """The document of what succeeds."""
        document = json.loads(self.raw(path, *options))
        assert document.get("status", 0) in (0, "0"), document
        return document

    def post(self, path: str, body: Any) -> Any:
        """Post JSON."""
        return self(path, "-H", "Content-Type: application/json", "-d", json.dumps(body))

    def log_in(self, role: Role) -> None:
        self.token = self.post("authentication/login", {"login": f"the {role}", "password": PASSWORD})["auth_token"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("walk")


@pytest.fixture(scope="module")
def curl(folder: Path) -> Iterator[Curl]:
    """A server on a workspace with two simulated iPhones, and somebody who is logged in."""
    workspace = folder / "workspace"
    drawn = subprocess.run(
        certfleet(workspace, "simulate", "fleet", "--devices", 2, "--mix", "ios=1"), capture_output=True
    )
    assert drawn.returncode == 0, drawn.stderr
    with serving(workspace) as server:
        curl = Curl(server)
        curl.log_in(Role.ADMINISTRATOR)
        yield curl


def device_archive(path: Path, *serial_numbers: str) -> None:
    """A .zip of device certificates."""
    now = datetime.now(UTC).replace(microsecond=0)
    validity = Validity(now - timedelta(days=30), now + timedelta(days=300))
    authority = IssuingAuthority.root(x509_name("Device CA"), Random(7), validity)
    write_bulk_archive(path, serial_numbers, authority, validity)


def test_the_walk(curl: Curl, folder: Path) -> None:
    phones = curl.post("device/filter", {"start": "0", "limit": "10", "filterIds": "['device.platform.ios']"})
    phone, other = phones["filteredDevicesDataList"]

    # Import the certificates: the archive, and the body as the page has it.
    device_archive(folder / "devices.zip", phone["serialNumber"], "NOBODYS")
    (folder / "body.json").write_text(SEED_JSON)
    zip_part, json_part = f"uploadFile=@{folder}/devices.zip", f"certImportData=<{folder}/body.json"
    imported = curl("certificates/import/keystore/device", "-F", zip_part, "-F", json_part)
    assert [one["identity"] for one in imported["imported"]] == sorted([phone["serialNumber"], "NOBODYS"])
    assert (imported["refused"], imported["total"]) == ([], 2)

    # Create a VPN policy.
    vpn = {
        "server": "vpn.company.example",
        "connection_type": "Always on IKEv2",
        "device_authentication": "Device Certificate Based on Device Identity",
        "identity_type": "SERIAL_NUMBER",
    }
    created = curl.own.post("policies", {"name": "Always On", "platforms": ["iOS"], "vpn": vpn})
    assert created["pending"] == 2

    # Enroll an iOS device and let it check in.
    assert curl.own.post(f"devices/{phone['id']}/simulate/enroll", {})["certificate"]["state"] == "active"
    for id in (phone["id"], other["id"]):
        curl.own.post(f"devices/{id}/simulate/check-in", {})

    # Confirm the certificate in its details, and look at the configuration that it received.
    (installed,) = curl.own(f"devices/{phone['id']}")["policies"]
    assert installed["name"] == "Always On"
    assert installed["certificate"]["identity"] == phone["serialNumber"]
    profile = plistlib.loads(curl.own.raw(f"devices/{phone['id']}/profile/{created['policy']['id']}"))
    assert {"com.apple.vpn.managed", "com.apple.security.pkcs12"} <= {
        one["PayloadType"] for one in profile["PayloadContent"]
    }
    report = curl.own(f"policies/{created['policy']['id']}/report")["report"]
    assert report["counts"]["without_certificate"] == 1

    # Delete the certificates in bulk, by a text file.
    (folder / "identities.txt").write_text(f"{phone['serialNumber']}\nUNKNOWN\n")
    file_part = f"uploadFile=@{folder}/identities.txt"
    deleted = curl.own("bulk", "-X", "DELETE", "-F", file_part, "-F", "identity_type=SERIAL_NUMBER")
    assert [one["identity"] for one in deleted["deleted"]] == [phone["serialNumber"]]
    assert [one["code"] for one in deleted["refused"]] == ["bulk-unknown"]
    curl.own.post(f"devices/{phone['id']}/simulate/check-in", {})
    assert curl.own(f"devices/{phone['id']}")["policies"][0]["installed"] is False


def test_the_certificates_of_devices_are_renewed_after_a_refresh(curl: Curl) -> None:
    curl.own.post("authorities", {"ready_after_hours": "0"})
    assert [group["state"] for group in curl.own("authorities")["authorities"]] == ["ready", "issuing"]
    old = curl.own("devices?old_issuer=true")["devices"]
    ids = [device["id"] for device in old]
    assert curl.post("device/renewDeviceCert", ids)["pending"] == ids
    for id in ids:
        curl.own.post(f"devices/{id}/simulate/check-in", {})
    assert curl.own("devices?old_issuer=true")["total"] == 0


@needs_openssl
def test_an_iphone_with_a_key_of_its_own(curl: Curl, folder: Path) -> None:
    key, request, challenge = folder / "phone.key", folder / "phone.csr", folder / "challenge"
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
    openssl("req", "-new", "-key", key, "-subj", "/CN=phone", "-out", request)
    id = curl.own.post("devices", {"platform": "iOS", "serial_number": "F2LX0000AB"})["device"]["id"]
    enrolled = curl.own(f"devices/{id}/enroll", "-F", f"csr=@{request}")
    challenge.write_bytes(openssl("base64", "-d", "-A", input=curl.own("devices/challenge")["challenge"].encode()))
    proof = openssl("base64", "-A", input=openssl("dgst", "-sha256", "-sign", key, challenge)).decode()
    text = openssl("base64", "-A", input=challenge.read_bytes()).decode()
    visit = curl.own.post("devices/check-in", {"certificate": enrolled["pem"], "challenge": text, "signature": proof})
    assert visit["device"]["id"] == id
    chain = curl.own.raw(f"devices/{id}/certificate")
    assert chain.decode() == enrolled["pem"]


def test_a_viewer_looks_and_changes_nothing(curl: Curl, folder: Path) -> None:
    viewer = Curl(curl.server)
    viewer.log_in(Role.VIEWER)
    before = viewer.own("bulk")["total"]
    device_archive(folder / "more.zip", "MORE")
    archive = f"uploadFile=@{folder}/more.zip"
    answer = json.loads(viewer.raw("certificates/import/keystore/device", "-F", archive))
    assert (answer["status"], answer["code"]) == (403, "not-permitted")
    assert viewer.own("bulk")["total"] == before
    viewer("authentication/logout", "-X", "POST")
    assert json.loads(viewer.raw("certificates"))["code"] == "not-logged-in"


def openssl(*arguments: str | Path, input: bytes | None = None) -> bytes:
    return subprocess.run(["openssl", *arguments], input=input, capture_output=True, check=True, timeout=120).stdout
