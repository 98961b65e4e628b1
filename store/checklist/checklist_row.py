"""A row of the checklist, and its statuses besides those of a certificate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from ..components.capabilities import Level
from ..components.needs import Need
from ..consequences.consequences import Consequence
from ..model.certificate import Certificate, Status
from ..model.component import Component
from ..model.device import Platform
from ..model.profile import ProvisioningProfile
from ..model.start_by import LastStart
from ..model.task import Task


class ChecklistRow(Struct, frozen=True, kw_only=True):
    """A need with one of its components, or with none.

    ``status`` is a certificate's status, or a ``Mark``. ``derived`` rows are CA certificates that follow from the
    chains of others. ``stopped`` is what is stopped or degraded because of it now, ``would_stop`` what stops when it
    expires. ``next_step`` says what to do. ``doubt``: the bound certificate is not for the name that clients connect
    to, by ``components.fitting.name_doubt``. ``devices`` is the number of devices of the affected platforms.
    ``start``: the last day to start replacing it, if known, and ``start_said`` in words; ``start_soon``: it is near or
    has passed. ``authority_group``: the CA group that the row is about. ``worry``: what keeps notices from somebody.
    """

    need: Need
    component: Component | None
    certificate: Certificate | None = None
    profile: ProvisioningProfile | None = None
    derived: bool = False
    status: str
    days_left: int | None = None
    not_after: datetime | None = None
    level: Level
    stopped: tuple[Consequence, ...] = ()
    would_stop: tuple[str, ...]
    next_step: str
    doubt: str | None = None
    devices: int
    tasks: tuple[Task, ...] = ()
    start: LastStart | None = None
    start_said: str = ""
    start_soon: bool = False
    authority_group: str | None = None
    worry: str = ""

    @property
    def name(self) -> str:
        """What distinguishes it from other rows of the same need."""
        if self.component is not None:
            return self.component.name
        if self.worry:
            return self.worry
        return self.certificate.name if self.derived and self.certificate is not None else ""

    @property
    def is_done(self) -> bool:
        """Whether there is nothing to do about it now."""
        settled = (Status.VALID, Mark.NOT_USED, Mark.MANAGED)
        return self.status in settled and self.level is Level.FINE and not self.tasks and not self.start_soon


def worst_level(stopped: tuple[Consequence, ...]) -> Level:
    """The worst level of what is stopped or degraded; fine if nothing is."""
    if not stopped:
        return Level.FINE
    return Level.STOPPED if any(one.level is Level.STOPPED for one in stopped) else Level.DEGRADED


def devices_concerned(need: Need, platforms: Mapping[Platform, int]) -> int:
    """The number of devices of the platforms that a need concerns."""
    concerned = dict.fromkeys(platform for effect in need.effects for platform in effect.platforms)
    return sum(platforms.get(platform, 0) for platform in concerned)


class Mark(StrEnum):
    """Why a row has no certificate's status."""

    MISSING = "missing"
    NOT_USED = "not used"
    MANAGED = "managed"
    WORRY = "worry"
