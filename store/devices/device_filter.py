"""The filter language of the devices, as a plain function from a text to a predicate.

Words are searched in everything that identifies a device, and all must match; ``field:value`` looks at one field
(``platform:ios issuer:default days:<30 seen:>2w``); ``-`` negates a term; quotes keep spaces. Terms about time are
converted to limits when the filter is compiled, so filtering 100,000 devices is fast.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from .. import filters
from ..authorities.groups import DEVICE_LIFETIME
from ..filters import NO, YES, Unclear, days_span, number, some, within, yes_no
from ..inventory.expiry import ExpiryRules
from ..model.certificate import Status
from ..model.device import Device, DeviceState, EnrollmentKind, Platform, WaitsFor
from ..model.expiry import ExpiryUse
from .device_facts import DeviceFacts, haystack
from .presence import Outages, last_seen


class ListedDevice(Protocol):
    """A device, with the fields that filters test; ``haystack`` is the lower-case text for free words."""

    @property
    def device(self) -> DeviceFacts: ...
    @property
    def haystack(self) -> str: ...
    def came_since(self, limit: datetime, now: datetime) -> bool:
        """Whether its last check-in up to ``now`` was at ``limit`` or later."""
        ...


@dataclass(slots=True, frozen=True)
class FilterableDevice:
    """The plain ``ListedDevice``."""

    device: Device
    haystack: str
    outages: Outages = ()

    def came_since(self, limit: datetime, now: datetime) -> bool:
        seen = last_seen(self.device, now, self.outages)
        return seen is not None and seen >= limit


Filter = filters.Filter[ListedDevice]
Predicate = filters.Predicate[ListedDevice]

_TICK = timedelta.resolution
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_AGE = re.compile(r"(<=|<|>=|>)(\d{1,6})([hdw])")
_AGES = re.compile(r"(\d{1,6})([hdw])\.\.(\d{1,6})([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
NONE = "none"
_STATUSES = (Status.EXPIRED, Status.CRITICAL, Status.EXPIRING, Status.VALID)


def standing(device: Device, now: datetime, outages: Outages = ()) -> FilterableDevice:
    """A device at ``now`` (UTC, aware), for a filter of that time; ``outages`` are ``Gate.outages``."""
    return FilterableDevice(device, haystack(device), outages)


def parse_filter(text: str, now: datetime, rules: ExpiryRules) -> Filter:
    """Compile a filter for ``now`` (UTC, aware)."""
    fields = {
        **_FIELDS,
        "status": lambda value: _status(value, now, rules),
        "days": lambda value: _days(value, now),
        "seen": lambda value: _seen(value, now),
    }
    return filters.build(text, fields, lambda word: lambda row: word in row.haystack)


def is_narrower(text: str, before: str) -> bool:
    """Whether ``text`` certainly matches only what ``before`` matches."""
    return filters.is_narrower(text, before, FIELDS)


# Fields with one or several values, separated by commas


def chosen(name: str, value: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known values that start with one of the given ones; hyphens stand for spaces."""
    known = list(known)
    wanted = [_spaced(part) for part in value.split(",") if part] or [""]
    unknown = [part for part in wanted if not any(_spaced(one).startswith(part) for one in known)]
    if unknown:
        raise Unclear(f"{name}: takes {', '.join(known[:-1])} or {known[-1]}")
    # An exact match excludes values that merely start the same.
    exact = {one for one in known if _spaced(one) in wanted}
    rest = [part for part in wanted if part not in {_spaced(one) for one in exact}]
    # Searching a tuple compares identity first, without hashing.
    return tuple(one for one in known if one in exact or any(_spaced(one).startswith(part) for part in rest))


def _spaced(text: str) -> str:
    return text.replace("-", " ").strip()


def _platform(value: str) -> Predicate:
    wanted = chosen("platform", value, Platform)
    return lambda row: row.device.platform in wanted


def _enrollment(value: str) -> Predicate:
    wanted = chosen("enrollment", value, EnrollmentKind)
    return lambda row: row.device.enrollment_kind in wanted


def _state(value: str) -> Predicate:
    wanted = chosen("state", value, DeviceState)
    return lambda row: row.device.state in wanted


def _waits(value: str) -> Predicate:
    asked = _spaced(value)
    wanted = {what for what in WaitsFor if asked in _spaced(f"{what.name.lower().replace('_', '-')} {what}")}
    if not wanted:
        raise Unclear("waits: takes check-in, not-now, error, answer or confirmation")
    return lambda row: any(action.waits_for in wanted for action in row.device.pending)


def _is_refused(row: ListedDevice) -> bool:
    return row.device.refused is not None


def _refused(value: str) -> Predicate:
    if not value:
        raise Unclear("refused: takes yes, no or a code, as in refused:ssl-error-61")
    if value in (*YES, *NO):
        return yes_no("refused", _is_refused)(value)
    return lambda row: (refused := row.device.refused) is not None and value in refused.code


def _policy(value: str) -> Predicate:
    if not value:
        raise Unclear("policy: takes a part of a policy's name; or none")
    if value == NONE:
        return lambda row: not any(placed.is_installed for placed in row.device.policies)
    return lambda row: any(placed.is_installed and value in placed.name.lower() for placed in row.device.policies)


def _issuer(value: str) -> Predicate:
    wanted = frozenset([value, *(name.strip() for name in value.split(","))])
    return lambda row: (group := row.device.issuer_group) is not None and group.lower() in wanted


# Time fields, as limits


def _status(value: str, now: datetime, rules: ExpiryRules) -> Predicate:
    spans, none = status_spans(value, now, rules)
    predicates = [_ends(*one) for one in spans]
    if none:
        predicates.append(lambda row: row.device.not_after is None)
    return some(predicates)


def status_spans(value: str, now: datetime, rules: ExpiryRules) -> tuple[list[tuple[datetime, datetime]], bool]:
    """Between which moments, both included, the certificate of a device with this status expires; and whether a device
    without one has it."""
    wanted = chosen("status", value, (*_STATUSES, NONE))
    if Status.EXPIRING in wanted:  # critical is expiring too
        wanted = (*wanted, Status.CRITICAL)
    rule = rules[ExpiryUse.DEVICE]
    critical, expiring = now + rule.critical(DEVICE_LIFETIME), now + rule.expiring(DEVICE_LIFETIME)
    limits = {
        Status.EXPIRED: (_FIRST, now - _TICK),
        Status.CRITICAL: (now, critical),
        Status.EXPIRING: (critical + _TICK, expiring),
        Status.VALID: (expiring + _TICK, _LAST),
    }
    spans: list[tuple[datetime, datetime]] = []
    for first, last in (limits[status] for status in _STATUSES if status in wanted):
        if spans and spans[-1][1] + _TICK == first:
            first = spans.pop()[0]
        spans.append((first, last))
    return spans, NONE in wanted


def _ends(first: datetime, last: datetime) -> Predicate:
    """Whether the active certificate expires between two moments, both included."""
    return lambda row: (end := row.device.not_after) is not None and first <= end <= last


def _days(value: str, now: datetime) -> Predicate:
    return _ends(*day_limits(value, now))


def day_limits(value: str, now: datetime) -> tuple[datetime, datetime]:
    """Between which moments, both included, a certificate with so many days left expires."""
    least, most = days_span(value)
    return (
        _FIRST if least is None else _first_with(least, now),
        _LAST if most is None else _first_with(most + 1, now) - _TICK,
    )


def _first_with(days: int, now: datetime) -> datetime:
    """The earliest expiry with at least this many days left, counted like ``days_until``."""
    whole, more = (days - 1, _TICK) if days > 0 else (days, timedelta(0))
    try:
        return max(now + timedelta(days=whole) + more, _FIRST + _TICK)
    except OverflowError:
        return _LAST if days > 0 else _FIRST + _TICK


def _seen(value: str, now: datetime) -> Predicate:
    if value == "never":
        return lambda row: row.device.last_check_in is None
    if found := _AGES.fullmatch(value):
        newest, oldest = _ago(now, found[1], found[2]), _ago(now, found[3], found[4])
        return lambda row: row.came_since(oldest, now) and not row.came_since(newest + _TICK, now)
    if (found := _AGE.fullmatch(value)) is None:
        raise Unclear("seen: takes an age in h, d or w, as in seen:<3d or seen:>2w; or never")
    limit = _ago(now, found[2], found[3])
    if found[1] in ("<", ">="):
        limit += _TICK
    if found[1].startswith("<"):
        return lambda row: row.came_since(limit, now)
    return lambda row: row.device.last_check_in is not None and not row.came_since(limit, now)


def _ago(now: datetime, count: str, unit: str) -> datetime:
    try:
        return now - int(count) * _UNITS[unit]
    except OverflowError:
        return _FIRST


_FIELDS: dict[str, Callable[[str], Predicate]] = {
    "platform": _platform,
    "enrollment": _enrollment,
    "state": _state,
    "issuer": _issuer,
    "pending": yes_no("pending", lambda row: bool(row.device.pending)),
    "waits": _waits,
    "refused": _refused,
    "policy": _policy,
    "owner": within(lambda row: f"{row.device.owner}\n{row.device.upn}"),
    "model": within(lambda row: f"{row.device.maker} {row.device.model_name}\n{row.device.model}"),
    "language": lambda value: lambda row: row.device.language.lower().startswith(value),
    "carrier": within(lambda row: row.device.carrier or ""),
    "os": within(lambda row: f"{row.device.os_name} {row.device.os_version}"),
    "serial": within(lambda row: row.device.serial_number),
    "imei": within(lambda row: f"{row.device.imei or ''}\n{row.device.second_imei or ''}"),
    "meid": within(lambda row: row.device.meid or ""),
    "udid": within(lambda row: row.device.udid or ""),
    "id": number("id", lambda row: row.device.id),
}
FIELDS = (*_FIELDS, "status", "days", "seen")

# The values that are offered while a filter is typed; other keys take any text.
_OFFERED: dict[str, tuple[str, ...]] = {
    "platform": tuple(one.lower() for one in Platform),
    "enrollment": tuple(EnrollmentKind),
    "state": tuple(one.replace(" ", "-") for one in DeviceState),
    "pending": ("yes", "no"),
    "waits": tuple(one.name.lower().replace("_", "-") for one in WaitsFor),
    "refused": ("yes", "no"),
    "policy": (NONE,),
    "status": (*_STATUSES, NONE),
    "days": ("<0", "<30", "<90", "0..90"),
    "seen": ("<1d", "<1w", ">1w", ">4w", "never"),
}
VALUES = {field: _OFFERED.get(field, ()) for field in FIELDS}

# For the help: a term, and what it finds.
HELP = (
    ("iphone meyer", "all the words, anywhere: model, owner, identities"),
    ("platform:ios,macos", "ios, macos, android, windows"),
    ("enrollment:supervised", "how it was enrolled: supervised, device, user, kiosk"),
    ("state:must-re-enroll", "enrolled, re-enrollment-required, revoked, …"),
    ("issuer:default,group-2", "Device Certificate Issuer CA"),
    ("status:expiring", "expired, critical, expiring, valid, none"),
    ("days:<30  days:0..90", "days left of the certificate; also > <= >= ="),
    ("seen:<3d  seen:>2w", "last check-in, by age (h, d, w); seen:never"),
    ("pending:yes  waits:error", "security actions, and what they wait for"),
    ("policy:vpn", "with a policy of that name installed; policy:none"),
    ("refused:yes", "can't enroll, or reach the server; refused:ssl-error-61"),
    ("owner:  model:  os:", "also serial: imei: meid: udid: id: language: carrier:"),
    ("-platform:windows", "a minus before a term turns it round"),
)
