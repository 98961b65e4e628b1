"""The copy that a forecast runs ahead: in memory, without secrets, with a virtual clock, and with habits for every
device.

A real fleet has neither a seed nor habits. Its devices get those of their platform, drawn from their ids.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

from msgspec.structs import replace

from ...store.authorities.groups import DEVICE_LIFETIME
from ...store.authorities.issued import IssuedCertificate
from ...store.authorities.validity import Validity
from ...store.copy_without_secrets import rows_without_secrets, workspace_of_rows
from ...store.devices.device_tables import Batch, certificate_record
from ...store.devices.schedule.chance import draw
from ...store.model.device import CertificateState, Device, HeldCertificate, Platform
from ...store.model.simulation import SimulationRecord
from ...store.persistence.copies.memory import MemoryEngine
from ...store.persistence.engine import LARGE
from ...store.persistence.table import AT_ONCE
from ...store.workspace import Workspace
from ..engine.simulator import FOREVER
from ..engine.state.simulation_record import put_simulation, simulation_of
from ..platforms import PROFILES

NOT_NEEDED = (
    "device_events",
    "audit",
    "audit_copy",
    "audit_seals",
    "deliveries",
    "accounts",
    "account_sessions",
    "scrape_tokens",
    "scenario",
    "scenario_said",
    "scenario_standings",
    "kept_reruns",
    "kept_changes",
)
"""Tables that no rule about the future reads; and a scenario, whose events nobody foresees."""
GONE_AFTER = timedelta(days=90)
"""A real device that has been silent for so long is taken not to come back."""
_SEED, _ENDS = 701, 702


class ForecastCopy(NamedTuple):
    """The copy. ``drawn_habits`` devices got habits; ``taken_for_gone`` of them have been silent for too long, and the
    certificates of ``assumed_ends`` end at a time that nobody knows."""

    workspace: Workspace
    drawn_habits: int
    taken_for_gone: int
    assumed_ends: int


def basis_of(workspace: Workspace, least: int = LARGE) -> MemoryEngine:
    """What a workspace's forecasts begin with. It can be sent to another process, which then has all of it in memory;
    here, tables of at least so many rows are read from the workspace's database."""
    return rows_without_secrets(workspace, NOT_NEEDED, least)


def forecast_copy(basis: MemoryEngine, user: str, seed: int = 0) -> ForecastCopy:
    """A workspace to run ahead; of the devices' events it keeps the digest alone. ``seed`` varies what the devices and
    their owners do: with 0, a simulated device does what it will do in its workspace."""
    copy = workspace_of_rows(basis.copy(), user)
    copy.devices.records.log.keep_digest_only()
    table = copy.database.table("devices")
    changed = table.ids() if seed else table.ids_without("habits")
    assumed = _Assumed(copy.devices.records.next_certificate_id(), copy.now())
    drawn = gone = 0
    with copy.database.transaction():
        if simulation_of(copy) is None:
            put_simulation(copy, _record(copy, len(table)))
        for start in range(0, len(changed), AT_ONCE):
            batch = Batch()
            for device in copy.devices.records.all(changed[start : start + AT_ONCE]):
                if device.habits is not None:
                    batch.devices[device.id] = _varied(device, seed)
                    continue
                lively = _drawn(device, copy.now(), seed)
                drawn, gone = drawn + 1, gone + ((_gone_at(lively) or FOREVER) <= copy.now().timestamp())
                is_without = _is_without_certificate(lively)
                batch.devices[device.id] = assumed.certificate(lively, batch) if is_without else lively
            copy.devices.records.write(batch)
    return ForecastCopy(copy, drawn, gone, assumed.ends)


def _record(workspace: Workspace, devices: int) -> SimulationRecord:
    """A fleet that stays as it is: nobody knows its people, so no device comes and none gets another OS. The platforms
    are not drawn."""
    return SimulationRecord(
        devices=devices,
        drawn=devices,
        seed=0,
        mix={Platform.IOS: 1},
        check_in=None,
        domain="",
        started_at=workspace.now(),
    )


def _drawn(device: Device, now: datetime, seed: int) -> Device:
    """A device with the habits of its platform."""
    key = int.from_bytes(blake2b(b"forecast %d of %d" % (seed, device.id), digest_size=8).digest()) >> 1
    habits = PROFILES[device.platform].habits(key, device.id - 1, now)
    schedule, seen = habits.schedule, device.last_check_in
    if seen is not None and seen < now - GONE_AFTER:
        schedule = replace(schedule, gone_at=int(seen.timestamp()))
    elif schedule.gone_at is not None and schedule.gone_at <= now.timestamp():
        schedule = replace(schedule, gone_at=None)  # it was heard of since
    return replace(device, habits=replace(habits, schedule=schedule, presents=device.certificate_id))


def _gone_at(device: Device) -> int | None:
    return None if device.habits is None else device.habits.schedule.gone_at


def _varied(device: Device, seed: int) -> Device:
    """The same device with other choices."""
    assert device.habits is not None
    schedule = device.habits.schedule
    other = replace(schedule, key=draw(schedule.key, _SEED, seed) >> 1)
    return replace(device, habits=replace(device.habits, schedule=other))


def _is_without_certificate(device: Device) -> bool:
    """Whether it works with a certificate that is known by an import alone."""
    return device.state.is_admitted and device.certificate_id is None


class _Assumed:
    """Certificates on paper in the place of those that devices of a real fleet have, as far as is known of them."""

    def __init__(self, first_id: int, now: datetime) -> None:
        self.ends = 0
        self._next, self._now = first_id, now

    def certificate(self, device: Device, batch: Batch) -> Device:
        """The device with such a certificate, whose record is added to the batch."""
        id, group, end = self._next, device.issuer_group or "", device.not_after
        self._next += 1
        if end is None:
            self.ends += 1
            end = None if device.enrolled_at is None else device.enrolled_at + DEVICE_LIFETIME
            if end is None or end <= self._now:  # it has been renewed since, or it would not work
                end = self._now + timedelta(days=draw(device.id, _ENDS) % DEVICE_LIFETIME.days)
        validity = Validity(min(self._now, end) - timedelta(days=1), end)
        made = IssuedCertificate(b"", "00", f"{id:064x}", f"{id:064x}")
        batch.certificates[id] = certificate_record(
            id, device.id, group, "enrollment", made, validity, self._now, CertificateState.ACTIVE
        )
        held = HeldCertificate(id, group, end, CertificateState.ACTIVE)
        assert device.habits is not None
        return replace(
            device,
            certificate_id=id,
            not_after=end,
            certificates=(held,),
            habits=replace(device.habits, presents=id),
        )
