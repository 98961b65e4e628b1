"""The device's side: adding, enrolling and checking in, also for simulated devices, whose keys the workspace knows."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.serialization import Encoding

from ...simulator.fleet.enrolling import re_enroll
from ...store.errors import Refusal
from ...store.workspace import Workspace
from ..product.request_fields import AnyId
from ..server.answers import DoneAnswer, HttpAnswer, answer, attachment
from ..server.calls import Calls
from ..server.session import changes, keeps, reads
from ..server.surfaces import OWN
from .device_answers import CheckedIn, DeviceTold, Enrolled, checked_in, device_told, enrolled
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
from .simulated_devices import check_in_now, refuse_others

calls = Calls(OWN, "/devices", tag="enrollment")


class Challenge(DoneAnswer, frozen=True, kw_only=True):
    """A challenge for the device to sign, in base64; valid for one check-in."""

    challenge: str


@calls.post("", changes(DeviceTold, "device.add", 409))
def add_device(workspace: Workspace, device: NewDevice) -> HttpAnswer:
    """Add a device that has not enrolled yet."""
    added = workspace.devices.add(
        device.identity(), owner=device.owner or "", upn=device.upn or "", kind=device.enrollment_kind
    )
    return answer(DeviceTold, **device_told(workspace, added.id))


@calls.get("/challenge", keeps(Challenge))
def get_challenge(workspace: Workspace) -> HttpAnswer:
    """Get a challenge, which a device signs to check in."""
    return answer(Challenge, challenge=base64.b64encode(workspace.devices.challenge()).decode("ascii"))


@calls.post("/check-in", changes(CheckedIn, "device.check-in", 404))
def check_in(workspace: Workspace, said: CheckIn) -> HttpAnswer:
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


@calls.post("/{id}/enroll", changes(Enrolled, "device.enroll", 404, request_body=CSR_BODY))
def enroll_device(
    workspace: Workspace, id: AnyId, csr: SigningRequest, enrollment_kind: AnyEnrollmentKind | None = None
) -> HttpAnswer:
    """Enroll or re-enroll a device by a signing request (PKCS #10); enrollment_kind says how, by default as before."""
    return answer(Enrolled, **enrolled(workspace, workspace.devices.enroll(id, csr, kind=enrollment_kind)))


_CERTIFICATE = reads(None, 404)
_CERTIFICATE.responses[200] = {"content": {"application/x-pem-file": {}}, "description": "PEM, the root last."}


@calls.get("/{id}/certificate", _CERTIFICATE)
def get_device_certificate(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """Get a device's active certificate with its chain as PEM."""
    with workspace.database.moment():
        device = workspace.devices.get(id)
        if device.certificate_id is None:
            raise Refusal("no-device-certificate", f"device {id} has no certificate", "Enroll it.")
        certificate = workspace.devices.records.certificate(device.certificate_id)
        chain = workspace.devices.chain_of(certificate)
    pem = b"".join(link.public_bytes(Encoding.PEM) for link in chain)
    return attachment(pem, "application/x-pem-file", f"device-{id}.pem")


@calls.post("/{id}/simulate/enroll", changes(Enrolled, "device.enroll", 404))
def enroll_simulated_device(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """Have the user of a simulated device re-enroll it now."""
    refuse_others(workspace, id)
    return answer(Enrolled, **enrolled(workspace, re_enroll(workspace, [id])[0]))


@calls.post("/{id}/simulate/check-in", changes(CheckedIn, "device.check-in", 404))
def check_in_simulated_device(workspace: Workspace, id: AnyId) -> HttpAnswer:
    """Have a simulated device check in now, regardless of its habits. It processes all its pending actions at once."""
    return answer(CheckedIn, **checked_in(workspace, *check_in_now(workspace, id)))
