"""Groups whose commands are imported when they are called, so that ``--help`` and completion are fast."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import click
from click.exceptions import NoSuchCommand
from click.shell_completion import CompletionItem

PACKAGE = __package__.rpartition(".")[0]


class LazyCommand(NamedTuple):
    """The location of a command, as ``module.function`` of ``cli``, and its line in the help of its group."""

    target: str
    line: str


class LazyGroup(click.Group):
    """A group whose commands are only entries of a table until one is needed. ``line`` is the group's own line in the
    help of the group above."""

    def __init__(self, *args: Any, line: str = "", table: Mapping[str, LazyEntry], **options: Any) -> None:
        super().__init__(*args, **options)
        self.line = line
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self._table.get(cmd_name)
        if not isinstance(entry, LazyCommand):
            return entry
        module, _, name = entry.target.rpartition(".")
        command: click.Command = getattr(import_module(f"{PACKAGE}.{module}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self._table and not args[0].startswith("-"):
            raise NoSuchCommand(args[0], possibilities=list(self._table), ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.line) for name, entry in self._table.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        names = [
            CompletionItem(name, help=entry.line) for name, entry in self._table.items() if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)


LazyEntry = LazyCommand | LazyGroup
lazy = LazyCommand


def group(line: str, help: str, table: Mapping[str, LazyEntry]) -> LazyGroup:
    """Make a group from its line in the help of the group above, its own help, and its commands."""
    return LazyGroup(line=line, help=help, table=table)
