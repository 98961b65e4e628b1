"""The devices that a list shows: chosen by the database as far as it can, and for the rest by the rule.

What the database decides by itself is counted, sorted and read by page there: memory has the ids of a page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, cast

from ..model.device import Device
from ..persistence.conditions import ID, All, Condition, Key, OneOf, OrderKey
from ..persistence.schema import ISSUER_GROUP, NOT_AFTER, PLATFORM, STATE
from ..persistence.table import DocumentTable
from .device_choice import DeviceChoice
from .device_facts import haystack
from .device_filter import ListedDevice, standing
from .listed_fields import ListedFields
from .presence import Outages, SeenFields, last_seen

_NAMED_AT_ONCE = 500
_MOST_PASSED_OVER = 10_000  # documents that the database goes through to a page; beyond it, through an index of the ids

Narrowing = Callable[[DocumentTable, Sequence[int] | None], list[int]]
"""Which of these devices, None: of all, match a rule that reads their records."""

SORTED_BY_DATABASE = {
    "serial-number": Key("serial_number"),
    "days-left": NOT_AFTER,
    "platform": PLATFORM,
    "state": STATE,
    "issuer": ISSUER_GROUP,
}
"""What the database can sort a list of devices by, as ``--sort`` names it."""


class FoundDevices:
    """The devices that meet a condition, None: all, and that every rule leaves of them."""

    def __init__(
        self, table: DocumentTable, condition: Condition | None = None, rules: Sequence[Narrowing] = ()
    ) -> None:
        self._table = table
        self._condition = condition
        self._rules = rules

    @property
    def is_by_database(self) -> bool:
        """Whether the database decides by itself, so that nothing has to be read."""
        return not self._rules

    @cached_property
    def ids(self) -> list[int]:
        """Their ids, in order; a large fleet is read some at a time."""
        found = None if self._condition is None else self._table.ids_where(self._condition)
        for narrow in self._rules:
            found = narrow(self._table, found)
        return self._table.ids() if found is None else found

    def among(self, ids: Sequence[int]) -> list[int]:
        """Those of them that have these ids."""
        found: list[int] = []
        for start in range(0, len(ids), _NAMED_AT_ONCE):
            named = OneOf(ID, tuple(ids[start : start + _NAMED_AT_ONCE]))
            condition = named if self._condition is None else All((named, self._condition))
            found += FoundDevices(self._table, condition, self._rules).ids
        return found

    def __len__(self) -> int:
        if self._rules or "ids" in vars(self):
            return len(self.ids)
        return len(self._table) if self._condition is None else self._table.count_where(self._condition)

    def page(self, order: Sequence[OrderKey] = (), *, start: int = 0, limit: int) -> list[int]:
        """The ids of ``limit`` of them after the first ``start``, in an order that needs ``is_by_database``."""
        if not order and (self._rules or (self._condition is None and start + limit > _MOST_PASSED_OVER)):
            return self.ids[start : start + limit]
        return self._table.page(self._condition, order, start=start, limit=limit)


def matching(choice: DeviceChoice, now: datetime, outages: Outages) -> list[Narrowing]:
    """What of a filter the database doesn't decide."""
    predicate = choice.remaining
    if predicate is None:
        return []
    if choice.by_words:
        return [
            lambda table, ids: [
                one.id for one in table.each(ListedFields, ids) if predicate(cast(ListedDevice, _Words(haystack(one))))
            ]
        ]
    return [lambda table, ids: [one.id for one in table.each(Device, ids) if predicate(standing(one, now, outages))]]


class _Words(NamedTuple):
    haystack: str


def seen_since(limit: datetime, now: datetime, outages: Outages, *, seen: bool = True) -> Narrowing:
    """Those that were seen at ``limit`` or later, or weren't, by ``now`` (UTC, aware)."""

    def was_seen(device: SeenFields) -> bool:
        at = last_seen(device, now, outages)
        return at is not None and at >= limit

    return lambda table, ids: [one.id for one in table.each(SeenFields, ids) if was_seen(one) is seen]
