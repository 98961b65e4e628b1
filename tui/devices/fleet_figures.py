"""The fleet in numbers, shared by several screens: per platform, per CA group, and the progress of a renewal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from ...store.devices.renewal_progress import DeviceProgress, progress_of
from ...store.model.device import DeviceState, PendingAction, Platform, Refused, WaitsFor
from ...store.views.platforms import PLATFORMS
from ..shell.console_app import ConsoleApp

NAMED = 3  # devices named among those that must re-enroll


class Counted(Protocol):
    """The part of a device that is counted."""

    @property
    def id(self) -> int: ...
    @property
    def platform(self) -> Platform: ...
    @property
    def state(self) -> DeviceState: ...
    @property
    def issuer_group(self) -> str | None: ...
    @property
    def pending(self) -> tuple[PendingAction, ...]: ...
    @property
    def refused(self) -> Refused | None: ...


@dataclass
class PlatformFigures:
    """The devices of one platform. Each counts once: a renewal is ``pending`` for it, its user has to re-enroll it
    (``people``), or it is settled, with a certificate of a group (``settled``) or without one."""

    total: int = 0
    pending: int = 0
    people: int = 0
    groups: Counter[str] = field(default_factory=Counter)
    settled: Counter[str] = field(default_factory=Counter)


@dataclass
class FleetFigures:
    """The whole fleet. ``waits`` counts pending renewals by what they wait for, ``refused`` the devices that can't
    enroll or reach the server by refusal code; ``turned_away`` has the ids of the first devices that must re-enroll."""

    total: int = 0
    pending: int = 0
    states: Counter[DeviceState] = field(default_factory=Counter)
    groups: Counter[str] = field(default_factory=Counter)
    waits: Counter[WaitsFor] = field(default_factory=Counter)
    platforms: dict[Platform, PlatformFigures] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    turned_away: list[int] = field(default_factory=list)

    @property
    def enrolled(self) -> int:
        """The number of devices that have ever enrolled."""
        return self.total - self.states[DeviceState.NOT_ENROLLED]


def count_fleet(console: ConsoleApp) -> FleetFigures:
    """Count the workspace's fleet now, as far as the console has read it."""
    return figures_of([row.device for row in console.fleet.rows.values()])


def figures_of(devices: Collection[Counted]) -> FleetFigures:
    """Count a fleet."""
    # One small key per device, and the rest once per distinct key: a large fleet is counted often.
    keys = Counter(
        (
            device.platform,
            device.state,
            device.issuer_group,
            None if device.refused is None else device.refused.code,
            *_standing(device.state, device.pending),
        )
        for device in devices
    )
    figures = FleetFigures(platforms={platform: PlatformFigures() for platform in PLATFORMS})
    for (platform, state, group, refused, progress, waits), count in keys.items():
        own = figures.platforms[platform]
        figures.total += count
        own.total += count
        figures.states[state] += count
        if refused is not None:
            figures.refused[refused] += count
        if group is not None:
            figures.groups[group] += count
            own.groups[group] += count
        if waits is not None:
            figures.pending += count
            own.pending += count
            figures.waits[waits] += count
        elif progress is DeviceProgress.USER:
            own.people += count
        elif group is not None and progress is DeviceProgress.SETTLED:
            own.settled[group] += count
    if figures.states[DeviceState.MUST_RE_ENROLL]:
        turned_away = (device.id for device in devices if device.state is DeviceState.MUST_RE_ENROLL)
        figures.turned_away = list(islice(turned_away, NAMED))
    return figures


def _standing(state: DeviceState, pending: tuple[PendingAction, ...]) -> tuple[DeviceProgress, WaitsFor | None]:
    progress, renewal = progress_of(state, pending)
    return progress, None if renewal is None else renewal.waits_for
