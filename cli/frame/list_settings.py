"""A person's settings for lists: their order and their columns, where the command line doesn't say otherwise.

They hold for text, which people read. JSON, CSV and Markdown stay as they are for everybody, so that no script depends
on whose settings it runs with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from click.core import ParameterSource

from ...store.errors import Refusal
from ...store.settings.table import COLUMNS, SORT, Family
from .list_choice import COLUMNS_PARAMETER, FORMAT_PARAMETER
from .session import Session
from .sorting import SortKey


def list_name(words: Sequence[str]) -> str:
    """The name of a list in settings, by the words of its command: ``device-list``."""
    return "-".join(words)


def sort_keys(command: click.Command, text: str) -> tuple[SortKey, ...]:
    """An order that a list is to have. Raises ``click.UsageError`` for what its command can't sort by."""
    found: tuple[SortKey, ...] = _option(command, "--sort").type.convert(text, None, None)
    return found


@contextmanager
def with_list_settings(context: click.Context, session: Session) -> Iterator[None]:
    """Let the settings stand for ``--sort`` and ``--columns``. Inside, a usage error that they are to blame for is
    refused with ``settings-invalid``."""
    if session.json or context.params.get(FORMAT_PARAMETER) != "text":
        yield
        return
    name = list_name(context.command_path.split()[1:])
    taken: list[str] = []
    columns = session.settings.family(COLUMNS).get(name)
    order = session.settings.family(SORT).get(name)
    with _blaming(SORT, name):
        if order and _unsaid(context, sort := _option(context.command, "--sort").name or ""):
            context.params[sort] = sort_keys(context.command, order)
            taken.append(SORT.name_for(name))
    if columns and _unsaid(context, COLUMNS_PARAMETER):
        context.params[COLUMNS_PARAMETER] = ",".join(columns)
        taken.append(COLUMNS.name_for(name))
    if not taken:
        yield
        return
    try:
        yield
    except click.BadParameter as error:
        raise _wrong(" or ".join(taken), error) from error


@contextmanager
def _blaming(family: Family[Any], name: str) -> Iterator[None]:
    try:
        yield
    except click.UsageError as error:
        raise _wrong(family.name_for(name), error) from error


def _wrong(names: str, error: click.UsageError) -> Refusal:
    first = names.split()[0]
    said = f"the setting {names} is wrong: {error.message}"
    return Refusal("settings-invalid", said, f"Correct it, or remove it: `certfleet config unset {first}`.")


def _unsaid(context: click.Context, parameter: str) -> bool:
    return context.get_parameter_source(parameter) is ParameterSource.DEFAULT


def _option(command: click.Command, option: str) -> click.Parameter:
    return next(one for one in command.params if option in one.opts)
