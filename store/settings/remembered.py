"""What the console remembers of how a person uses it. Nothing of it is secret, and nothing depends on it.

Every record is immutable. The functions return a changed one, and keep each part small.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

MOST_HISTORY = 50
"""Filters that are remembered of each list."""
MOST_VISITS = 200
"""Workspaces of which the last visit is remembered."""

Width = Annotated[int, Meta(ge=1, le=1000)]


class KeptColumn(Struct, frozen=True):
    """A column of a list, by its name; ``width`` in cells, None for the usual one."""

    name: str
    width: Width | None = None


class ListMemory(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is remembered of one list."""

    columns: tuple[KeptColumn, ...] = ()
    """The columns that are shown, in their order; none for the usual ones."""
    sort: tuple[str, ...] = ()
    """The columns to sort by, with ``-`` before those that go downwards; none for the usual order."""
    filters: Mapping[str, str] = {}
    """The filters that were kept, by the person's names for them."""
    history: tuple[str, ...] = ()
    """The filters that were used, newest first."""


class LastVisit(Struct, frozen=True, omit_defaults=True):
    """When a person last looked at a workspace: by the wall's clock (aware, UTC), and by the number of the newest line
    of its audit trail then."""

    at: datetime
    audit_line: int = 0


class Remembered(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that is remembered of a person."""

    lists: Mapping[str, ListMemory] = {}
    panes: Mapping[str, float] = {}
    """The sizes of panes that were resized, by the panes' names: shares of the screen between 0 and 1, or cells."""
    visits: Mapping[str, LastVisit] = {}
    """The last visits, by ``visit_key``."""

    def list(self, name: str) -> ListMemory:
        """What is remembered of a list; the usual if nothing is."""
        return self.lists.get(name, ListMemory())

    def with_columns(self, list_name: str, columns: Sequence[KeptColumn]) -> Remembered:
        """With the columns of a list; without any, the usual ones again."""
        return self._with_list(list_name, columns=tuple(columns))

    def with_sort(self, list_name: str, sort: Sequence[str]) -> Remembered:
        """With the order of a list; without any, the usual one again."""
        return self._with_list(list_name, sort=tuple(sort))

    def with_filter(self, list_name: str, name: str, text: str) -> Remembered:
        """With a filter that is kept under a name, which may have been another's."""
        return self._with_list(list_name, filters={**self.list(list_name).filters, name: text})

    def without_filter(self, list_name: str, name: str) -> Remembered:
        """Without the filter of this name."""
        kept = {other: text for other, text in self.list(list_name).filters.items() if other != name}
        return self._with_list(list_name, filters=kept)

    def with_history(self, list_name: str, text: str) -> Remembered:
        """With a filter that was used now; one that was used before moves to the front."""
        before = (other for other in self.list(list_name).history if other != text)
        return self._with_list(list_name, history=(text, *before)[:MOST_HISTORY])

    def with_pane(self, name: str, size: float | None) -> Remembered:
        """With the size of a pane; None for the usual one again."""
        panes = {other: kept for other, kept in self.panes.items() if other != name}
        return msgspec.structs.replace(self, panes=panes if size is None else {**panes, name: size})

    def visit(self, workspace: object, person: str) -> LastVisit | None:
        """When the person last looked at a workspace."""
        return self.visits.get(visit_key(workspace, person))

    def with_visit(self, workspace: object, person: str, visit: LastVisit) -> Remembered:
        """With a visit to a workspace; the oldest visits of others are forgotten."""
        key = visit_key(workspace, person)
        others = [(other, kept) for other, kept in self.visits.items() if other != key]
        return msgspec.structs.replace(self, visits=dict([*others, (key, visit)][-MOST_VISITS:]))

    def _with_list(self, name: str, **changes: object) -> Remembered:
        changed = msgspec.structs.replace(self.list(name), **changes)
        return msgspec.structs.replace(self, lists={**self.lists, name: changed})


def visit_key(workspace: object, person: str) -> str:
    """The key of a visit: the workspace's path or id, and the name that the person acts under."""
    return f"{workspace} {person}"
