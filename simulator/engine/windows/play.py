"""Playing a device through a time window: its actions, the server's response, and the certificates to issue."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count

from msgspec.structs import replace

from ....store.authorities.groups import device_validity
from ....store.devices import checkin, renewal
from ....store.devices.enrollment import blocked_enrollment, enrolled, enrollment_refused, first_certificate
from ....store.devices.gate import OPEN, Gate
from ....store.devices.policy_installation import (
    NO_POLICIES,
    PolicyDeployments,
    carried_out,
    first_policies,
    policies_due,
    put_off,
)
from ....store.devices.presence import Outages
from ....store.devices.trust import installed, to_install
from ....store.model.authority import Authority
from ....store.model.device import (
    ActionKind,
    CertificateState,
    Device,
    DeviceCertificate,
    HeldCertificate,
    PendingAction,
    WaitsFor,
)
from ....store.times import from_unix
from ..behaviour.answers import RenewalAnswer, answer_to_policy, answer_to_renewal, soon_after
from ..behaviour.failing import Failing
from ..behaviour.first_enrollment import NO_GROUP
from ..behaviour.next_step import (
    Next,
    NextStep,
    backup_of,
    next_step_or_wait,
)
from ..behaviour.push_delivery import is_locked, unlocked_at
from ..campaigns.tallies import ReEnrolled
from ..issuing.issuance import Job
from ..issuing.orders import CertificateOrder, job_of
from .batch import WindowBatch


class PlayStage:
    """Where devices are played in one window: the issuing group, the gate, the policies, and the collected results.
    ``met_policies`` is true once a device has received one, ``failing`` says which devices fail.

    ``authority`` is the group's device CA. Without one (every one has expired) no device gets a certificate; none has a
    valid one either.
    """

    def __init__(
        self,
        authority: Authority | None,
        group: str,
        first_id: int,
        gate: Gate = OPEN,
        deployment: PolicyDeployments = NO_POLICIES,
        re_enrolled: ReEnrolled | None = None,
        failing: Failing | None = None,
        batch: WindowBatch | None = None,
    ) -> None:
        self.batch = WindowBatch() if batch is None else batch
        self.played_to = 0  # the time of the latest step
        self.re_enrolled = re_enrolled or ReEnrolled()
        self.failing = failing or Failing()
        self.met_policies = False
        self.orders: list[CertificateOrder] = []
        self.check_ins = Counter[int]()  # by minute
        self.issued = Counter[int]()  # certificates ordered, by minute
        self.first_id = first_id
        self.upcoming: dict[int, Next | None] = {}  # each device's next event after the window
        self.group = group
        self._authority = authority
        self._gate = gate
        self._deployment = deployment
        self._ids: Iterator[int] = count(first_id)

    def job(self, order: CertificateOrder, certificate: Callable[[int], DeviceCertificate]) -> Job:
        """The job that issues the certificate of an order; ``certificate`` reads the record of an earlier one."""
        device = self.batch.devices[order.device_id]
        if order.presented is None:
            return job_of(order, device, None, 0)
        id = order.presented.id
        presented = self.batch.certificates.get(id)
        if presented is None:
            presented = self.batch.known[id] = certificate(id)
        assert presented.key_number is not None
        return job_of(order, device, base64.b64decode(presented.der), presented.key_number)

    @property
    def outages(self) -> Outages:
        """When the server was unreachable."""
        return self._gate.outages

    def play(self, device: Device, after: int, until: int, step: Next | None = None) -> None:
        """Play a device from ``after`` (excluded) to ``until`` (included). ``step`` is its first one, if known."""
        before = device
        step = step or next_step_or_wait(device, after, self._gate)
        while step is not None and step.at <= until:
            after = step.at
            if step.step is not NextStep.WAIT:
                self.played_to = max(self.played_to, after)
            match step.step:
                case NextStep.CONTACT:
                    device = self._contact(device, after)
                case NextStep.RE_ENROLL | NextStep.ENROLL:
                    device = self.enroll(device, after)
                case NextStep.INSTALL:
                    device = self._install(device, after)
                case NextStep.RESTORE:
                    device = _restored(device, after)
            step = next_step_or_wait(device, after, self._gate)
        if device is not before or device.id in self.batch.devices:
            self.batch.devices[device.id] = device
        self.upcoming[device.id] = step

    def _contact(self, device: Device, at: int) -> Device:
        assert device.habits is not None
        now = from_unix(at)
        presented = device.held(device.habits.presents)
        assert presented is not None
        blocked = checkin.unreachable(device, self._gate)
        if blocked is not None:
            return self.batch.take(checkin.check_in_failed(device, blocked.code, now, self._gate.outages), now)
        self.check_ins[at // 60] += 1
        change = checkin.check_in(device, presented, self.group, now, self._gate.outages)
        device = self.batch.take(change, now)
        if change.refusal is not None:
            return device
        for action in policies_due(device, now, self._gate):
            device = self._deploy(device, action, at)
        asked = checkin.due_renewal(device, now, self._gate)
        return device if asked is None else self._answer(device, presented, asked, at)

    def _deploy(self, device: Device, action: PendingAction, at: int) -> Device:
        """Carry out the pending policy action now, or postpone it."""
        assert action.policy_id is not None
        now, offer = from_unix(at), self._deployment.offer(action.policy_id, device)
        self.met_policies = True
        if is_locked(device, at):
            device = self.batch.take(put_off(device, action, offer, WaitsFor.NOT_NOW, now, comes=True), now)
            return _unlocked(device, at)
        waits_for, error = answer_to_policy(device, action, at), ""
        is_installed = action.kind is ActionKind.POLICY and offer is not None and not offer.lacking
        if is_installed and waits_for is not WaitsFor.NOT_NOW and (error := self.failing.policy_error(device, at)):
            waits_for = WaitsFor.ERROR
        if waits_for is None:
            return self.batch.take(carried_out(device, action, offer, now), now)
        return self.batch.take(put_off(device, action, offer, waits_for, now, reason=error), now)

    def _answer(self, device: Device, presented: HeldCertificate, asked: PendingAction, at: int) -> Device:
        now, answer, error = from_unix(at), answer_to_renewal(device, asked, at), ""
        is_asked = answer not in (RenewalAnswer.NOT_NOW, RenewalAnswer.LOCKED)
        if is_asked and (error := self.failing.renewal_error(device, at)):
            answer = RenewalAnswer.ERROR
        match answer:
            case RenewalAnswer.NOT_NOW:
                device = self.batch.take(renewal.answered_not_now(device, now), now)
                return _comes_back(device, _next_try(device), 0, 600)
            case RenewalAnswer.LOCKED:
                device = self.batch.take(renewal.answered_not_now(device, now, comes=True), now)
                return _unlocked(device, at)
            case RenewalAnswer.ERROR:
                device = self.batch.take(renewal.answered_error(device, now, error), now)
                return _comes_back(device, _next_try(device), 0, 600)
            case RenewalAnswer.NOTHING:
                device = self.batch.take(renewal.not_answered(device, now), now)
                return _comes_back(device, _next_try(device), 0, 1800)
            case RenewalAnswer.ANSWER_LOST:
                device, _ = self._issue(device, "renewal", now, presented, received=False)
                return _comes_back(device, _next_try(device), 0, 600)
            case RenewalAnswer.CERTIFICATE:
                device, new = self._issue(device, "renewal", now, presented, received=True)
                return _comes_back(_presenting(device, new), at, 5, 60)

    def _install(self, device: Device, at: int) -> Device:
        chains = self._gate.to_check_in if device.is_cut_off else self._gate.to_enroll
        certificate_id = to_install(device, chains, self._gate)
        assert certificate_id is not None
        return self.batch.take(installed(device, certificate_id, from_unix(at), antivirus=False), from_unix(at))

    def enroll(self, device: Device, at: int, *, handed_on: bool = False) -> Device:
        """Enroll a device, for the first time or again; it stays as it is if it can't. Somebody to whom it is
        ``handed_on`` was not asked to re-enroll it."""
        now = from_unix(at)
        blocked = blocked_enrollment(device, self._gate) or (NO_GROUP if self._authority is None else None)
        if blocked is not None:
            change = enrollment_refused(device, blocked.code, now)
            if change.events:
                self.re_enrolled.refused(device, at)
            return self.batch.take(change, now)
        if device.enrolled_at is not None and not handed_on:
            self.re_enrolled.add(device, at)
        self.check_ins[at // 60] += 1
        reason = "enrollment" if device.enrolled_at is None else "re-enrollment"
        held, device = self._order(device, reason, now, CertificateState.ACTIVE, None, received=True)
        first = first_certificate(held.id, held.group, held.not_after)
        device = self.batch.take(enrolled(device, first, now), now)
        device = self.batch.take(first_policies(device, self._deployment, now), now)
        self.met_policies = self.met_policies or bool(device.policies)
        device = _presenting(device, held.id)
        assert device.habits is not None
        return replace(device, habits=replace(device.habits, told=None))

    def _issue(
        self, device: Device, reason: str, now: datetime, presented: HeldCertificate, *, received: bool
    ) -> tuple[Device, int]:
        held, device = self._order(device, reason, now, CertificateState.UNCONFIRMED, presented, received=received)
        return self.batch.take(renewal.issued(device, held, now), now), held.id

    def _order(
        self,
        device: Device,
        reason: str,
        now: datetime,
        state: CertificateState,
        presented: HeldCertificate | None,
        *,
        received: bool,
    ) -> tuple[HeldCertificate, Device]:
        """Order a certificate over the device's next key."""
        assert device.habits is not None and self._authority is not None
        authority, number = self._authority, device.habits.keys
        validity = device_validity(now, authority.not_after, authority.not_before)
        id, group = next(self._ids), self.group
        order = CertificateOrder(id, device.id, group, reason, validity, now, state, number, presented, received)
        self.orders.append(order)
        self.issued[int(now.timestamp()) // 60] += 1
        device = replace(device, habits=replace(device.habits, keys=number + 1))
        return HeldCertificate(id, group, validity.not_after, state), device


def _restored(device: Device, at: int) -> Device:
    backup = backup_of(device, at)
    assert backup is not None
    return _presenting(device, backup.id)


def _presenting(device: Device, certificate_id: int) -> Device:
    assert device.habits is not None
    return replace(device, habits=replace(device.habits, presents=certificate_id, contact_at=None))


def _comes_back(device: Device, after: int, least: int, most: int) -> Device:
    assert device.habits is not None
    at = soon_after(device, after, least, most)
    return replace(device, habits=replace(device.habits, contact_at=at))


def _unlocked(device: Device, at: int) -> Device:
    """A locked device asks again by itself when it is unlocked."""
    assert device.habits is not None
    return replace(device, habits=replace(device.habits, contact_at=unlocked_at(device, at)))


def _next_try(device: Device) -> int:
    renewal = device.renewal
    assert renewal is not None and renewal.next_try_at is not None
    return int(renewal.next_try_at.timestamp()) + 1
