"""Enrolling many simulated devices: issued by any number of processes, committed in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from ...store.authorities.issued import IssuedCertificate
from ...store.authorities.issuing import key_der
from ...store.devices.device_tables import Batch, certificate_record
from ...store.devices.enrollment import enrolled, first_certificate
from ...store.devices.results import Enrollment
from ...store.errors import Refusal
from ...store.model.device import CertificateState, Device, EnrollmentKind
from ...store.workspace import Workspace
from ..engine.issuing.device_keys import device_key, fleet_secret
from ..engine.issuing.issuance import Issuance, IssuingSecrets, Job, Pending, request_over

BATCH = 1024


class Newcomer(NamedTuple):
    """A device just before it enrolls, its enrollment time, and the job that issues its certificate."""

    device: Device
    at: datetime
    job: Job


def enroll_all(
    newcomers: Iterable[Newcomer], material: IssuingSecrets, issuance: Issuance, size: int | None = None
) -> Iterator[Batch]:
    """Enroll devices whose ids are also their certificates' ids; yields batches of ``size``, or ``BATCH``, which the
    caller writes at once.

    While one batch is being written, the next is being issued.
    """
    remaining = iter(newcomers)
    waiting: tuple[list[Newcomer], Pending] | None = None
    while some := list(islice(remaining, size or BATCH)):
        under_way = some, issuance.begin(material, [one.job for one in some])
        if waiting is not None:
            yield _enrolled(*waiting)
        waiting = under_way
    if waiting is not None:
        yield _enrolled(*waiting)


def re_enroll(workspace: Workspace, ids: Iterable[int], kind: EnrollmentKind | None = None) -> list[Enrollment]:
    """Re-enroll simulated devices now, as their users would; ``kind`` None: as before.

    Refuses with ``not-simulated``, ``device-unknown``, or as ``Devices.enroll`` does, for the first device that can't.
    """
    secret, enrollments = fleet_secret(workspace), []
    for id in ids:
        workspace.devices.refuse_enrollment(id)
        with workspace.database.transaction():
            device = workspace.devices.get(id)
            if device.habits is None:
                raise Refusal(
                    "not-simulated", f"device {id} is not a simulated one", "Enroll it with its own signing request."
                )
            number, batch = device.habits.keys, Batch()
            batch.devices[id] = replace(device, habits=replace(device.habits, keys=number + 1))
            workspace.devices.records.write(batch)
            request = signing_request(secret, device.habits.index, number)
            enrollments.append(workspace.devices.enroll(id, request, key_number=number, kind=kind))
    return enrollments


def signing_request(secret: bytes, index: int, number: int) -> bytes:
    """The CSR (DER) of a simulated device over one of its keys."""
    return request_over(device_key(secret, index, number))


def material_of(workspace: Workspace, secret: bytes, groups: Iterable[str]) -> IssuingSecrets:
    """The secrets needed to issue from these groups."""
    issuers = {}
    for group in groups:
        issuer = workspace.authorities.issuer(group)
        issuers[group] = issuer.certificate.public_bytes(Encoding.DER), key_der(issuer.key)
    return IssuingSecrets(secret, issuers)


def _enrolled(newcomers: list[Newcomer], pending: Pending) -> Batch:
    batch = Batch()
    for one, made in zip(newcomers, pending.result(), strict=True):
        _enroll(batch, one, made)
    return batch


def _enroll(batch: Batch, one: Newcomer, made: IssuedCertificate) -> None:
    id, group, validity = one.device.id, one.job.group, one.job.validity
    batch.certificates[id] = certificate_record(
        id, id, group, "enrollment", made, validity, one.at, CertificateState.ACTIVE, key_number=one.job.key_number
    )
    batch.take(enrolled(one.device, first_certificate(id, group, validity.not_after), one.at), one.at)
