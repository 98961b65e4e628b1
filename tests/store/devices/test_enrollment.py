"""Enrollment by a signing request: who gets a certificate, and what it says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.device import DeviceIdentity, DeviceState, Platform
from certfleet.store.workspace import Workspace
from tests.material import NOW, ec_key, issue, needs_openssl, openssl, rsa_key
from tests.store.conftest import content
from tests.store.devices.handset import Handset, Key, identity, signing_request

KEYS: dict[str, Callable[[], Key]] = {
    "p256": ec_key,
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "rsa": rsa_key,
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}
REFUSED_KEYS = {
    "rsa-1024": lambda: rsa.generate_private_key(65537, 1024),
    "p192": lambda: ec.generate_private_key(ec.SECP192R1()),
    "p224": lambda: ec.generate_private_key(ec.SECP224R1()),
    "secp256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
    "dsa": lambda: dsa.generate_private_key(2048),
    "ed448": ed448.Ed448PrivateKey.generate,
}


def request_over(key: object) -> bytes:
    """A request over any key, also one that no device should have."""
    if isinstance(key, ed448.Ed448PrivateKey):
        return (
            x509.CertificateSigningRequestBuilder()
            .subject_name(x509.Name([]))
            .sign(key, None)
            .public_bytes(Encoding.DER)
        )
    return signing_request(key)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KEYS)
def test_a_device_enrolls_over_a_key_of_its_own(workspace: Workspace, kind: str) -> None:
    key = KEYS[kind]()
    handset = Handset(workspace, key=key)
    certificate = x509.load_pem_x509_certificate(workspace.devices.pem(handset.certificate))
    assert certificate.public_key() == key.public_key()
    assert (handset.device.state, handset.device.issuer_group) == (DeviceState.ENROLLED, "default")
    assert handset.check_in().refusal is None
    assert handset.events() == ["enrolled"]
    assert workspace.check().clean


@needs_openssl
@pytest.mark.parametrize("kind", KEYS)
def test_openssl_verifies_its_chain_strictly(workspace: Workspace, tmp_path: Path, kind: str) -> None:
    handset = Handset(workspace, key=KEYS[kind]())
    chain = workspace.devices.chain_of(handset.certificate)
    for name, link in zip(("leaf", "ca", "root"), chain, strict=True):
        (tmp_path / name).write_bytes(link.public_bytes(Encoding.PEM))
    line = ["verify", "-x509_strict", "-purpose", "sslclient", "-attime", str(int(NOW.timestamp()))]
    openssl(*line, "-CAfile", tmp_path / "root", "-untrusted", tmp_path / "ca", tmp_path / "leaf")


def test_the_certificate_is_the_servers_to_write(workspace: Workspace) -> None:
    """Whatever name the request asks for."""
    handset = Handset(workspace)
    certificate = x509.load_pem_x509_certificate(workspace.devices.pem(handset.certificate))
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == handset.device.serial_number
    basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert not basic.ca
    assert certificate.not_valid_after_utc == NOW + timedelta(days=365)


def test_a_certificate_never_outlives_its_authority(workspace: Workspace, clock: FixedClock) -> None:
    authority = workspace.authorities.chain("default")[0]
    clock.at = authority.not_valid_after_utc - timedelta(days=3)
    assert Handset(workspace).certificate.not_after == authority.not_valid_after_utc


def test_a_pem_request_is_taken_too(workspace: Workspace) -> None:
    device = workspace.devices.add(identity())
    request = x509.load_der_x509_csr(signing_request(ec_key())).public_bytes(Encoding.PEM)
    assert workspace.devices.enroll(device.id, request).certificate.reason == "enrollment"


def broken_signature() -> bytes:
    request = bytearray(signing_request(ec_key()))
    request[-1] ^= 1
    return bytes(request)


@pytest.mark.parametrize(
    ("request_bytes", "code"),
    [
        (b"", "request-unreadable"),
        (b"garbage" * 100, "request-unreadable"),
        (b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n", "request-unreadable"),
        (signing_request(ec_key())[:-20], "request-unreadable"),
        (issue().der, "request-unreadable"),
        (broken_signature(), "possession-not-proven"),
        *((request_over(make()), "key-not-accepted") for make in REFUSED_KEYS.values()),
    ],
    ids=["empty", "garbage", "pem", "short", "a-certificate", "signature", *REFUSED_KEYS],
)
def test_a_bad_request_changes_nothing(workspace: Workspace, request_bytes: bytes, code: str) -> None:
    device = workspace.devices.add(identity())
    before = content(workspace)
    with pytest.raises(Refusal, match=code):
        workspace.devices.enroll(device.id, request_bytes)
    assert content(workspace) == before


def test_a_device_that_is_not_there_is_refused(workspace: Workspace) -> None:
    with pytest.raises(Refusal, match="device-unknown"):
        workspace.devices.enroll(9, signing_request(ec_key()))


def test_no_two_devices_have_an_identity_in_common(workspace: Workspace) -> None:
    fields = {
        "serial_number": "S1",
        "imei": "490154203237518",
        "meid": "A0000000000001",
        "android_id": "0123456789abcdef",
    }
    first = workspace.devices.add(DeviceIdentity(platform=Platform.ANDROID, **fields))
    for field, value in fields.items():
        twin = {"serial_number": "S2", field: value}
        with pytest.raises(Refusal, match="device-exists"):
            workspace.devices.add(DeviceIdentity(platform=Platform.ANDROID, **twin))
        assert workspace.devices.find(value) == first


@pytest.mark.parametrize("serial_number", ["", "x" * 65, "a\nb", "a\x00"])
def test_a_serial_number_that_no_certificate_can_carry_is_refused(workspace: Workspace, serial_number: str) -> None:
    with pytest.raises(Refusal, match="identity-invalid"):
        workspace.devices.add(DeviceIdentity(platform=Platform.IOS, serial_number=serial_number))


@pytest.mark.slow
def test_two_processes_enroll_devices_at_once(workspace: Workspace) -> None:
    script = """
import sys
from pathlib import Path
from certfleet.store.model.device import DeviceIdentity, Platform
from certfleet.store.workspace import Workspace
from tests.material import ec_key
from tests.store.devices.handset import signing_request
with Workspace.open(Path(sys.argv[1])) as workspace:
    for number in range(25):
        device = workspace.devices.add(DeviceIdentity(platform=Platform.IOS, serial_number=f"{sys.argv[2]}{number}"))
        workspace.devices.enroll(device.id, signing_request(ec_key()))
"""
    line = [sys.executable, "-c", script, str(workspace.path)]
    root = Path(__file__).parents[3]
    both = [subprocess.Popen([*line, name], cwd=root) for name in "AB"]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert workspace.devices.counts().states == {"enrolled": 50}
    assert workspace.check().clean


def test_enrolling_again_gives_a_certificate_of_the_newest_group(workspace: Workspace) -> None:
    handset = Handset(workspace, Platform.WINDOWS)
    workspace.authorities.refresh(ready_after=timedelta(0))
    enrollment = handset.enroll()
    assert (enrollment.certificate.group, enrollment.certificate.reason) == ("group-2", "re-enrollment")
    assert handset.states() == ["superseded", "active"]
    assert handset.events() == ["enrolled", "re-enrolled"]
    assert workspace.devices.timeline(handset.id)[1].detail == "default to group-2"
    assert {summary.group.name: summary.devices for summary in workspace.authorities.list()} == {
        "default": 0,
        "group-2": 1,
    }


def test_enrolling_again_while_a_renewal_is_pending_ends_it(workspace: Workspace) -> None:
    handset = Handset(workspace)
    workspace.authorities.refresh(ready_after=timedelta(0))
    workspace.devices.renew([handset.id])
    handset.answer(handset.check_in(), received=False)
    handset.enroll()
    assert handset.device.pending == ()
    assert handset.events()[-2:] == ["renewal-ended", "re-enrolled"]
    assert handset.states() == ["superseded", "superseded", "active"]
    assert workspace.check().clean


def test_an_identity_in_another_case_is_the_same_one(workspace: Workspace) -> None:
    phone = workspace.devices.add(DeviceIdentity(platform=Platform.IOS, serial_number="F2LX1ABC"))
    assert workspace.devices.find(" f2lx1abc ").id == phone.id
    with pytest.raises(Refusal, match="device-exists"):
        workspace.devices.add(DeviceIdentity(platform=Platform.IOS, serial_number="f2lx1abc"))
