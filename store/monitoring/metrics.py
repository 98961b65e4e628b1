"""What a monitoring system is told in figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from ..components.capabilities import Capability, Level
from ..devices.device_counts import CountKey, DeviceCounts
from ..impact.impact import Impact
from ..inventory.certificate_table import Entries
from ..model.authority import AuthorityRole
from ..model.endpoint import Endpoint
from ..model.sighting import Sighting
from ..model.task import Task
from ..notices.outbox import Outbox, OutboxCounts
from ..outlook.dependences import depended_on
from ..served.watched_endpoints import Watched
from ..start_by.start_by import KnownStarts
from ..use_cases import Context, UseCases
from .findings import stopped_capabilities

if TYPE_CHECKING:
    from ..authorities.ca_groups import CaGroups


class MonitoredCertificate(Struct, frozen=True, kw_only=True):
    """A certificate of the inventory, or a CA of a group: then ``ca_group`` says which. ``certificate_id`` is None for
    what is not in the inventory. Names are RFC 4514 strings, ``serial_number`` is hexadecimal."""

    certificate_id: int | None
    use_as: str = ""
    ca_group: str = ""
    ca_role: str = ""
    subject: str
    issuer: str
    serial_number: str
    not_before: datetime
    not_after: datetime


class MonitoredEndpoint(Struct, frozen=True, kw_only=True):
    """What an address of an endpoint serves, by its last answer: ``serves``, None if it never gave a certificate.
    ``is_failing``: it gives none now. ``is_right``: what it serves is what its component uses; None without one."""

    endpoint: Endpoint
    address: str
    serves: Sighting | None
    is_failing: bool
    is_right: bool | None


class Figures(Struct, frozen=True, kw_only=True):
    """The figures at ``now``, the workspace's time. ``levels`` has what is stopped or degraded. ``backup_at`` is when
    the newest backup was made, by the machine's clock; None if there is none."""

    now: datetime
    certificates: tuple[MonitoredCertificate, ...]
    devices: Mapping[CountKey, int]
    levels: Mapping[Capability, Level]
    tasks_open: int
    starts: KnownStarts | None
    deliveries: OutboxCounts
    backup_at: datetime | None
    endpoints: tuple[MonitoredEndpoint, ...] = ()


class Metrics(UseCases):
    """The figures of a workspace. Asking again costs little in a large fleet."""

    def __init__(
        self,
        context: Context,
        *,
        impact: Impact,
        groups: CaGroups,
        outbox: Outbox,
        backup_at: Callable[[], datetime | None],
    ) -> None:
        super().__init__(context)
        self._backup_at = backup_at
        self._impact = impact
        self._groups = groups
        self._outbox = outbox
        self._entries = Entries(self._database)
        self._tasks = self._database.table("tasks")
        self._counts = DeviceCounts(self._database)

    def figures(self) -> Figures:
        """The figures now."""
        self._database.catch_up()
        with self._database.moment():
            return Figures(
                now=self._clock.now(),
                certificates=self._certificates(),
                devices=self._counts.get(),
                levels=stopped_capabilities(self._impact.consequences()),
                tasks_open=sum(task.done_at is None for task in self._tasks.records(Task)),
                starts=self._impact.known_starts(),
                deliveries=self._outbox.counts(),
                backup_at=self._backup_at(),
                endpoints=tuple(one for each in self._impact.endpoints() for one in _monitored(each)),
            )

    def _certificates(self) -> tuple[MonitoredCertificate, ...]:
        """Those of the inventory, without what was replaced and nothing depends on any more; and the CAs of the
        groups, each certificate once."""
        authorities = {one.fingerprint_sha256: one for one in self._groups.all()}
        roots = {one.group_id: one.subject for one in authorities.values() if one.role is AuthorityRole.ROOT}
        used = depended_on(self._impact.landscape())
        found = []
        for entry in self._entries.all():
            authority = authorities.pop(entry.fingerprint_sha256, None)
            if entry.replaced_by is not None and entry.id not in used:
                continue
            found.append(
                MonitoredCertificate(
                    certificate_id=entry.id,
                    use_as=entry.use_as.value,
                    ca_group="" if authority is None else authority.group,
                    ca_role="" if authority is None else authority.role.value,
                    subject=entry.subject,
                    issuer=entry.issuer,
                    serial_number=entry.serial_number,
                    not_before=entry.not_before,
                    not_after=entry.not_after,
                )
            )
        for authority in authorities.values():
            found.append(
                MonitoredCertificate(
                    certificate_id=None,
                    ca_group=authority.group,
                    ca_role=authority.role.value,
                    subject=authority.subject,
                    issuer=roots[authority.group_id],
                    serial_number=authority.serial_number,
                    not_before=authority.not_before,
                    not_after=authority.not_after,
                )
            )
        return tuple(found)


def _monitored(watched: Watched) -> Iterator[MonitoredEndpoint]:
    """The addresses of an endpoint."""
    serving, failing = ({one.address: one for one in some} for some in (watched.serving, watched.failing))
    component = watched.component
    bound = None if component is None else component.certificate_id
    for address in dict.fromkeys((*serving, *failing)):
        serves = serving.get(address)
        entry = None if serves is None else watched.entries.get(serves.fingerprint_sha256)
        yield MonitoredEndpoint(
            endpoint=watched.endpoint,
            address=address,
            serves=serves,
            is_failing=address in failing,
            is_right=None if component is None else entry is not None and entry.id == bound,
        )
