"""The parts of settings' names that people fill in, and whether they mean something: lists and actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import click

from ...store.errors import Refusal
from ...store.filters import nearest
from ...store.settings.settings import PersonSettings
from ...store.settings.table import COLUMNS, FAMILIES, KEYS, SORT
from ..commands import COMMANDS
from ..frame.command import CliCommand
from ..frame.lazy_loading import LazyGroup
from ..frame.list_settings import list_name, sort_keys


def list_commands() -> Iterator[tuple[str, CliCommand]]:
    """The commands that list, by the names that settings have for them: ``device-list``. Imports all commands."""
    yield from _below((), LazyGroup(table=COMMANDS))


def action_names() -> list[str]:
    """The actions of the console that keys can be chosen for."""
    from ...tui.shell.keys.keys import KEYS as CONSOLE_KEYS

    return list(CONSOLE_KEYS)


def _below(words: tuple[str, ...], group: click.Group) -> Iterator[tuple[str, CliCommand]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from _below((*words, name), found)
        elif isinstance(found, CliCommand) and found.lists:
            yield list_name((*words, name)), found


def check_part(name: str, value: str) -> None:
    """Refuse a list or an action that isn't there, and an order that a list can't have: ``unknown-setting`` and
    ``setting-value-invalid``. Other names and values are checked where they are read."""
    if (action := KEYS.part_of(name)) is not None:
        actions = action_names()
        if action not in actions:
            raise _unknown("action", action, actions)
        _check_keys({action: KEYS.kind.read_text(value)})
    for family in (SORT, COLUMNS):
        if (part := family.part_of(name)) is not None:
            found = dict(list_commands())
            if part not in found:
                raise _unknown("list", part, found)
            if family is SORT:
                try:
                    sort_keys(found[part], value)
                except click.UsageError as error:
                    raise Refusal("setting-value-invalid", f"{name}: {error.message}") from error


def check_parts(settings: PersonSettings) -> None:
    """Refuse what ``check_part`` does in all settings of the file, and keys that would mean two things."""
    for family in FAMILIES:
        for part, value in settings.family(family).items():
            check_part(family.name_for(part), value if isinstance(value, str) else ",".join(value))
    if chosen := settings.family(KEYS):
        _check_keys(chosen)


def _check_keys(chosen: Mapping[str, Iterable[str]]) -> None:
    """Refuse what is no key, or a key with two meanings, as the console does: ``settings-invalid``."""
    from ...tui.shell.keys.chosen_keys import read_keys

    read_keys(chosen)


def _unknown(what: str, part: str, known: Iterable[str]) -> Refusal:
    hint = "`certfleet config list` shows all settings."
    return Refusal("unknown-setting", f"there is no {what} {part!r}; {nearest(part, known)}", hint)
