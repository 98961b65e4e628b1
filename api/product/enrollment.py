"""Being a device: adding, enrolling, checking in; and simulated devices, whose keys are known here."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import APIRouter, Response

from ...simulator.fleet.enrolling import re_enroll
from ...store.errors import Refusal
from ..server.answers import Success, answer, attachment
from ..server.session import OpenWorkspace, SignedIn, changes, reads, token_needed
from .device_answers import CheckedIn, Enrolled, OneDevice, checked_in, details, enrolled
from .device_requests import CSR_BODY, CheckIn, NewDevice, SigningRequest, answer_renewal, certificate_der, decoded
from .devices import DeviceId
from .simulated_devices import check_in_now, refuse_others

router = APIRouter(prefix="/device", tags=["enrollment"], route_class=SignedIn, dependencies=[token_needed])


class Challenge(Success, frozen=True, kw_only=True):
    """What a device has to sign, in base64; good for one check-in."""

    challenge: str


@router.post("", **changes(OneDevice, "device.add", 409))
def add_device(workspace: OpenWorkspace, device: NewDevice) -> Response:
    """Add a device that is yet to enroll."""
    added = workspace.devices.add(device.identity(), owner=device.displayName or "", upn=device.userName or "")
    return answer(OneDevice, device=details(workspace, added.id))


@router.get("/challenge", **reads(Challenge))
def get_challenge(workspace: OpenWorkspace) -> Response:
    """What a device has to sign to check in."""
    return answer(Challenge, challenge=base64.b64encode(workspace.devices.challenge()).decode("ascii"))


@router.post("/checkin", **changes(CheckedIn, "device.check-in", 404))
def check_in(workspace: OpenWorkspace, said: CheckIn) -> Response:
    """Connect as a device: prove the key of its certificate, be let in or turned away, get policies, and answer a
    renewal that is pending. The new certificate counts once the device has checked in with it."""
    challenge, signature = decoded("challenge", said.challenge), decoded("signature", said.signature)
    visit = workspace.devices.check_in(certificate_der(said.certificate), challenge, signature)
    if visit.refusal is not None:
        raise visit.refusal
    enrollment = None
    if visit.renewal is not None and said.renewal is not None:
        enrollment = answer_renewal(workspace, visit, said.renewal)
    return answer(CheckedIn, **checked_in(workspace, visit, enrollment))


@router.post("/{id}/enroll", **changes(Enrolled, "device.enroll", 404, requestBody=CSR_BODY))
def enroll_device(workspace: OpenWorkspace, id: DeviceId, csr: SigningRequest) -> Response:
    """Enroll a device, for the first time or again, by the signing request (PKCS #10) that its key signed."""
    return answer(Enrolled, **enrolled(workspace, workspace.devices.enroll(id, csr)))


_CERTIFICATE = reads(None, 404)
_CERTIFICATE["responses"][200] = {"content": {"application/x-pem-file": {}}, "description": "PEM, the root last."}


@router.get("/{id}/certificate", response_class=Response, **_CERTIFICATE)
def get_device_certificate(workspace: OpenWorkspace, id: DeviceId) -> Response:
    """The certificate that a device works with, and those above it, as PEM."""
    with workspace.database.moment():
        device = workspace.devices.get(id)
        if device.certificate_id is None:
            raise Refusal("no-device-certificate", f"device {id} has no certificate", "Enroll it.")
        certificate = workspace.devices.records.certificate(device.certificate_id)
        chain = workspace.devices.chain_of(certificate)
    pem = b"".join(link.public_bytes(Encoding.PEM) for link in chain)
    return attachment(pem, "application/x-pem-file", f"device-{id}.pem")


@router.post("/{id}/simulate/enroll", **changes(Enrolled, "device.enroll", 404))
def enroll_simulated_device(workspace: OpenWorkspace, id: DeviceId) -> Response:
    """Let the user of a simulated device re-enroll it now."""
    refuse_others(workspace, id)
    return answer(Enrolled, **enrolled(workspace, re_enroll(workspace, [id])[0]))


@router.post("/{id}/simulate/checkin", **changes(CheckedIn, "device.check-in", 404))
def check_in_simulated_device(workspace: OpenWorkspace, id: DeviceId) -> Response:
    """Let a simulated device check in now, whatever its habits. It does at once what is pending for it."""
    return answer(CheckedIn, **checked_in(workspace, *check_in_now(workspace, id)))
