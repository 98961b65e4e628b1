"""The rules of CA groups: which are ready, which one issues, and the validity of what they issue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from ..errors import Refusal
from ..model.authority import Authority, AuthorityGroup, AuthorityRole
from ..times import is_over
from .validity import Validity

DEFAULT_GROUP = "default"
READY_AFTER = timedelta(hours=24)
DEVICE_LIFETIME = timedelta(days=365)
LISTENER_LIFETIME = timedelta(days=397)
ROOT_LIFETIME = timedelta(days=20 * 365)
CA_LIFETIME = timedelta(days=10 * 365)
# The first group is backdated, so that a generated fleet can have enrolled in the past.
REACHES_BACK = timedelta(days=366)
CLOCK_SKEW = timedelta(minutes=5)
LONGEST_NAME = 54  # bytes: with "Device CA " before it, it is a common name


class GroupState(StrEnum):
    """The state of a group at a given time."""

    REQUESTED = "requested"
    ISSUING = "issuing"
    READY = "ready"
    EXPIRED = "expired"


def is_ready(group: AuthorityGroup, now: datetime) -> bool:
    """Whether the group has been ready, so the server knows its certificates."""
    return group.ready_at <= now


def issues_from(group: AuthorityGroup, now: datetime) -> datetime | None:
    """Since when, or from when on, the group may issue, as of ``now``; None for one that waits to be activated."""
    if group.activated_at is not None and group.activated_at <= now:
        return group.activated_at
    return None if group.waits else group.ready_at


def issuing_group(
    groups: Iterable[AuthorityGroup], authorities: Sequence[Authority], now: datetime
) -> AuthorityGroup | None:
    """The group that became ready or was activated last, among those whose device CA is valid: new device certificates
    come from it."""
    valid = {
        authority.group_id
        for authority in authorities
        if authority.role is AuthorityRole.DEVICE and authority.not_before <= now
        if not is_over(authority.not_after, now)
    }
    ready = [
        (since, rank_of(group), group)
        for group in groups
        if is_ready(group, now) and group.id in valid and (since := issues_from(group, now)) is not None
    ]
    return max(ready, key=lambda one: one[:2])[2] if ready else None


def rank_of(group: AuthorityGroup) -> int:
    """Which group issues of those that do so from the same moment on: the highest one."""
    return group.rank or group.id


def next_rank(groups: Iterable[AuthorityGroup]) -> int:
    """The rank of the group that is requested or activated next."""
    return max(map(rank_of, groups), default=0) + 1


class Rotation(NamedTuple):
    """The group that issues now, and the requested one that will be ready next."""

    newest: AuthorityGroup | None
    upcoming: AuthorityGroup | None


def rotation(groups: Sequence[AuthorityGroup], authorities: Sequence[Authority], now: datetime) -> Rotation:
    """Which group issues, and which will next."""
    to_come = [group for group in groups if not is_ready(group, now)]
    upcoming = min(to_come, key=lambda group: (group.ready_at, group.id), default=None)
    return Rotation(issuing_group(groups, authorities, now), upcoming)


def issued_until(groups: Iterable[AuthorityGroup], authorities: Sequence[Authority], now: datetime) -> datetime | None:
    """When the last group able to issue before ``now`` ceased to be; None if none ever was."""
    ready = {
        group.id: since for group in groups if is_ready(group, now) and (since := issues_from(group, now)) is not None
    }
    ends = (
        authority.not_after
        for authority in authorities
        if authority.role is AuthorityRole.DEVICE
        and authority.group_id in ready
        and ready[authority.group_id] <= authority.not_after
        and is_over(authority.not_after, now)
    )
    return max(ends, default=None)


def group_state(
    group: AuthorityGroup, device_ca: Authority, issuing: AuthorityGroup | None, now: datetime
) -> GroupState:
    """The state of a group."""
    if not is_ready(group, now):
        return GroupState.REQUESTED
    if is_over(device_ca.not_after, now):
        return GroupState.EXPIRED
    return GroupState.ISSUING if issuing is not None and group.id == issuing.id else GroupState.READY


def next_name(groups: Sequence[AuthorityGroup]) -> str:
    """The default name of the next group: ``group-2``."""
    taken = {group.name for group in groups}
    number = len(groups) + 1
    while f"group-{number}" in taken:
        number += 1
    return f"group-{number}"


def check_name(name: str, groups: Sequence[AuthorityGroup]) -> None:
    """Refuse an invalid or used group name with ``group-name-invalid`` or ``group-exists``."""
    if not (0 < len(name) <= 40 and name.isprintable() and name == name.strip()):
        raise Refusal("group-name-invalid", "a group's name has 1 to 40 printable characters", "Choose another name.")
    if len(name.encode()) > LONGEST_NAME:
        raise Refusal("group-name-invalid", f"that name has more than {LONGEST_NAME} bytes", "Choose a shorter one.")
    if any(group.name == name for group in groups):
        raise Refusal("group-exists", f"there is, or was, a CA group {name}", "Choose another name.")


def device_validity(now: datetime, issuer_not_after: datetime, issuer_not_before: datetime) -> Validity:
    """The expiry of a device certificate issued now: after a year, but not after its CA."""
    start = max(now - CLOCK_SKEW, issuer_not_before).replace(microsecond=0)
    return Validity(start, min(now.replace(microsecond=0) + DEVICE_LIFETIME, issuer_not_after))
