"""The kinds of options and arguments that several commands take."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
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


class MomentType(click.ParamType[datetime]):
    """``2026-01-05``, or ``2026-01-05T08:00:00Z``; UTC where no zone is said."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(value.strip())
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no date; write 2026-01-05 or 2026-01-05T08:00:00Z", param, ctx)
        if not 1970 <= found.year <= 2200:
            self.fail(f"{value!r} is not between 1970 and 2200", param, ctx)
        return found.replace(microsecond=0)


class SpanType(click.ParamType[str]):
    """``<30``, ``>=90``, ``10..30`` or ``30``, as in the filter language."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from ...store.filters import Unclear, span

        try:
            span("", value.strip())
        except Unclear:
            self.fail(f"{value!r} is no number of days; write '<30', '>=90' or 10..30", param, ctx)
        return str(value.strip())


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


class Hyphenated(Words):
    """The same, where hyphens may stand for spaces, and the case doesn't matter: ``must-re-enroll``, ``iOS``."""

    def normalize_choice(self, choice: Any, ctx: click.Context | None) -> str:
        return super().normalize_choice(choice, ctx).strip().lower().replace(" ", "-")


TEXT = TextType()
DURATION = DurationType()
MOMENT = MomentType()
SPAN = SpanType()
ID = click.IntRange(1, MAX_ID)
FILE = FileType(path_type=Path, readable=False)  # what can't be read is refused by its reader

id_argument = click.argument("id", type=ID, metavar="ID")


def only_one_standard_input(*files: Path | None) -> None:
    """Refuse to read two things from the one standard input."""
    if sum(file == Path("-") for file in files) > 1:
        raise click.UsageError("Only one of the password files can be standard input.")
