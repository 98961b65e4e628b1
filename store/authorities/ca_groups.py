"""The CA groups: which there are, which one issues, what is announced and revoked. Needs no cryptography."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from ..errors import Refusal
from ..model.authority import Authority, AuthorityGroup, AuthorityRole
from ..persistence.records import RecordTable
from ..use_cases import Context, UseCases
from . import groups as rules
from .groups import GroupState

if TYPE_CHECKING:
    from ..notices.inbox import Notices


class Holding(Struct, frozen=True):
    """The field of a device that names its CA group."""

    id: int
    issuer_group: str | None = None


class GroupSummary(Struct, frozen=True, kw_only=True):
    """A group with its CAs, its state, and the number of devices that hold its certificates."""

    group: AuthorityGroup
    state: GroupState
    authorities: tuple[Authority, ...]
    devices: int

    def of(self, role: AuthorityRole) -> Authority:
        """The group's CA of a role."""
        return next(authority for authority in self.authorities if authority.role is role)


# Named here because ``CaGroups`` has a method called ``list``.
Summaries = list[GroupSummary]
Groups = list[AuthorityGroup]


class CaGroups(UseCases):
    """The CA groups of a workspace."""

    def __init__(self, context: Context, *, notices: Notices) -> None:
        super().__init__(context)
        self._groups = RecordTable(self._database.table("authority_groups"), AuthorityGroup)
        self._authorities = RecordTable(self._database.table("authorities"), Authority)
        self._revocations = self._database.table("revocations")
        self._notices = notices

    # Reading

    def have_begun(self) -> bool:
        """Whether the first group has been made."""
        return len(self._groups) > 0

    def groups(self) -> Groups:
        """Every group, oldest first."""
        return [group for group in self._groups.all() if group.deleted_at is None]

    def group(self, name: str) -> AuthorityGroup:
        """A group by its name; refuses with ``group-unknown``."""
        if (group := self._groups.first("name", name)) is not None and group.deleted_at is None:
            return group
        raise Refusal("group-unknown", f"there is no CA group {name}", "`certfleet authority list` shows them.")

    def all(self) -> list[Authority]:
        """The CAs of every group."""
        there = {group.id for group in self.groups()}
        return [authority for authority in self._authorities.all() if authority.group_id in there]

    def of_group(self, name: str) -> dict[AuthorityRole, Authority]:
        """The CAs of a group, by role; those of a deleted one as well, as what it issued may still be looked at."""
        group = self._groups.first("name", name) or self.group(name)
        return {authority.role: authority for authority in self._authorities.find("group_id", group.id)}

    def list(self) -> Summaries:
        """Every group with its CAs and its devices, oldest first."""
        with self._database.moment():
            held = self.holders()
            return self.summaries(held)

    def summaries(self, held: Counter[str]) -> Summaries:
        """The same, with the devices of each group already counted."""
        now, groups, authorities = self._clock.now(), self.groups(), self.all()
        issuing = rules.issuing_group(groups, authorities, now)
        found = []
        for group in groups:
            own = tuple(authority for authority in authorities if authority.group_id == group.id)
            device_ca = next(authority for authority in own if authority.role is AuthorityRole.DEVICE)
            state = rules.group_state(group, device_ca, issuing, now)
            found.append(GroupSummary(group=group, state=state, authorities=own, devices=held[group.name]))
        return found

    def holders(self) -> Counter[str]:
        """How many devices hold a certificate of each group."""
        holdings = self._database.table("devices").each(Holding)
        return Counter(held.issuer_group for held in holdings if held.issuer_group is not None)

    def rotation(self) -> rules.Rotation:
        """Which group issues now, and which requested one will be ready next."""
        return rules.rotation(self.groups(), self.all(), self._clock.now())

    def to_announce(self) -> Groups:
        """The groups that have become ready by now, and whose notice was not given."""
        now = self._clock.now()
        return [
            group
            for group in self.groups()
            if not group.announced and rules.is_ready(group, now) and rules.issues_from(group, now) is not None
        ]

    def next_ready(self, after: datetime) -> datetime | None:
        """When the next group becomes ready; None if there is none under way."""
        return min((group.ready_at for group in self.groups() if group.ready_at > after), default=None)

    # Changing

    def announce(self) -> None:
        """Give the notice for every group that has become ready, inside a transaction."""
        with self._database.transaction():
            for group in self.to_announce():
                self._groups.change(group, announced=True)
                self._notices.tell(
                    "authority-ready",
                    f"authority-group:{group.id}",
                    f"CA group {group.name} is ready",
                    "New device certificates come from it. Enrolled devices keep working with theirs; renew them "
                    "(Certificate Renewal), and ask the users of Windows devices to re-enroll.",
                    group.activated_at or group.ready_at,
                    key=f"authority-ready:{group.id}",
                )

    def revoke(self, group: str, serial_number: str, device_id: int, not_after: datetime, at: datetime) -> None:
        """Put a device certificate on its CA's revocation list, inside a transaction."""
        self._revocations.insert(
            msgspec.to_builtins(
                {
                    "group": group,
                    "serial_number": serial_number,
                    "device_id": device_id,
                    "not_after": not_after,
                    "at": at,
                }
            )
        )
