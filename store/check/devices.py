"""Devices: their identities, and their certificates compared with the issued ones.

The tables are streamed. Only the fields of a device that its certificates are compared with stay in memory.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

import msgspec
from cryptography import x509
from cryptography.x509.oid import NameOID

from ..authorities.issuing import facts_of
from ..devices.identity import IDENTITIES, canonical
from ..model.deleted_device import DeletedDevice
from ..model.device import (
    ActionKind,
    CertificateState,
    Device,
    DeviceCertificate,
    DeviceState,
    HeldCertificate,
    InstalledPolicy,
    PendingAction,
    Platform,
)
from ..persistence.database import Database
from .authorities import AuthorityChecks, is_issued
from .inventory import Step
from .report import Problem, differences

_GOOD = (CertificateState.ACTIVE, CertificateState.UNCONFIRMED)


class _Holder(msgspec.Struct):
    """The remembered fields of a device."""

    names: tuple[str, ...]  # what it is known by, or was
    admitted: bool
    held: tuple[HeldCertificate, ...]
    issued: bool = True  # certfleet has issued its certificate in use; False: it is known by an import alone
    active: int = 0  # number of its active certificate records
    found: int = 0  # number of its certificates that have a record


class Governed(msgspec.Struct):
    """The remembered fields of a device with policies."""

    admitted: bool
    policies: tuple[InstalledPolicy, ...]
    pending: tuple[PendingAction, ...]


class DeviceChecks:
    """The devices of a workspace, read once per check. ``governed`` are those with policies or pending actions."""

    def __init__(self, database: Database, groups: AuthorityChecks) -> None:
        self._database = database
        self._groups = groups
        self._holders: dict[int, _Holder] = {}
        self._deleted: set[int] = set()
        self.simulated = False
        self.governed: dict[int, Governed] = {}
        self.revoked: dict[tuple[str, str], DeviceCertificate] = {}  # by group and serial number, without the DER

    def __contains__(self, device_id: int) -> bool:
        return device_id in self._holders or device_id in self._deleted

    def check(self, step: Step) -> Iterator[Problem]:
        """Problems of devices and their certificates. ``step`` is called for each certificate."""
        yield from self._devices()
        for certificate in self._database.engine.records("device_certificates", DeviceCertificate):
            step()
            yield from self._certificate(certificate)
        for id, holder in self._holders.items():
            if holder.found < len(holder.held):
                yield Problem("reference-broken", f"device:{id}", "a certificate that it holds has no record")
            if holder.active > 1 or (holder.admitted and holder.issued and holder.active != 1):
                yield Problem("active-certificate", f"device:{id}", f"{holder.active} active certificates, not one")

    def _devices(self) -> Iterator[Problem]:
        self._deleted = {row.id for row in self._database.engine.records("deleted_devices", DeletedDevice)}
        taken: dict[str, dict[str, int]] = {field: {} for field in IDENTITIES}
        for device in self._database.engine.records("devices", Device):
            record = f"device:{device.id}"
            for field, owners in taken.items():
                value = getattr(device, field)
                if not value:
                    continue
                written = canonical(field, value)
                if (twin := owners.setdefault(written, device.id)) != device.id:
                    yield Problem("same-identity", record, f"device {twin} has the same {field}")
                elif written != value:
                    yield Problem("identity-invalid", record, f"its {field} is written {value!r}, not {written!r}")
            is_issued_here = device.certificate_id is not None or device.reported is None
            self._holders[device.id] = _Holder(
                (device.known_by, *device.formerly), device.state.is_admitted, device.certificates, is_issued_here
            )
            self.simulated = self.simulated or device.habits is not None
            if device.policies or any(action.kind.is_policy or action.policy_id for action in device.pending):
                about = tuple(action for action in device.pending if action.kind.is_policy or action.policy_id)
                self.governed[device.id] = Governed(device.state.is_admitted, device.policies, about)
            for finding in _contradictions(device):
                yield Problem("device-differs", record, finding)

    def _certificate(self, record: DeviceCertificate) -> Iterator[Problem]:
        name, holder = f"device-certificate:{record.id}", self._holders.get(record.device_id)
        if record.state is CertificateState.REVOKED:
            self.revoked[record.group, record.serial_number] = msgspec.structs.replace(record, der="")
        if holder is None and record.device_id not in self._deleted:
            yield Problem("reference-broken", name, f"device {record.device_id} is not there")
        elif holder is not None:
            yield from _holding(record, name, holder)
        try:
            certificate = x509.load_der_x509_certificate(base64.b64decode(record.der, validate=True))
            yield from _facts(record, name, certificate, holder)
        except ValueError as error:
            yield Problem("der-damaged", name, f"its DER can't be read: {error}")
            return
        if record.group not in self._groups.names:
            yield Problem("reference-broken", name, f"CA group {record.group} is not there")
            return
        issuer = self._groups.device_cas.get(record.group)
        if issuer is not None and not is_issued(certificate, issuer):
            yield Problem("issuer-wrong", name, f"the device CA of {record.group} did not issue it")


def _contradictions(device: Device) -> Iterator[str]:
    """Contradictions within a device's record."""
    held = device.held(device.certificate_id)
    if held is not None:
        if device.issuer_group != held.group:
            yield "its issuer_group is not that of the certificate in use"
        if device.not_after != held.not_after:
            yield "its not_after is not that of the certificate in use"
        if device.state.is_admitted and held.state is not CertificateState.ACTIVE:
            yield "the certificate in use is not active"
    elif device.certificate_id is not None:
        yield f"certificate {device.certificate_id}, which it uses, is not among those that it holds"
    elif (reported := device.reported) is not None:
        if (device.issuer_group or "", device.not_after) != (reported.issuer, reported.not_after):
            yield "its issuer and expiry are not those that an import reported"
    elif device.state is not DeviceState.NOT_ENROLLED:
        yield "it has been enrolled and uses no certificate"
    renewals = [action for action in device.pending if action.kind is ActionKind.CERTIFICATE_RENEWAL]
    if len(renewals) > 1:
        yield "more than one renewal is pending"
    if renewals and not device.state.is_admitted:
        yield "a renewal is pending for a device that is not let in"
    if renewals and device.platform is Platform.WINDOWS:
        yield "a renewal is pending for a Windows device"


def _holding(record: DeviceCertificate, name: str, holder: _Holder) -> Iterator[Problem]:
    """Whether the device's copy of a certificate's facts agrees with the certificate's record."""
    holder.active += record.state is CertificateState.ACTIVE
    held = next((held for held in holder.held if held.id == record.id), None)
    if held is not None:
        holder.found += 1
        if held != HeldCertificate(record.id, record.group, record.not_after, record.state):
            yield Problem("device-differs", name, f"device {record.device_id} says something else of it")
    elif record.state in _GOOD:
        yield Problem("device-differs", name, f"device {record.device_id} doesn't know of it")


def _facts(
    record: DeviceCertificate, name: str, certificate: x509.Certificate, holder: _Holder | None
) -> Iterator[Problem]:
    yield from differences(record, facts_of(certificate).on_record(certificate), name)
    common_names = [name.value for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if holder is not None and common_names not in [[name] for name in holder.names]:
        yield Problem("holder-wrong", name, f"it was not issued to device {record.device_id}")
