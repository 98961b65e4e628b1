"""Effects: what a change takes down, brings back or alters, now and within the next 400 days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from ..impact.needs import Capability, Level
from ..model.device import ActionKind, DeviceState, Platform

HORIZON = timedelta(days=400)
"""How far ahead consequences are compared."""

SOON = timedelta(days=10)
"""What stops earlier than it would have, and within this time, counts as stopped by the change."""


class Alteration(StrEnum):
    """How a change alters a consequence."""

    STOPS = "stops"
    COMES_BACK = "comes-back"
    SOONER = "sooner"
    LATER = "later"


class CapabilityEffect(Struct, frozen=True, kw_only=True):
    """A consequence that the change alters, for the devices of ``platforms``.

    ``at`` is when it begins after the change, ``was_at`` when it would have begun without: None stands for at once with
    ``stops`` (which has a time where the change lets time pass), before it with ``comes-back``, and for not within 400
    days otherwise. ``soon``: it begins within 10 days.
    ``fresh``: the component comes with the change, so nobody relied on it.
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
        """Whether the change stops something at once, or lets it stop within days."""
        now_or_soon = self.alteration is Alteration.STOPS or (self.alteration is Alteration.SOONER and self.soon)
        return self.level is Level.STOPPED and now_or_soon and not self.fresh


class DeviceEffect(Struct, frozen=True, kw_only=True):
    """Devices of a platform that change their state; None: it was not there before, or is not there after.

    ``returns``: they come back if the push topic that they were enrolled under does.
    """

    platform: Platform
    before: DeviceState | None
    after: DeviceState | None
    ids: tuple[int, ...]
    returns: bool = False

    @property
    def count(self) -> int:
        """How many."""
        return len(self.ids)

    @property
    def is_harmful(self) -> bool:
        """Whether devices that were admitted are not any more, or are gone."""
        admitted = self.before is not None and self.before.is_admitted
        return admitted and (self.after is None or not self.after.is_admitted)


class QueueEffect(Struct, frozen=True, kw_only=True):
    """Devices of a platform for which an action becomes pending (``added``), or is pending no more."""

    action: ActionKind
    added: bool
    platform: Platform
    ids: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many devices."""
        return len(self.ids)


class TrustEffect(Struct, frozen=True, kw_only=True):
    """How many devices would get SSL Error 61 at their next connection, by the chain that ends in an entry."""

    certificate_id: int
    title: str
    before: int
    after: int

    @property
    def is_harmful(self) -> bool:
        """Whether more devices than before get it."""
        return self.after > self.before


class EntryAlteration(StrEnum):
    """What happens to an entry of the inventory."""

    ADDED = "added"
    CHANGED = "changed"
    REPLACED = "replaced"
    DELETED = "deleted"
    LOSES_CHAIN = "loses-chain"
    LOSES_KEY = "loses-key"
    LOSES_PLACE = "loses-place"
    TAKES_PLACE = "takes-place"


class EntryEffect(Struct, frozen=True, kw_only=True):
    """An entry that gains or loses something; ``what`` says which place, issuer or successor."""

    id: int
    title: str
    alteration: EntryAlteration
    what: str = ""


class RecordEffect(Struct, frozen=True, kw_only=True):
    """How many records of a table are added, changed and deleted; ``kind`` is what one of them is called."""

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

    ``tasks`` and ``notices`` are the titles of those that it opens, ``done`` of the tasks that it closes; ``notes`` say
    what may surprise about it. ``code`` stands for the consequences alone: it holds no ids and no time of day, and is
    the same again as long as they are.
    """

    capabilities: tuple[CapabilityEffect, ...] = ()
    devices: tuple[DeviceEffect, ...] = ()
    queues: tuple[QueueEffect, ...] = ()
    trust: tuple[TrustEffect, ...] = ()
    entries: tuple[EntryEffect, ...] = ()
    tasks: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    records: tuple[RecordEffect, ...] = ()
    notes: tuple[str, ...] = ()
    undo: Undo | None = None
    code: str = ""

    @property
    def is_harmful(self) -> bool:
        """Whether the change stops something, or strands a device."""
        effects: tuple[CapabilityEffect | DeviceEffect | TrustEffect, ...]
        effects = (*self.capabilities, *self.devices, *self.trust)
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
                self.entries,
                self.tasks,
                self.done,
                self.notices,
                self.records,
            )
        )

    @property
    def stranded(self) -> Mapping[str, int]:
        """How many devices of each platform are not admitted any more."""
        found: dict[str, int] = {}
        for one in self.devices:
            if one.is_harmful:
                found[one.platform] = found.get(one.platform, 0) + one.count
        return found
