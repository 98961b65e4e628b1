"""A check-in of a simulated device on demand, outside its schedule."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace

from ...simulator.engine.issuing.device_keys import device_key, fleet_secret
from ...simulator.fleet.enrolling import signing_request
from ...store.devices.device_tables import Batch
from ...store.devices.results import Enrollment, Visit
from ...store.errors import Refusal
from ...store.model.device import Device
from ...store.workspace import Workspace


def check_in_now(workspace: Workspace, id: int) -> tuple[Visit, Enrollment | None]:
    """Have a device check in; it answers a pending renewal, and uses the new certificate at once.

    Refuses with ``not-simulated``, ``device-unknown``, and as ``Devices.check_in`` does; with the
    reason also where the device is turned away.
    """
    refuse_others(workspace, id)
    secret = fleet_secret(workspace)
    visit = _visit(workspace, secret, id)
    if visit.refusal is not None:
        raise visit.refusal
    if visit.renewal is None:
        return visit, None
    with workspace.database.transaction():
        device = workspace.devices.get(id)
        assert device.habits is not None
        number = device.habits.keys
        request = signing_request(secret, device.habits.index, number)
        proof = _signed(secret, device, visit.presented.key_number or 0, request)
        enrollment = workspace.devices.renew_certificate(visit, request, proof)
        new, device, batch = replace(enrollment.certificate, key_number=number), enrollment.device, Batch()
        assert device.habits is not None
        batch.certificates[new.id] = new
        batch.devices[id] = replace(
            device, habits=replace(device.habits, keys=number + 1, presents=new.id, contact_at=None)
        )
        workspace.devices.records.write(batch)
    _visit(workspace, secret, id)
    return visit, enrollment


def refuse_others(workspace: Workspace, id: int) -> None:
    """Refuses with ``not-simulated`` if the device has its own key, and with ``device-unknown``."""
    if workspace.devices.get(id).habits is None:
        raise Refusal("not-simulated", f"device {id} is not a simulated one", "It has a key of its own.")


def _visit(workspace: Workspace, secret: bytes, id: int) -> Visit:
    device = workspace.devices.get(id)
    assert device.habits is not None
    if device.habits.presents is None:
        raise Refusal("certificate-unknown", f"device {id} has no certificate", "Enroll it.")
    presented = workspace.devices.records.certificate(device.habits.presents)
    challenge = workspace.devices.challenge()
    proof = _signed(secret, device, presented.key_number or 0, challenge)
    return workspace.devices.check_in(base64.b64decode(presented.der), challenge, proof)


def _signed(secret: bytes, device: Device, key_number: int, data: bytes) -> bytes:
    assert device.habits is not None
    return device_key(secret, device.habits.index, key_number).sign(data, ec.ECDSA(hashes.SHA256()))
