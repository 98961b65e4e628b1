"""The use cases of devices: read, enroll, check in, renew, revoke. Each is one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec.structs import asdict, replace

from ..errors import Refusal
from ..model.device import CertificateState, Device, DeviceCertificate, DeviceIdentity, EnrollmentKind, HeldCertificate
from ..model.device_event import DeviceEvent
from ..model.habits import Habits
from ..use_cases import Context
from . import checkin, renewal
from .change import Change
from .counts import FleetCounts, count_fleet
from .device_tables import Batch, certificate_record
from .enrollment import blocked_enrollment, enrolled, enrollment_refused, first_certificate
from .enrollment_kinds import check_kind
from .events import LogDigest
from .gate import OPEN, Blocked, Gate
from .identity import IDENTITIES, checked
from .policy_installation import NO_POLICIES, PolicyDeployments, all_due, first_policies, policies_changed
from .results import Enrollment, Visit
from .security_actions import SecurityActions

if TYPE_CHECKING:
    from cryptography import x509

    from ..authorities.authorities import Authorities
    from ..authorities.ca_groups import CaGroups

MOST_CHALLENGES = 100_000  # waiting for a signature; the oldest are dropped
LONGEST_REASON = 200  # characters of a device's error text


class Devices(SecurityActions):
    """The devices of a workspace. ``gate`` says what the servers' certificates allow now, ``deployment`` what policies
    install."""

    def __init__(
        self,
        context: Context,
        *,
        groups: CaGroups,
        authorities: Callable[[], Authorities],
        gate: Callable[[], Gate] = lambda: OPEN,
        deployment: PolicyDeployments = NO_POLICIES,
    ) -> None:
        super().__init__(context, groups)
        self._authorities = authorities
        self._gate = gate
        self._deployment = deployment
        self._challenges: dict[bytes, bool] = {}  # oldest first

    # Reading

    def all(self) -> list[Device]:
        """All devices, by id."""
        return self.records.all()

    def each(self, ids: Sequence[int] | None = None) -> Iterator[Device]:
        """All devices, or those of ``ids``, by id, some at a time: for fleets that memory doesn't hold."""
        return self.records.each(ids)

    def get(self, id: int) -> Device:
        """One device; refuses with ``device-unknown``."""
        return self.records.get(id)

    def find(self, identity: str) -> Device:
        """The device with this serial number, IMEI, MEID, UDID, Android id, Windows device id or enrollment id.

        Refuses with ``device-unknown``.
        """
        found = self.records.find(identity)
        if found is None:
            raise Refusal(
                "device-unknown", f"no device has the identity {identity!r}", "`certfleet device list` shows them."
            )
        return found

    def certificates(self, id: int) -> list[DeviceCertificate]:
        """Every certificate that the device was ever issued, oldest first."""
        return self.records.certificates(id)

    def timeline(self, id: int) -> list[DeviceEvent]:
        """The events of a device, oldest first."""
        return self.records.log.about(id)

    def events(self, limit: int = 100, before: int | None = None) -> list[DeviceEvent]:
        """The newest events of the fleet first; ``before`` an id, for the page after."""
        return self.records.log.tail(limit, before)

    def log_digest(self) -> LogDigest:
        """The number of events, and their digest."""
        return self.records.log.digest()

    def counts(self) -> FleetCounts:
        """The make-up of the fleet."""
        return count_fleet(self._database.table("devices"))

    # Enrolling

    def add(
        self,
        identity: DeviceIdentity,
        *,
        owner: str = "",
        upn: str = "",
        habits: Habits | None = None,
        kind: EnrollmentKind | None = None,
    ) -> Device:
        """Add a device that has not enrolled yet. Its identities are normalised.

        Refuses with ``identity-invalid`` or ``enrollment-kind-invalid``, and with ``device-exists`` if an identity is
        taken.
        """
        identity = checked(identity)
        check_kind(identity, kind)
        with self._database.transaction():
            for value in (getattr(identity, field) for field in IDENTITIES):
                if value and (known := self.records.find(value)) is not None:
                    raise Refusal("device-exists", f"device {known.id} has the identity {value}")
            device = Device(
                **asdict(identity),
                id=self.records.next_device_id(),
                owner=owner,
                upn=upn,
                habits=habits,
                enrollment_kind=kind,
                state_since=self._clock.now(),
            )
            batch = Batch()
            batch.devices[device.id] = device
            self.records.write(batch)
            self._audit.record("device.add", f"device:{device.id}", f"{device.name} added")
        return device

    def enroll(
        self, id: int, request: bytes, *, key_number: int | None = None, kind: EnrollmentKind | None = None
    ) -> Enrollment:
        """Enroll a device, for the first time or again, by a CSR that its key signed. ``kind`` None: as before.

        The certificate comes from the newest ready CA group. Refuses with ``request-unreadable``,
        ``possession-not-proven``, ``key-not-accepted``, ``no-group-ready``, ``enrollment-kind-invalid`` or
        ``device-unknown``. Refusals with ``ssl-error-61`` or the reason why no device can enroll (``apns-expired``,
        ``mdm-certificate-expired``…) are recorded.
        """
        self._audit.permit("device.enroll")
        with self._database.transaction():
            blocked = self._blocked(id)
            if blocked is None:
                return self._enrolled(id, request, key_number, kind)
        raise blocked.refusal()

    def _enrolled(self, id: int, request: bytes, key_number: int | None, kind: EnrollmentKind | None) -> Enrollment:
        """Enroll it; in a transaction."""
        device, batch, now = self.records.get(id), Batch(), self._clock.now()
        if kind is not None:
            check_kind(device, kind)
            device = replace(device, enrollment_kind=kind)
        group, made, validity = self._authorities().issue(request, device.known_by, now)
        reason = "enrollment" if device.enrolled_at is None else "re-enrollment"
        record = certificate_record(
            self.records.next_certificate_id(), id, group, reason, made, validity, now, CertificateState.ACTIVE
        )
        record = replace(record, key_number=key_number)
        batch.certificates[record.id] = record
        change = enrolled(device, first_certificate(record.id, group, validity.not_after), now)
        batch.take(change, now)
        device = batch.take(first_policies(change.device, self._deployment, now), now)
        if device.habits is not None:
            habits = replace(device.habits, presents=record.id, contact_at=None)
            device = batch.devices[id] = replace(device, habits=habits)
        self.records.write(batch)
        self._audit.record("device.enroll", f"device:{id}", f"{device.name} enrolled by {self._actor.user}")
        return Enrollment(device=device, certificate=record, chain=tuple(self._authorities().chain(group)))

    def refuse_enrollment(self, id: int) -> None:
        """Refuse and record why a device can't enroll now; does nothing if it can."""
        self._audit.permit("device.enroll")
        with self._database.transaction():
            blocked = self._blocked(id)
        if blocked is not None:
            raise blocked.refusal()

    def _blocked(self, id: int) -> Blocked | None:
        """Why a device can't enroll now, which is recorded; in a transaction."""
        device, now = self.records.get(id), self._clock.now()
        blocked = blocked_enrollment(device, self._gate())
        if blocked is not None:
            self._keep(enrollment_refused(device, blocked.code, now), now)
        return blocked

    def _keep(self, change: Change, now: datetime) -> None:
        if change.events:
            batch = Batch()
            batch.take(change, now)
            self.records.write(batch)

    # Checking in

    def challenge(self) -> bytes:
        """A challenge for the device to sign, valid for one check-in."""
        challenge = secrets.token_bytes(32)
        self._challenges[challenge] = True
        if len(self._challenges) > MOST_CHALLENGES:
            self._challenges.pop(next(iter(self._challenges)), None)
        return challenge

    def check_in(self, certificate: bytes, challenge: bytes, signature: bytes) -> Visit:
        """A device checks in with its certificate (DER) and the signed challenge.

        Refuses foreign certificates without any change: ``certificate-unknown``, ``untrusted-chain``,
        ``issuer-expired``, ``certificate-not-yet-valid``, ``possession-not-proven``, ``challenge-unknown``. If the
        device is turned away, its state changes, and ``refusal`` of the result says why. If it can't reach the server,
        it is refused with ``ssl-error-61`` or a reason that applies to all devices, such as
        ``mdm-certificate-expired``.
        """
        from .authentication import load_certificate, verify_chain, verify_possession

        presented = self.records.by_fingerprint(sha256(certificate).hexdigest())
        if presented is None:
            raise Refusal("certificate-unknown", "no device here was issued that certificate", "Enroll the device.")
        unknown = Refusal("challenge-unknown", "that challenge was not given, or has been used", "Ask for another.")
        if challenge not in self._challenges:
            raise unknown
        loaded = load_certificate(presented)
        verify_chain(loaded, presented, self._authorities().chain(presented.group)[0], self._clock.now())
        verify_possession(loaded, challenge, signature)
        if not self._challenges.pop(challenge, False):
            raise unknown
        with self._database.transaction():
            device, batch, now, gate = self.records.get(presented.device_id), Batch(), self._clock.now(), self._gate()
            blocked = checkin.unreachable(device, gate)
            if blocked is None:
                issuing = self._authorities().find_issuing(now)  # None if every device CA has expired
                name = "" if issuing is None else issuing.name
                before = device
                change = checkin.check_in(device, checkin.held_or_presented(device, presented), name, now, gate.outages)
                device = batch.take(change, now)
                if change.refusal is None:
                    device = batch.take(all_due(device, self._deployment, now, gate), now)
                self.records.write(batch)
            else:
                self._keep(checkin.check_in_failed(device, blocked.code, now, gate.outages), now)
        if blocked is not None:
            raise blocked.refusal()
        due = checkin.due_renewal(device, now, gate) if change.refusal is None else None
        got, gone = policies_changed(before, device)
        return Visit(
            device=device, presented=presented, renewal=due, policies=got, removed=gone, refusal=change.refusal
        )

    def renew_certificate(self, visit: Visit, request: bytes, signature: bytes) -> Enrollment:
        """The device's answer to a renewal: a CSR (DER) over a new key; the whole CSR is signed with its current key.

        The new certificate counts once it is used. Refuses with ``nothing-pending``, ``possession-not-proven``,
        ``same-key-renewal``, ``request-unreadable``, ``key-not-accepted``, ``no-group-ready``, ``certificate-expired``.
        """
        from .authentication import load_certificate, verify_possession

        verify_possession(load_certificate(visit.presented), request, signature)
        with self._database.transaction():
            device, batch, now = self._visited(visit), Batch(), self._clock.now()
            group, made, validity = self._authorities().issue(request, device.known_by, now)
            if any(made.public_key_sha256 == known.public_key_sha256 for known in self.certificates(device.id)):
                raise Refusal(
                    "same-key-renewal", "the request is over a key that the device has used", "Make a new key."
                )
            record = certificate_record(
                self.records.next_certificate_id(),
                device.id,
                group,
                "renewal",
                made,
                validity,
                now,
                CertificateState.UNCONFIRMED,
            )
            batch.certificates[record.id] = record
            held = HeldCertificate(record.id, group, record.not_after, record.state)
            device = batch.take(renewal.issued(device, held, now), now)
            self.records.write(batch)
        return Enrollment(device=device, certificate=record, chain=tuple(self._authorities().chain(group)))

    def answer_not_now(self, visit: Visit) -> Device:
        """The device is busy."""
        return self._answer(visit, renewal.answered_not_now)

    def answer_error(self, visit: Visit, reason: str = "") -> Device:
        """The device answered with an error. A long ``reason`` is cut."""
        reason = reason if len(reason) <= LONGEST_REASON else f"{reason[: LONGEST_REASON - 1]}…"
        return self._answer(visit, lambda device, now: renewal.answered_error(device, now, reason))

    def no_answer(self, visit: Visit) -> Device:
        """The device took the request and did not answer."""
        return self._answer(visit, renewal.not_answered)

    def _answer(self, visit: Visit, rule: Callable[[Device, datetime], Change]) -> Device:
        with self._database.transaction():
            now, batch = self._clock.now(), Batch()
            device = batch.take(rule(self._visited(visit), now), now)
            self.records.write(batch)
        return device

    def _visited(self, visit: Visit) -> Device:
        device = self.records.get(visit.device.id)
        if visit.renewal is None or device.renewal is None:
            raise Refusal("nothing-pending", f"no renewal is pending for device {device.id}")
        if refusal := checkin.refuse_certificate(
            device, checkin.held_or_presented(device, visit.presented), self._clock.now()
        ):
            raise refusal  # it came in time but took too long
        return device

    def chain_of(self, certificate: DeviceCertificate) -> list[x509.Certificate]:
        """A device certificate with its issuers, the root last."""
        from .authentication import load_certificate

        return [load_certificate(certificate), *self._authorities().chain(certificate.group)]

    def pem(self, certificate: DeviceCertificate) -> bytes:
        """A device certificate as PEM."""
        from .authentication import pem_of

        return pem_of(certificate)
