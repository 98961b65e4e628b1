"""The kinds of options and arguments that several commands take."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import click

MAX_ID = 2**63 - 1
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


class TextType(click.ParamType[str]):
    """Text that can be stored. Arguments are bytes to the system; those that are no text are refused."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            str(value).encode()
        except UnicodeEncodeError:
            self.fail("it is not valid UTF-8", param, ctx)
        return str(value)


class DurationType(click.ParamType[timedelta]):
    """``90d``, ``12h``, ``2w``; a bare number is days."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        match = re.fullmatch(r"(\d{1,5})([hdw]?)", value.strip().lower(), re.ASCII)
        if match is None:
            self.fail(f"{value!r} is no duration; write 90d, 12h or 2w", param, ctx)
        return int(match[1]) * _UNITS[match[2] or "d"]


class FileType(click.Path):
    """The path of a file or folder, not looked at yet."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value):
            self.fail("the path is empty", param, ctx)
        return super().convert(value, param, ctx)


class Words(click.Choice[Any]):
    """One of an enumeration's values, as they are written in the product."""

    def normalize_choice(self, choice: Any, ctx: click.Context | None) -> str:
        return str(choice.value if isinstance(choice, Enum) else choice)


TEXT = TextType()
DURATION = DurationType()
ID = click.IntRange(1, MAX_ID)
FILE = FileType(path_type=Path, readable=False)  # what can't be read is refused by its reader

id_argument = click.argument("id", type=ID, metavar="ID")


def only_one_standard_input(*files: Path | None) -> None:
    """Refuse to read two things from the one standard input."""
    if sum(file == Path("-") for file in files) > 1:
        raise click.UsageError("Only one of the password files can be standard input.")
