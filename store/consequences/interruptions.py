"""Interruptions: what was stopped or degraded, each consequence from its beginning to its end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from ..authorities.groups import issues_from
from ..components.capabilities import Capability
from ..components.needs import DEVICE_CA
from ..model.documents import copied
from ..model.interruption import Interruption
from ..persistence.records import RecordTable
from ..persistence.table import DocumentTable
from ..times import latest
from .consequences import Consequence, Reason
from .landscape import Landscape

InterruptionKey = tuple[object, ...]


class Turn(Struct, frozen=True, kw_only=True):
    """The interruptions that began and ended since the last comparison."""

    began: tuple[Interruption, ...]
    ended: tuple[Interruption, ...]


def turn(
    known: Iterable[Interruption],
    found: Iterable[Consequence],
    landscape: Landscape,
    now: datetime,
    *,
    changed_at: datetime | None = None,
) -> Turn:
    """Compare the known, lasting interruptions with the consequences found at ``now``.

    ``changed_at``: somebody has just changed something, and everything was settled before, so nothing began earlier. A
    consequence without a known beginning (the certificate never existed) is no interruption, unless it keeps devices
    from checking in.
    """
    lasting: dict[InterruptionKey, Interruption] = {}
    ended_before: dict[InterruptionKey, datetime] = {}
    for one in known:
        key = key_of_interruption(one)
        if one.until is None:
            lasting[key] = one
        else:
            ended_before[key] = max(one.until, ended_before.get(key, one.until))
    began = []
    for consequence in found:
        key = key_of(consequence)
        unknown = consequence.since is None and consequence.capability is not Capability.CHECK_IN
        if lasting.pop(key, None) is not None or unknown:
            continue
        since = latest(consequence.since or now, changed_at, ended_before.get(key))
        began.append(_began(consequence, since or now))
    ended = (replace(one, until=_ended_at(one, landscape, now)) for one in lasting.values())
    return Turn(began=tuple(began), ended=tuple(ended))


def _began(consequence: Consequence, since: datetime) -> Interruption:
    return copied(
        Interruption,
        consequence,
        id=0,
        capability=consequence.capability.value,
        level=consequence.level.value,
        reason=consequence.reason.value,
        platforms=tuple(platform.value for platform in consequence.platforms),
        since=since,
    )


def _ended_at(one: Interruption, landscape: Landscape, now: datetime) -> datetime:
    """Normally now. A certificate that was not yet valid ended its interruption when it became valid, and the lack of
    an issuing CA group ended when one was ready, whenever that was noticed."""
    if one.need == DEVICE_CA.id:
        issuing = landscape.issuing(now)
        since = None if issuing is None else issues_from(issuing, now)
        return now if since is None else max(one.since, min(since, now))
    if one.reason != Reason.NOT_YET_VALID:
        return now
    certificate, profile = (
        landscape.certificates.get(one.certificate_id or 0),
        landscape.profiles.get(one.profile_id or 0),
    )
    start = certificate.not_before if certificate is not None else None if profile is None else profile.valid_from
    return start if start is not None and one.since <= start <= now else now


class Interruptions:
    """The table ``interruptions``. Writing needs a transaction."""

    def __init__(self, table: DocumentTable) -> None:
        self._table = RecordTable(table, Interruption)

    def list(self) -> tuple[Interruption, ...]:
        """All interruptions, in the order in which they were noticed."""
        return tuple(self._table.all())

    def lasting(self) -> tuple[Interruption, ...]:
        """The interruptions that have not ended."""
        return tuple(one for one in self.list() if one.until is None)

    def keep(self, change: Turn) -> tuple[Interruption, ...]:
        """Store what began and what ended; returns what began, with its ids."""
        for ended in change.ended:
            self._table.write(replace(ended, until=None), ended)
        return tuple(map(self._table.add, change.began))


def key_of(one: Consequence) -> InterruptionKey:
    """The identity of a consequence as time passes."""
    return (
        one.capability.value,
        one.need,
        one.component_id,
        one.certificate_id,
        one.profile_id,
        one.reason.value,
        tuple(platform.value for platform in one.platforms),
    )


def key_of_interruption(one: Interruption) -> InterruptionKey:
    """The same for a stored interruption."""
    return one.capability, one.need, one.component_id, one.certificate_id, one.profile_id, one.reason, one.platforms
