"""A device as it stands outside the workspace: its keys, and the certificates that it has received."""

from __future__ import annotations

import base64
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from certfleet.store.clock import FixedClock
from certfleet.store.devices.results import Enrollment, Visit
from certfleet.store.model.component import Use
from certfleet.store.model.device import Device, DeviceCertificate, DeviceIdentity, Platform
from certfleet.store.workspace import Workspace
from tests.material import ec_key

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
_counter = iter(range(1, 10**6))


def identity(platform: Platform = Platform.IOS, serial_number: str | None = None) -> DeviceIdentity:
    """The identity of a device that nobody else has."""
    number = next(_counter)
    return DeviceIdentity(
        platform=platform,
        model_name="Handset",
        serial_number=serial_number or f"SERIAL{number:06}",
        udid=f"{number:040x}" if platform is Platform.IOS else None,
    )


def signing_request(key: Key, common_name: str = "a device") -> bytes:
    """A CSR (DER) over a key."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, digest).public_bytes(Encoding.DER)


def signature(key: Key, data: bytes) -> bytes:
    """What a device proves its key with."""
    match key:
        case ec.EllipticCurvePrivateKey():
            return key.sign(data, ec.ECDSA(hashes.SHA256()))
        case rsa.RSAPrivateKey():
            return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        case _:
            return key.sign(data)


class Handset:
    """A device of a workspace. ``certificate`` and ``key`` are those that it comes with."""

    def __init__(self, workspace: Workspace, platform: Platform = Platform.IOS, key: Key | None = None) -> None:
        self.workspace = workspace
        self.devices = workspace.devices
        if workspace.components.find("apns") is None:  # a test that is about it has bound one
            workspace.components.set_use("apns", Use.NOT_USED)
        self.id = self.devices.add(identity(platform), owner="Anna Smith", upn="anna.smith@company.example").id
        self.keys: dict[int, Key] = {}  # by the id of the certificate
        self.enroll(key)

    def enroll(self, key: Key | None = None) -> Enrollment:
        """Enroll, for the first time or again, over a new key."""
        key = key or ec_key()
        enrollment = self.devices.enroll(self.id, signing_request(key))
        self.receive(enrollment.certificate, key)
        return enrollment

    def receive(self, certificate: DeviceCertificate, key: Key) -> None:
        """Install a certificate; it is the one that the device comes with from now on."""
        self.keys[certificate.id] = key
        self.certificate = certificate

    def check_in(self, certificate: DeviceCertificate | None = None) -> Visit:
        """Come with a certificate, by default the one that was received last."""
        presented = certificate or self.certificate
        challenge = self.devices.challenge()
        proof = signature(self.keys[presented.id], challenge)
        return self.devices.check_in(base64.b64decode(presented.der), challenge, proof)

    def answer(self, visit: Visit, *, received: bool = True) -> DeviceCertificate:
        """Answer a renewal with a request over a new key. ``received`` off: the answer to that is lost."""
        key = ec_key()
        request = signing_request(key)
        proof = signature(self.keys[visit.presented.id], request)
        renewed = self.devices.renew_certificate(visit, request, proof).certificate
        self.keys[renewed.id] = key
        if received:
            self.certificate = renewed
        return renewed

    @property
    def device(self) -> Device:
        """What the workspace knows of it."""
        return self.devices.get(self.id)

    def states(self) -> list[str]:
        """Where its certificates stand, oldest first."""
        return [certificate.state.value for certificate in self.devices.certificates(self.id)]

    def events(self) -> list[str]:
        """What happened to it."""
        return [event.kind.value for event in self.devices.timeline(self.id)]


def come_when_asked(handset: Handset, clock: FixedClock) -> Visit:
    """Wait for as long as the server does before it asks again, and come."""
    renewal = handset.device.renewal
    assert renewal is not None
    if renewal.next_try_at is not None:
        clock.at = renewal.next_try_at
    return handset.check_in()


def let_it_cross_over(handset: Handset, clock: FixedClock) -> None:
    """The device answers as it should, and uses what it gets."""
    visit = come_when_asked(handset, clock)
    assert visit.renewal is not None
    handset.answer(visit)
    clock.at += timedelta(minutes=1)
    handset.check_in()


def assert_crossed_over(handset: Handset, group: str) -> None:
    """It works with one active certificate, of this group, and nothing is pending."""
    device = handset.device
    assert device.issuer_group == group
    assert device.renewal is None
    active = [held for held in device.certificates if held.state.value == "active"]
    assert [held.id for held in active] == [device.certificate_id]
    assert handset.states().count("active") == 1
    assert "unconfirmed" not in handset.states()
    assert handset.check_in().refusal is None
    assert handset.workspace.check().clean
