"""What was stopped or degraded, from when until when: each consequence from its beginning to its end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from ..model.documents import from_document, to_document
from ..model.interruption import Interruption
from ..persistence.table import DocumentTable
from .consequences import Consequence


class Turn(Struct, frozen=True, kw_only=True):
    """What began and what ended since the last look."""

    began: tuple[Interruption, ...]
    ended: tuple[Interruption, ...]


def turn(open_ones: Iterable[Interruption], found: Iterable[Consequence], now: datetime) -> Turn:
    """Compare what lasts with what is found at ``now``. What has no known beginning (a certificate that was never
    there) is no interruption."""
    lasting = {_key_of(one): one for one in open_ones}
    began = []
    for consequence in found:
        if consequence.since is None or lasting.pop(_key(consequence), None) is not None:
            continue
        began.append(
            Interruption(
                id=0,
                capability=consequence.capability.value,
                level=consequence.level.value,
                reason=consequence.reason.value,
                need=consequence.need,
                component_id=consequence.component_id,
                certificate_id=consequence.certificate_id,
                profile_id=consequence.profile_id,
                platforms=tuple(platform.value for platform in consequence.platforms),
                since=consequence.since,
            )
        )
    return Turn(began=tuple(began), ended=tuple(replace(one, until=now) for one in lasting.values()))


class Interruptions:
    """The table ``interruptions``. Writing needs a transaction."""

    def __init__(self, table: DocumentTable) -> None:
        self._table = table

    def list(self) -> tuple[Interruption, ...]:
        """Every one, in the order in which they were seen to begin."""
        found = [from_document(document, Interruption) for document in self._table]
        return tuple(sorted(found, key=lambda one: one.id))

    def lasting(self) -> tuple[Interruption, ...]:
        """Those that have no end yet."""
        return tuple(one for one in self.list() if one.until is None)

    def keep(self, change: Turn) -> tuple[Interruption, ...]:
        """Write what began and what ended; the answer is what began, under its id."""
        for ended in change.ended:
            self._table.update(to_document(ended), doc_ids=[ended.id])
        return tuple(replace(one, id=self._table.insert(to_document(one))) for one in change.began)


def _key(one: Consequence) -> tuple[object, ...]:
    return (
        one.capability.value,
        one.need,
        one.component_id,
        one.certificate_id,
        one.profile_id,
        one.reason.value,
        tuple(platform.value for platform in one.platforms),
    )


def _key_of(one: Interruption) -> tuple[object, ...]:
    return one.capability, one.need, one.component_id, one.certificate_id, one.profile_id, one.reason, one.platforms
