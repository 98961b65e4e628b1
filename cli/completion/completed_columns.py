"""What the Tab key completes in ``--columns`` and ``--sort`` of a list: its columns' names, one after the other."""

from __future__ import annotations

from collections.abc import Collection

import click
from click.shell_completion import CompletionItem

from ..frame.list_settings import list_name
from ..list_columns import columns_of


def completed_columns(
    context: click.Context, start: str, names: Collection[str] = (), *, reverses: bool = False
) -> list[CompletionItem[str]]:
    """The names that go on where ``start`` ends, without those before its last comma. ``names``: only these;
    ``reverses``: a - may stand before a name."""
    known = names or columns_of(list_name(context.command_path.split()[1:]))
    before, comma, last = start.rpartition(",")
    sign = "-" if reverses and last.startswith("-") else ""
    used = {word.strip().removeprefix("-") for word in before.split(",")}
    begun = last.removeprefix(sign).lower()
    found = (name for name in known if name.startswith(begun) and name not in used)
    return [CompletionItem(f"{before}{comma}{sign}{name}") for name in found]
