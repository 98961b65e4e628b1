"""Security actions on many devices: Certificate Renewal, revoking, and deploying what is pending at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..errors import Refusal
from ..model.device import CertificateState, Device
from ..model.events import ChangeStarted
from ..use_cases import Context, UseCases
from ..words import plural
from . import renewal
from .acted_on import ActedOn
from .change import Change
from .device_tables import Batch, DeviceRecords
from .push_pace import paced, pushes_a_minute
from .refreshing import refreshed
from .renewal_plan import RenewalPlan
from .results import SecurityActionResult
from .revocation import revoke as revoke_device

if TYPE_CHECKING:
    from ..authorities.ca_groups import CaGroups

Progress = Callable[[int, int], None]
_AT_ONCE = 500  # devices read per query
_WRITTEN = 5000  # changed devices that are in memory at a time


class SecurityActions(UseCases):
    """The actions; ``records`` are the tables of the devices."""

    def __init__(self, context: Context, groups: CaGroups) -> None:
        super().__init__(context)
        self.records = DeviceRecords(self._database)
        self._groups = groups

    def renew(self, ids: Iterable[int], progress: Progress | None = None) -> SecurityActionResult:
        """Certificate Renewal for these devices: pending, or refused with the reason, for each of them.

        Windows devices are refused: with ``windows-is-current`` if they hold a certificate of the newest group already,
        otherwise with ``windows-must-re-enroll``, and marked.
        """
        with self._database.transaction():
            plan = RenewalPlan.empty(self._groups.rotation(), self._clock.now())

            def renewed(device: Device, now: datetime, by: str) -> Change:
                change = renewal.request_renewal(device, now, by, plan.newest)
                plan.count(device, change)
                return change

            result = self._request(ids, renewed, "renew", "certificate renewal requested", progress)
            self._tell(ChangeStarted("the renewal"))
        return replace(result, plan=plan)

    def revoke(self, ids: Iterable[int], progress: Progress | None = None) -> SecurityActionResult:
        """Revoke these devices' certificates; the devices are refused until they re-enroll."""
        return self._request(ids, self._revoked, "revoke", "revoked", progress)

    def refresh(self, ids: Iterable[int], progress: Progress | None = None) -> SecurityActionResult:
        """Deploy now: what is pending for these devices goes out at once, whatever it waits for. ``pending`` of the
        result are those that something is pending for; those that can't be reached are refused."""
        result = self._request(ids, refreshed, "refresh", "deployment requested", progress)
        return replace(result, pending=tuple(device for device in result.pending if device.pending))

    def _revoked(self, device: Device, now: datetime, by: str) -> Change:
        return revoke_device(device, now, by, self.records.certificates(device.id))

    def _request(
        self,
        ids: Iterable[int],
        rule: Callable[[Device, datetime, str], Change],
        action: str,
        done: str,
        progress: Progress | None,
    ) -> SecurityActionResult:
        asked = list(dict.fromkeys(ids))
        pending: list[ActedOn] = []
        refused: list[tuple[ActedOn, Refusal]] = []
        changes = False
        unknown: list[int] = []
        with self._database.transaction():
            now, batch, user, pushed = self._clock.now(), Batch(), self._actor.user, 0
            found: dict[int, Device] = {}
            a_minute = pushes_a_minute(self._database)
            for number, id in enumerate(asked):
                if number % _AT_ONCE == 0:
                    if len(batch.devices) > _WRITTEN:
                        self.records.write(batch)
                        batch = Batch()
                    found = {device.id: device for device in self.records.all(asked[number : number + _AT_ONCE])}
                    if progress is not None:
                        progress(number, len(asked))
                device = found.get(id)
                if device is None:
                    unknown.append(id)
                    continue
                change = rule(device, now, user)
                if change.refusal is None and change.device is not device:
                    change = replace(change, device=paced(change.device, now, pushed, a_minute))
                    pushed += 1
                if change.device != device:
                    changes = True
                    batch.take(change, now)
                    self._put_on_the_list(change, now)
                if change.refusal is None:
                    pending.append(ActedOn.of(change.device))
                else:
                    refused.append((ActedOn.of(change.device), change.refusal))
            self.records.write(batch)
            if changes:
                said = f"{done} for {plural(len(pending), 'device')}"
                if refused:
                    said += f", refused for {plural(len(refused), 'device')}"
                first = pending[0] if pending else refused[0][0]
                record = f"device:{first.id}" if len(asked) == 1 else "fleet:1"
                self._audit.record(f"device.{action}", record, said)
        if progress is not None:
            progress(len(asked), len(asked))
        return SecurityActionResult(pending=tuple(pending), refused=tuple(refused), unknown=tuple(unknown))

    def _put_on_the_list(self, change: Change, now: datetime) -> None:
        for id, state in change.certificates:
            if state is CertificateState.REVOKED:
                record = self.records.certificate(id)
                self._groups.revoke(record.group, record.serial_number, record.device_id, record.not_after, now)
