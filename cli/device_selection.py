"""Which devices a command acts on: the options that filter them, ids and identities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, NamedTuple, cast

import click
from msgspec import Raw, Struct

from ..store.devices.device_filter import ListedDevice, Predicate, parse_filter, standing
from ..store.devices.presence import Outages
from ..store.errors import Refusal
from ..store.inventory.expiry import ExpiryRules
from ..store.model.certificate import Status
from ..store.model.device import Device, DeviceState, Platform
from ..store.views.device import STATE_MEANINGS
from ..store.workspace import Workspace
from .frame.answer import Answer
from .frame.parameters import DURATION, MAX_ID, SPAN, TEXT, EnumChoice, platforms_option, search_option, stacked

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

    def matching(self, workspace: Workspace, ids: Sequence[int] | None = None) -> list[int]:
        """The ids of the devices that match, of all or of these, in order; a large fleet is read some at a time.
        Refuses with ``group-unknown``."""
        now, rules = workspace.now(), workspace.expiry()
        for name in self.issuers:
            workspace.authorities.group(name)
        table = workspace.database.table("devices")
        few, whole = self._by_few_fields(now, rules), self._by_all(now, rules, workspace.impact.gate().outages)
        if few:  # these read a tenth of each record
            ids = [one.id for one in table.each(_Candidate, ids) if all(test(one) for test in few)]
        if whole:
            ids = [one.id for one in table.each(Device, ids) if all(test(one) for test in whole)]
        return table.ids() if ids is None else list(ids)

    def _by_few_fields(self, now: datetime, rules: ExpiryRules) -> list[Callable[[_Candidate], bool]]:
        tests: list[Callable[[_Candidate], bool]] = []
        if self.platforms:
            tests.append(lambda device: device.platform in self.platforms)
        if self.issuers:
            tests.append(lambda device: device.issuer_group in self.issuers)
        if self.states:
            tests.append(lambda device: device.state in self.states)
        if self.pending is not None:
            tests.append(lambda device: bool(device.pending) is self.pending)
        for text, option in (
            (f"status:{','.join(self.statuses)}" if self.statuses else "", "--status"),
            ("" if self.days_left is None else f"days:{self.days_left}", "--days-left"),
        ):
            if (predicate := _parsed(text, now, rules, option)) is not None:
                tests.append(_of_few_fields(predicate))
        return tests

    def _by_all(self, now: datetime, rules: ExpiryRules, outages: Outages) -> list[Callable[[Device], bool]]:
        tests: list[Callable[[Device], bool]] = []
        if (predicate := _parsed(self.search, now, rules, "--search")) is not None:
            tests.append(_told(predicate, now, outages))
        if self.seen_within is not None:
            since = now - self.seen_within
            tests.append(lambda device: standing(device, now, outages).came_since(since, now))
        if self.not_seen_within is not None:
            last = now - self.not_seen_within
            tests.append(lambda device: not standing(device, now, outages).came_since(last, now))
        return tests


class _Candidate(Struct, frozen=True, gc=False):
    """The fields of a device that the options decide by, apart from words and from when it was seen."""

    id: int
    platform: Platform
    state: DeviceState
    issuer_group: str | None = None
    not_after: datetime | None = None
    pending: tuple[Raw, ...] = ()


def _of_few_fields(predicate: Predicate) -> Callable[[_Candidate], bool]:
    """A predicate that looks at nothing but the expiry of a device's certificate."""
    return lambda one: predicate(cast(ListedDevice, _Row(one)))


class _Row(NamedTuple):
    device: _Candidate


def _told(predicate: Predicate, now: datetime, outages: Outages) -> Callable[[Device], bool]:
    return lambda device: predicate(standing(device, now, outages))


def _parsed(text: str, now: datetime, rules: ExpiryRules, option: str) -> Predicate | None:
    found = parse_filter(text, now, rules)
    if found.problem is not None:
        raise click.BadParameter(found.problem, param_hint=option)
    return found.matches


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
        return SelectedDevices(filters.matching(workspace), [])
    found: dict[int, None] = {}
    unknown: list[tuple[int | None, Refusal]] = []
    for name in named:
        try:
            found[find_device(workspace, name).id] = None
        except Refusal as refusal:
            unknown.append((id_of(name), refusal))
    matching = set(filters.matching(workspace, sorted(found)))
    return SelectedDevices([id for id in found if id in matching], unknown)


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
