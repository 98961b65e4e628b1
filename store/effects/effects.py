"""Effects: what a change takes down, brings back or alters, now and within the next 400 days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from ..components.capabilities import Capability, Level
from ..devices.re_enrolling import NO_COSTS, ReEnrollingCosts
from ..model.device import ActionKind, DeviceState, Platform
from ..model.simulated_outage import OutageOf

HORIZON = timedelta(days=400)
"""How far ahead consequences are compared."""

SOON = timedelta(days=10)
"""A stop within this time that the change brings forward counts as stopped by the change."""


class Alteration(StrEnum):
    """How a change alters a consequence."""

    STOPS = "stops"
    COMES_BACK = "comes-back"
    SOONER = "sooner"
    LATER = "later"


class CapabilityEffect(Struct, frozen=True, kw_only=True):
    """A consequence that the change alters, for the devices of ``platforms``.

    ``at`` is when it begins after the change, ``was_at`` when it would have begun without it. None means: at once, with
    ``stops`` (which has a time if the change lets time pass); earlier than the change, with ``comes-back``; otherwise,
    not within 400 days. ``soon``: it begins within 10 days. ``fresh``: the component comes with the change, so nobody
    relied on it; never what keeps devices that exist from enrolling, checking in or being managed.
    """

    alteration: Alteration
    capability: Capability
    level: Level
    need: str
    name: str
    seen: str
    platforms: tuple[Platform, ...]
    devices: int
    at: datetime | None
    was_at: datetime | None
    soon: bool = False
    fresh: bool = False

    @property
    def is_harmful(self) -> bool:
        """Whether the change stops something at once, or makes it stop within days."""
        now_or_soon = self.alteration is Alteration.STOPS or (self.alteration is Alteration.SOONER and self.soon)
        return self.level is Level.STOPPED and now_or_soon and not self.fresh


class DeviceEffect(Struct, frozen=True, kw_only=True):
    """Devices of a platform that change state; None: the device does not exist before or after the change.

    ``returns``: they come back if the push topic that they were enrolled under does. ``costs`` are those of
    re-enrolling them, if they must.
    """

    platform: Platform
    before: DeviceState | None
    after: DeviceState | None
    ids: tuple[int, ...]
    returns: bool = False
    costs: ReEnrollingCosts = NO_COSTS

    @property
    def count(self) -> int:
        """The number of devices."""
        return len(self.ids)

    @property
    def is_harmful(self) -> bool:
        """Whether admitted devices lose admission or are deleted."""
        admitted = self.before is not None and self.before.is_admitted
        return admitted and (self.after is None or not self.after.is_admitted)


class QueueEffect(Struct, frozen=True, kw_only=True):
    """Devices of a platform for which an action becomes pending (``added``), or stops being pending."""

    action: ActionKind
    added: bool
    platform: Platform
    ids: tuple[int, ...]

    @property
    def count(self) -> int:
        """The number of devices."""
        return len(self.ids)


class TrustEffect(Struct, frozen=True, kw_only=True):
    """The number of devices that would get SSL Error 61 at their next connection, for the chain that ends in an
    entry."""

    certificate_id: int
    title: str
    before: int
    after: int

    @property
    def is_harmful(self) -> bool:
        """Whether more devices get it than before."""
        return self.after > self.before


class OutageEffect(Struct, frozen=True, kw_only=True):
    """A simulated outage that begins, or is planned, with the change; or ends with it (``added`` is false). ``devices``
    feel it, and ``pending`` of them have something pending."""

    service: OutageOf
    since: datetime
    until: datetime
    added: bool
    devices: int
    pending: int

    @property
    def is_harmful(self) -> bool:
        """Whether it keeps something from devices."""
        return self.added and self.devices > 0


class EntryAlteration(StrEnum):
    """What happens to an entry of the inventory."""

    ADDED = "added"
    CHANGED = "changed"
    OVERWRITTEN = "overwritten"
    REPLACED = "replaced"
    DELETED = "deleted"
    LOSES_CHAIN = "loses-chain"
    LOSES_ROOT = "loses-root"
    LOSES_KEY = "loses-key"
    LOSES_PLACE = "loses-place"
    TAKES_PLACE = "takes-place"


def new_title(name: str) -> str:
    """What an entry is called that a change would add."""
    return f"the new {name}"


class EntryEffect(Struct, frozen=True, kw_only=True):
    """An entry that gains or loses something; ``what`` names the place, issuer or successor."""

    id: int
    title: str
    alteration: EntryAlteration
    what: str = ""


class RecordEffect(Struct, frozen=True, kw_only=True):
    """The numbers of added, changed and deleted records of a table; ``kind`` is the word for one of them."""

    kind: str
    added: int
    changed: int
    deleted: int


class Undo(Struct, frozen=True, kw_only=True):
    """Whether a change can be undone, and how."""

    possible: bool
    how: str


class Effects(Struct, frozen=True, kw_only=True):
    """The difference of a change.

    ``tasks`` and ``notices`` are the titles of those that it opens, ``done`` the titles of the tasks that it closes;
    ``notes`` say what may surprise about it. ``provisional``: it isn't carried out yet, so the ids of what it would add
    may go to something else first; no sentence names them. ``code`` stands for the consequences alone: it contains no
    ids and no time of day, and stays the same while they do.
    """

    capabilities: tuple[CapabilityEffect, ...] = ()
    devices: tuple[DeviceEffect, ...] = ()
    queues: tuple[QueueEffect, ...] = ()
    trust: tuple[TrustEffect, ...] = ()
    outages: tuple[OutageEffect, ...] = ()
    entries: tuple[EntryEffect, ...] = ()
    tasks: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    records: tuple[RecordEffect, ...] = ()
    notes: tuple[str, ...] = ()
    undo: Undo | None = None
    code: str = ""
    provisional: bool = False

    @property
    def new_entries(self) -> frozenset[int]:
        """The provisional ids of the entries that it would add."""
        added = EntryAlteration.ADDED
        return frozenset(one.id for one in self.entries if self.provisional and one.alteration is added)

    @property
    def new_devices(self) -> frozenset[int]:
        """The provisional ids of the devices that it would add."""
        return frozenset(id for one in self.devices if self.provisional and one.before is None for id in one.ids)

    @property
    def is_harmful(self) -> bool:
        """Whether the change stops something, or strands a device."""
        effects: tuple[CapabilityEffect | DeviceEffect | TrustEffect | OutageEffect, ...]
        effects = (*self.capabilities, *self.devices, *self.trust, *self.outages)
        return any(one.is_harmful for one in effects)

    @property
    def is_empty(self) -> bool:
        """Whether the change makes no difference."""
        return not any(
            (
                self.capabilities,
                self.devices,
                self.queues,
                self.trust,
                self.outages,
                self.entries,
                self.tasks,
                self.done,
                self.notices,
                self.records,
            )
        )

    @property
    def stranded(self) -> Mapping[str, int]:
        """The number of devices per platform that lose admission."""
        found: dict[str, int] = {}
        for one in self.devices:
            if one.is_harmful:
                found[one.platform] = found.get(one.platform, 0) + one.count
        return found
