"""What the console remembers of a list for a person, and how the list is shown from it."""

from __future__ import annotations

from ...store.settings.remembered import KeptColumn, ListMemory, Remembered
from .arrangement import Arrangement


def arrangement_of(memory: ListMemory) -> Arrangement:
    """How the list is to be shown."""
    return Arrangement(
        columns=tuple(column.name for column in memory.columns),
        widths={column.name: column.width for column in memory.columns if column.width is not None},
        order=tuple((name.removeprefix("-"), name.startswith("-")) for name in memory.sort),
    )


def with_arrangement(state: Remembered, list_name: str, arrangement: Arrangement) -> Remembered:
    """With how a list is to be shown."""
    widths = arrangement.widths
    columns = [KeptColumn(name, widths.get(name)) for name in arrangement.columns]
    sort = [f"-{name}" if reverse else name for name, reverse in arrangement.order]
    return state.with_columns(list_name, columns).with_sort(list_name, sort)
