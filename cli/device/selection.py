"""Which devices a command acts on: the options that filter them, ids and identities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import wraps
from typing import Any

import click

from ...store.devices.device_choice import choice_of, in_states, of_groups, on_platforms, with_pending
from ...store.devices.found_devices import FoundDevices, Narrowing, matching, seen_since
from ...store.errors import Refusal
from ...store.model.certificate import Status
from ...store.model.device import Device, DeviceState, Platform
from ...store.persistence.conditions import Condition, every
from ...store.views.device import STATE_MEANINGS
from ...store.workspace import Workspace
from ..frame.answer import Answer
from ..frame.parameters import DURATION, MAX_ID, SPAN, TEXT, EnumChoice, platforms_option, search_option, stacked

STATUSES = [Status.VALID, Status.EXPIRING, Status.CRITICAL, Status.EXPIRED]


@dataclass(frozen=True)
class DeviceFilters:
    """The filters in the options: different options narrow the list, repeating one widens it."""

    platforms: tuple[Platform, ...]
    issuers: tuple[str, ...]
    states: tuple[DeviceState, ...]
    statuses: tuple[Status, ...]
    days_left: str | None
    pending: bool | None
    seen_within: timedelta | None
    not_seen_within: timedelta | None
    search: str

    def __bool__(self) -> bool:
        """Whether any filter was given."""
        return any(getattr(self, field.name) not in ((), None, "") for field in fields(self))

    def found(self, workspace: Workspace) -> FoundDevices:
        """The devices that match. Refuses with ``group-unknown``."""
        now, rules, outages = workspace.now(), workspace.expiry(), workspace.impact.gate().outages
        for name in self.issuers:
            workspace.authorities.group(name)
        conditions, rest = self._conditions(), list[Narrowing]()
        for text, option in (
            (f"status:{','.join(self.statuses)}" if self.statuses else "", "--status"),
            ("" if self.days_left is None else f"days:{self.days_left}", "--days-left"),
            (self.search, "--search"),
        ):
            choice = choice_of(text, now, rules)
            if choice.problem is not None:
                raise click.BadParameter(choice.problem, param_hint=option)
            if choice.condition is not None:
                conditions.append(choice.condition)
            rest += matching(choice, now, outages)
        if self.seen_within is not None:
            rest.append(seen_since(now - self.seen_within, now, outages))
        if self.not_seen_within is not None:
            rest.append(seen_since(now - self.not_seen_within, now, outages, seen=False))
        return FoundDevices(workspace.database.table("devices"), every(conditions) if conditions else None, rest)

    def _conditions(self) -> list[Condition]:
        conditions = []
        if self.platforms:
            conditions.append(on_platforms(self.platforms))
        if self.issuers:
            conditions.append(of_groups(self.issuers))
        if self.states:
            conditions.append(in_states(self.states))
        if self.pending is not None:
            conditions.append(with_pending(self.pending))
        return conditions


OPTIONS = (
    platforms_option("Only this platform."),
    click.option(
        "--issuer", "issuers", type=TEXT, multiple=True, metavar="GROUP", help="Only certificates of this CA group."
    ),
    click.option(
        "--state",
        "states",
        type=EnumChoice(list(DeviceState)),
        multiple=True,
        help="Only in this state. "
        + " ".join(f"{state.value.replace(' ', '-')}: {meaning}." for state, meaning in STATE_MEANINGS.items()),
    ),
    click.option(
        "--status",
        "statuses",
        type=EnumChoice(STATUSES),
        multiple=True,
        help="Only devices whose current certificate has this status.",
    ),
    click.option("--days-left", type=SPAN, metavar="<30", help="Only with this many days left: '<30', 10..30, '>=90'."),
    click.option("--pending/--no-pending", default=None, help="Only with a pending action, or without."),
    click.option("--seen-within", type=DURATION, metavar="7d", help="Only devices that checked in within this time."),
    click.option("--not-seen-within", type=DURATION, metavar="7d", help="Only devices that did not."),
    search_option("waits:error owner:meyer days:<30"),
)


def filter_options(command: Callable[..., Answer]) -> Callable[..., Answer]:
    """The options that filter devices; the command gets them as ``filters``."""
    names = [field.name for field in fields(DeviceFilters)]

    @wraps(command)
    def filtered(*args: Any, **options: Any) -> Answer:
        filters = DeviceFilters(**{name: options.pop(name) for name in names})
        return command(*args, filters=filters, **options)

    return stacked(*OPTIONS)(filtered)


@dataclass(frozen=True)
class SelectedDevices:
    """The ids of the devices that were selected, and names that no device has."""

    ids: list[int]
    unknown: list[tuple[int | None, Refusal]]


def select(workspace: Workspace, named: Sequence[str], filters: DeviceFilters) -> SelectedDevices:
    """The named devices that match the filters; without names, all that match."""
    if not named:
        return SelectedDevices(filters.found(workspace).ids, [])
    found: dict[int, None] = {}
    unknown: list[tuple[int | None, Refusal]] = []
    for name in named:
        try:
            found[find_device(workspace, name).id] = None
        except Refusal as refusal:
            unknown.append((id_of(name), refusal))
    chosen = set(filters.found(workspace).among(sorted(found)))
    return SelectedDevices([id for id in found if id in chosen], unknown)


def find_device(workspace: Workspace, name: str) -> Device:
    """A device by its id, or by any of its identities. Refuses with ``device-unknown``."""
    id = id_of(name)
    if id is not None and (device := workspace.devices.records.find_id(id)) is not None:
        return device
    if (device := workspace.devices.records.find(name)) is not None:
        return device
    return workspace.devices.find(name.strip()) if id is None else workspace.devices.get(id)


def id_of(name: str) -> int | None:
    """The id in a text; ``#12`` is 12."""
    digits = name.strip().removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdecimal() and 0 < int(digits[:20]) <= MAX_ID else None
