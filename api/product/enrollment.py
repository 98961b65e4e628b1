"""The device's side: adding, enrolling and checking in, also for simulated devices, whose keys the workspace knows."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.serialization import Encoding

from ...simulator.fleet.enrolling import re_enroll
from ...store.errors import Refusal
from ...store.workspace import Workspace
from ..server.answers import Answer, Success, answer, attachment
from ..server.calls import Calls
from ..server.session import changes, reads
from .device_answers import CheckedIn, Enrolled, OneDevice, checked_in, details, enrolled
from .device_requests import (
    CSR_BODY,
    AnyEnrollmentKind,
    CheckIn,
    NewDevice,
    SigningRequest,
    answer_renewal,
    certificate_der,
    decoded,
)
from .devices import DeviceId
from .simulated_devices import check_in_now, refuse_others

router = Calls("/device", tag="enrollment")


class Challenge(Success, frozen=True, kw_only=True):
    """A challenge for the device to sign, in base64; valid for one check-in."""

    challenge: str


@router.post("", changes(OneDevice, "device.add", 409))
def add_device(workspace: Workspace, device: NewDevice) -> Answer:
    """Add a device that has not enrolled yet."""
    added = workspace.devices.add(
        device.identity(), owner=device.displayName or "", upn=device.userName or "", kind=device.enrollmentKind
    )
    return answer(OneDevice, device=details(workspace, added.id))


@router.get("/challenge", reads(Challenge))
def get_challenge(workspace: Workspace) -> Answer:
    """Get a challenge, which a device signs to check in."""
    return answer(Challenge, challenge=base64.b64encode(workspace.devices.challenge()).decode("ascii"))


@router.post("/checkin", changes(CheckedIn, "device.check-in", 404))
def check_in(workspace: Workspace, said: CheckIn) -> Answer:
    """Check in as a device: prove possession of the certificate's key, receive policies, and answer a pending renewal.
    The new certificate becomes active when the device has checked in with it."""
    challenge, signature = decoded("challenge", said.challenge), decoded("signature", said.signature)
    visit = workspace.devices.check_in(certificate_der(said.certificate), challenge, signature)
    if visit.refusal is not None:
        raise visit.refusal
    enrollment = None
    if visit.renewal is not None and said.renewal is not None:
        enrollment = answer_renewal(workspace, visit, said.renewal)
    return answer(CheckedIn, **checked_in(workspace, visit, enrollment))


@router.post("/{id}/enroll", changes(Enrolled, "device.enroll", 404, requestBody=CSR_BODY))
def enroll_device(
    workspace: Workspace, id: DeviceId, csr: SigningRequest, enrollmentKind: AnyEnrollmentKind | None = None
) -> Answer:
    """Enroll or re-enroll a device by a signing request (PKCS #10); enrollmentKind says how, by default as before."""
    return answer(Enrolled, **enrolled(workspace, workspace.devices.enroll(id, csr, kind=enrollmentKind)))


_CERTIFICATE = reads(None, 404)
_CERTIFICATE.responses[200] = {"content": {"application/x-pem-file": {}}, "description": "PEM, the root last."}


@router.get("/{id}/certificate", _CERTIFICATE)
def get_device_certificate(workspace: Workspace, id: DeviceId) -> Answer:
    """Get a device's active certificate with its chain as PEM."""
    with workspace.database.moment():
        device = workspace.devices.get(id)
        if device.certificate_id is None:
            raise Refusal("no-device-certificate", f"device {id} has no certificate", "Enroll it.")
        certificate = workspace.devices.records.certificate(device.certificate_id)
        chain = workspace.devices.chain_of(certificate)
    pem = b"".join(link.public_bytes(Encoding.PEM) for link in chain)
    return attachment(pem, "application/x-pem-file", f"device-{id}.pem")


@router.post("/{id}/simulate/enroll", changes(Enrolled, "device.enroll", 404))
def enroll_simulated_device(workspace: Workspace, id: DeviceId) -> Answer:
    """Have the user of a simulated device re-enroll it now."""
    refuse_others(workspace, id)
    return answer(Enrolled, **enrolled(workspace, re_enroll(workspace, [id])[0]))


@router.post("/{id}/simulate/checkin", changes(CheckedIn, "device.check-in", 404))
def check_in_simulated_device(workspace: Workspace, id: DeviceId) -> Answer:
    """Have a simulated device check in now, regardless of its habits. It processes all its pending actions at once."""
    return answer(CheckedIn, **checked_in(workspace, *check_in_now(workspace, id)))
