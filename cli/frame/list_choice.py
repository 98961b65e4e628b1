"""The options that every list has: its order, its columns, and its form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import click

from .session import Session
from .sorting import ColumnsType, SortKey, SortType, hyphened

FORMATS = ("text", "csv", "markdown", "json")
_SORT, COLUMNS_PARAMETER, FORMAT_PARAMETER = "list_sort", "list_columns", "list_format"

_SORT_OPTION = click.option(
    "--sort", _SORT, type=SortType(), metavar="NAME,-NAME", help="Sort what is listed by these columns; - reverses one."
)
_COLUMNS_OPTION = click.option(
    "--columns",
    COLUMNS_PARAMETER,
    type=ColumnsType(),
    metavar="NAME,NAME",
    help="Only these columns, by their titles or their names in JSON.",
)
_FORMAT_OPTION = click.option(
    "--format",
    FORMAT_PARAMETER,
    type=click.Choice(FORMATS),
    default=FORMATS[0],
    show_default=True,
    help="How to write the list.",
)


def list_options(command: click.Command) -> Iterator[Callable[[Any], Any]]:
    """The options for a command that lists; one that must sort before it cuts pages has a ``--sort`` of its own."""
    own = {name for parameter in command.params for name in parameter.opts}
    if "--sort" not in own:
        yield _SORT_OPTION
    yield _COLUMNS_OPTION
    yield _FORMAT_OPTION


@dataclass(frozen=True)
class ListChoice:
    """How a list was asked for: its order, its columns (none: the usual ones), and the form."""

    sort: tuple[SortKey, ...] = ()
    columns: tuple[str, ...] = ()
    form: str = FORMATS[0]

    @classmethod
    def taken_from(cls, options: dict[str, Any], session: Session) -> ListChoice:
        """Take its options out of a command's, which doesn't get them. ``--format json`` is the same as ``--json``."""
        written, form = options.pop(COLUMNS_PARAMETER), options.pop(FORMAT_PARAMETER)
        names = tuple(hyphened(name) for name in (written or "").split(",") if name.strip())
        if written is not None and not names:
            raise click.BadParameter("it names no column", param_hint="--columns")
        if session.json and form not in ("text", "json"):
            raise click.UsageError(f"--json and --format {form} exclude each other.")
        session.json = session.json or form == "json"
        return cls(options.pop(_SORT, None) or (), names, "json" if session.json else form)

    @property
    def changes(self) -> bool:
        """Whether the answer isn't printed as it is."""
        return bool(self.sort or self.columns) or self.form not in ("text", "json")
