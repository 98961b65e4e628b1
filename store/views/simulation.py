"""A simulation: the documents of its clock, its fleet and its progress, and their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from msgspec import Struct

from ..devices.common_traits import FailingRenewals
from ..model.device import DeviceState, WaitsFor
from ..model.simulation import PeakLoad, Sample, SimulationRecord
from ..words import day, minute, plural
from .common_traits import failing_line
from .documents import document, document_type
from .platforms import by_platform

SimulationDocument = document_type(
    "SimulationDocument",
    SimulationRecord,
    "The fleet's plan; ``tables`` are the names of the site's own tables.",
    tables=list[str],
)


class ClockDocument(Struct, frozen=True, kw_only=True):
    """The clock; ``epoch`` is Unix time, as ``openssl verify -attime`` takes it."""

    kind: Literal["virtual", "wall"]
    now: datetime
    epoch: int


class TablesDocument(Struct, frozen=True, kw_only=True):
    """The last day of the tables of models and OS versions, and whether the clock is beyond it."""

    until: date
    outdated: bool


class ArrivalsDocument(Struct, frozen=True, kw_only=True):
    """What has changed in a fleet since its start. ``joined`` of the ``arrived`` devices belong to newcomers.
    ``replaced`` counts the devices of those who left, too; ``stale`` of them are still listed. ``deleted`` counts the
    deleted devices of the workspace, ``returned`` those of them that were enrolled again.

    ``waiting`` devices should have enrolled, the first of them at ``waiting_since``, and could not; ``days_lost`` adds
    up the whole days for which each of them has been waiting."""

    churn: int
    arrived: int
    joined: int
    replaced: int
    handed_on: int
    stale: int
    deleted: int
    returned: int
    waiting: int
    waiting_since: datetime | None
    days_lost: int


class GroupProgressDocument(Struct, frozen=True, kw_only=True):
    """A CA group, with the number of devices that hold its certificates."""

    name: str
    state: str
    devices: int
    by_platform: dict[str, int]


class RenewalProgressDocument(Struct, frozen=True, kw_only=True):
    """How far the devices have moved to the CA group that issues, by platform."""

    group: str
    crossed: dict[str, int]
    pending: dict[str, int]
    to_re_enroll: dict[str, int]
    not_asked: dict[str, int]
    out: dict[str, int]
    waits_for: dict[str, int]
    failing: FailingRenewals


class EventLogDocument(Struct, frozen=True, kw_only=True):
    """The digest of the event log."""

    count: int
    sha256: str


class BusiestMinuteDocument(Struct, frozen=True, kw_only=True):
    """The most of something in a minute, and the first such minute."""

    count: int
    at: datetime | None


class PeakLoadDocument(Struct, frozen=True, kw_only=True):
    """The load of the server at its peak since a CA group issues."""

    group: str
    check_ins: BusiestMinuteDocument
    certificates: BusiestMinuteDocument


class SimulationStatusDocument(Struct, frozen=True, kw_only=True):
    """The status of a simulation."""

    clock: ClockDocument
    simulation: SimulationDocument | None
    tables: TablesDocument
    devices: dict[str, Any]
    arrivals: ArrivalsDocument | None
    groups: tuple[GroupProgressDocument, ...]
    renewal: RenewalProgressDocument
    load: PeakLoadDocument | None
    pushes_a_minute: int
    event_log: EventLogDocument


_BAR = 40  # cells for all devices
_PROGRESS = (
    ("crossed", "holds a certificate of {group}", "hold a certificate of {group}"),
    ("pending", "has a renewal pending", "have a renewal pending"),
    ("to_re_enroll", "waits for its user to re-enroll it", "wait for their users to re-enroll them"),
    (
        "not_asked",
        "holds a certificate of an older group, without a renewal request",
        "hold certificates of an older group, without a renewal request",
    ),
    ("out", "is revoked or not enrolled", "are revoked or not enrolled"),
)


def simulation_document(record: SimulationRecord) -> Struct:
    """The document of a fleet's plan."""
    return document(SimulationDocument, record, tables=sorted(record.tables))


def clock_document(now: datetime, *, is_virtual: bool) -> ClockDocument:
    """The document of a workspace's clock."""
    return ClockDocument(kind="virtual" if is_virtual else "wall", now=now, epoch=int(now.timestamp()))


def fleet_text(record: SimulationRecord) -> str:
    """``500 devices, seed 7, since 2026-01-05``; before the fleet is complete, ``120 of 500 devices, …``."""
    part = "" if record.drawn == record.devices else f"{record.drawn:,} of "
    return f"{part}{plural(record.devices, 'device')}, seed {record.seed}, since {day(record.started_at)}"


def tables_warning(tables: TablesDocument) -> list[str]:
    """A sentence if the clock is beyond the tables."""
    if not tables.outdated:
        return []
    return [f"the tables of models and OS versions end on {tables.until}: later ones are missing (--tables adds some)"]


def fleet_states_text(devices: Mapping[str, Any]) -> str:
    """``300 (290 enrolled, 10 re-enrollment required)``."""
    states = ", ".join(f"{count:,} {state}" for state, count in devices["states"].items() if count)
    return f"{devices['total']:,}{f' ({states})' if states else ''}"


def arrival_lines(arrivals: ArrivalsDocument) -> list[str]:
    """``74 new devices, 15 of newcomers; 74 replaced or left behind, 70 of them still listed``; who waits to enroll."""
    said = f"{plural(arrivals.arrived, 'new device')}, {arrivals.joined:,} of newcomers"
    if arrivals.handed_on:
        said += f"; {arrivals.handed_on:,} handed on"
    said += f"; {arrivals.replaced:,} replaced or left behind"
    if arrivals.stale:
        said += f", {arrivals.stale:,} of them still listed"
    if arrivals.deleted:
        said += f"; {arrivals.deleted:,} deleted"
    if arrivals.returned:
        said += f", {arrivals.returned:,} of them enrolled again"
    return [said, *waiting_lines(arrivals)]


def waiting_lines(arrivals: ArrivalsDocument) -> list[str]:
    """``14 devices should have enrolled since 2026-03-02 08:10 and could not: 61 days lost``."""
    if arrivals.waiting_since is None:
        return []
    lost = f": {plural(arrivals.days_lost, 'day')} lost" if arrivals.days_lost else ""
    waiting = f"{plural(arrivals.waiting, 'device')} should have enrolled since {minute(arrivals.waiting_since)}"
    return [f"{waiting} and could not{lost}"]


def group_text(group: GroupProgressDocument) -> str:
    """``issuing, 33 devices: 30 iOS, 3 macOS``."""
    platforms = by_platform(group.by_platform)
    return f"{group.state}, {plural(group.devices, 'device')}{f': {platforms}' if platforms else ''}"


def renewal_lines(progress: RenewalProgressDocument) -> list[str]:
    """``289 hold a certificate of group-2: 149 iOS, …``, a line per state, then what the pending devices wait for,
    and what failing ones have in common."""
    lines = []
    for field, one, many in _PROGRESS:
        counts: dict[str, int] = getattr(progress, field)
        if total := sum(counts.values()):
            words = (one if total == 1 else many).format(group=progress.group)
            lines.append(f"{total:,} {words}: {by_platform(counts)}")
    waits = [f"{WaitsFor[reason.upper()]} ({count:,})" for reason, count in progress.waits_for.items() if count]
    if waits:
        lines.append(f"waiting for: {', '.join(waits)}")
    return [*lines, line] if (line := failing_line(progress.failing)) else lines


def history_lines(samples: Sequence[Sample]) -> list[str]:
    """``2026-02-04  ███████  284 of 300 (95 %), 16 must re-enroll``: how many devices the server admits, of those that
    were enrolled and not taken out of management; a line a sample, with the time of day if there are several a day."""
    told = minute if len({sample.at.date() for sample in samples}) < len(samples) else day
    lines = []
    for sample in samples:
        total = sum(count for state, count in sample.states.items() if state != DeviceState.NOT_ENROLLED)
        admitted = sum(count for state, count in sample.states.items() if DeviceState(state).is_admitted)
        others = [
            f"{count:,} {state}" for state, count in sample.states.items() if count and state != DeviceState.ENROLLED
        ]
        bar = "█" * round(_BAR * admitted / max(1, total))
        share = f"{admitted:,} of {total:,} ({100 * admitted // max(1, total)} %)"
        lines.append(f"{told(sample.at)}  {bar:<{_BAR}}  {', '.join([share, *others])}")
    return lines


def load_document(load: PeakLoad) -> PeakLoadDocument:
    """The document of a peak."""
    return PeakLoadDocument(
        group=load.group,
        check_ins=document(BusiestMinuteDocument, load.check_ins),
        certificates=document(BusiestMinuteDocument, load.certificates),
    )


def load_lines(load: PeakLoadDocument | None, pushes_a_minute: int) -> list[str]:
    """``at most 212 check-ins a minute (2026-09-14 07:12)``, the same for certificates; and the pace of pushes."""
    if load is None:
        return []
    peaks = (load.check_ins, "check-in"), (load.certificates, "certificate")
    lines = [
        f"at most {plural(peak.count, what)} a minute ({minute(peak.at)})"
        for peak, what in peaks
        if peak.at is not None
    ]
    return [*lines, f"the server sends {pushes_text(pushes_a_minute)}"] if lines else []


def pushes_text(a_minute: int) -> str:
    """``1,000 pushes a minute``."""
    return f"{a_minute:,} {'push' if a_minute == 1 else 'pushes'} a minute"


def event_log_text(log: EventLogDocument) -> str:
    """``1,230 events, SHA-256 98d7…``."""
    return f"{log.count:,} events, SHA-256 {log.sha256}"


def pace_text(speed: int | None) -> str:
    """``at 3,600 virtual seconds a second``."""
    return "as fast as it can" if speed is None else f"at {plural(speed, 'virtual second')} a second"


def speed_text(speed: int | None) -> str:
    """The same in a few cells: ``×3,600``, or ``full speed``."""
    return "full speed" if speed is None else f"×{speed:,}"
