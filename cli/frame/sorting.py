"""``--sort NAME,-NAME``: by several values, each upwards or downwards."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

import click
from click.shell_completion import CompletionItem

from ...store.filters import nearest

T = TypeVar("T")


class SortKey(NamedTuple):
    """A value to sort by, by its name with hyphens."""

    name: str
    descending: bool = False


class SortType(click.ParamType[tuple[SortKey, ...]]):
    """``owner,-days-left``; with ``names``, only these."""

    name = "order"

    def __init__(self, names: Collection[str] = ()) -> None:
        self._names = names

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[SortKey, ...]:
        if not isinstance(value, str):
            return tuple(value)
        found = tuple(
            SortKey(hyphened(word.removeprefix("-")), word.startswith("-")) for word in map(str.strip, value.split(","))
        )
        for key in found:
            if not key.name:
                self.fail(f"{value!r} names nothing to sort by; write owner,-days-left", param, ctx)
            if self._names and key.name not in self._names:
                self.fail(unknown_name(key.name, self._names), param, ctx)
        return found

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        from ..completion.completed_columns import completed_columns

        return completed_columns(ctx, incomplete, self._names, reverses=True)


class ColumnsType(click.ParamType[str]):
    """``owner,days-left``: columns of a list, which know their names only once there are records."""

    name = "text"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        from ..completion.completed_columns import completed_columns

        return completed_columns(ctx, incomplete)


def hyphened(name: str) -> str:
    """A column's title or a field's name as it is written in an option: ``LAST CHECK-IN`` and ``last_check_in`` are
    ``last-check-in``, ``AT (UTC)`` is ``at``."""
    return re.sub(r"[\s_]+", "-", name.lower().removesuffix("(utc)").strip())


def unknown_name(name: str, known: Iterable[str]) -> str:
    """A sentence about a column that isn't there."""
    return f"there is no {name!r}; {nearest(name, known)}"


def in_order(items: Iterable[T], keys: Sequence[SortKey], value: Callable[[T, str], Any]) -> list[T]:
    """The items sorted by ``value(item, name)`` of each key, the first key first; items without the value always come
    last, and equal ones stay in their order."""
    found = list(items)
    for key in reversed(keys):
        keyed = [(value(item, key.name), item) for item in found]
        known = [pair for pair in keyed if pair[0] is not None]
        known.sort(key=lambda pair: pair[0], reverse=key.descending)
        found = [item for _, item in known] + [item for one, item in keyed if one is None]
    return found
