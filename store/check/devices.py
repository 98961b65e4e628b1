"""Devices: their identities, and their certificates compared with the issued ones.

The tables are streamed. Only the fields of a device that its certificates are compared with stay in memory, packed.
"""

from __future__ import annotations

import base64
from array import array
from bisect import bisect_left
from collections.abc import Iterator

import msgspec
from cryptography import x509
from cryptography.x509.oid import NameOID

from ..authorities.issued import facts_of
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
from .identities import IdentityChecks
from .inventory import Step
from .report import Problem, differences

_GOOD = (CertificateState.ACTIVE, CertificateState.UNCONFIRMED)


class _Holder(msgspec.Struct, frozen=True, array_like=True):
    """The remembered fields of a device."""

    names: tuple[str, ...]  # what it is known by, or was
    admitted: bool
    held: tuple[HeldCertificate, ...]
    issued: bool = True  # certfleet has issued its certificate in use; False: it is known by an import alone


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Holder).decode


class _Holders:
    """The devices by id, a hundred bytes each, and how many records of their certificates were read: the active ones,
    and those that the device holds."""

    def __init__(self) -> None:
        self._ids = array("q")
        self._packed: list[bytes] = []
        self.active, self.found = array("I"), array("I")

    def add(self, id: int, holder: _Holder) -> None:
        """Remember a device; they come in the order of their ids."""
        self._ids.append(id)
        self._packed.append(_encode(holder))
        self.active.append(0)
        self.found.append(0)

    def place(self, id: int) -> int | None:
        """The place of a device; None if it isn't there."""
        place = bisect_left(self._ids, id)
        return place if place < len(self._ids) and self._ids[place] == id else None

    def __getitem__(self, place: int) -> _Holder:
        return _decode(self._packed[place])

    def __iter__(self) -> Iterator[tuple[int, _Holder, int, int]]:
        """Each device with its two counts."""
        return zip(self._ids, map(_decode, self._packed), self.active, self.found, strict=True)


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
        self._holders = _Holders()
        self._deleted: set[int] = set()
        self.simulated = False
        self.governed: dict[int, Governed] = {}
        self.revoked: dict[tuple[str, str], DeviceCertificate] = {}  # by group and serial number, without the DER

    def __contains__(self, device_id: int) -> bool:
        return self._holders.place(device_id) is not None or device_id in self._deleted

    def check(self, step: Step) -> Iterator[Problem]:
        """Problems of devices and their certificates. ``step`` is called for each certificate."""
        yield from self._devices()
        for certificate in self._database.engine.records("device_certificates", DeviceCertificate):
            step()
            yield from self._certificate(certificate)
        for id, holder, active, found in self._holders:
            if found < len(holder.held):
                yield Problem("reference-broken", f"device:{id}", "a certificate that it holds has no record")
            if active > 1 or (holder.admitted and holder.issued and active != 1):
                yield Problem("active-certificate", f"device:{id}", f"{active} active certificates, not one")

    def _devices(self) -> Iterator[Problem]:
        self._deleted = {row.id for row in self._database.engine.records("deleted_devices", DeletedDevice)}
        identities = IdentityChecks(self._database)
        for device in self._database.engine.records("devices", Device):
            record = f"device:{device.id}"
            identities.take(device)
            is_issued_here = device.certificate_id is not None or device.reported is None
            names = (device.known_by, *device.formerly)
            self._holders.add(device.id, _Holder(names, device.state.is_admitted, device.certificates, is_issued_here))
            self.simulated = self.simulated or device.habits is not None
            if device.policies or any(action.kind.is_policy or action.policy_id for action in device.pending):
                about = tuple(action for action in device.pending if action.kind.is_policy or action.policy_id)
                self.governed[device.id] = Governed(device.state.is_admitted, device.policies, about)
            for finding in _contradictions(device):
                yield Problem("device-differs", record, finding)
        yield from identities.problems()

    def _certificate(self, record: DeviceCertificate) -> Iterator[Problem]:
        name, place = f"device-certificate:{record.id}", self._holders.place(record.device_id)
        holder = None if place is None else self._holders[place]
        if record.state is CertificateState.REVOKED:
            self.revoked[record.group, record.serial_number] = msgspec.structs.replace(record, der="")
        if holder is None and record.device_id not in self._deleted:
            yield Problem("reference-broken", name, f"device {record.device_id} is not there")
        elif holder is not None and place is not None:
            self._holders.active[place] += record.state is CertificateState.ACTIVE
            self._holders.found[place] += any(held.id == record.id for held in holder.held)
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
    held = next((held for held in holder.held if held.id == record.id), None)
    if held is not None:
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
