"""Types of options and arguments that several commands share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import Enum
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from ...store.confinement import person_path
from ...store.durations import read_duration, read_number_of
from ...store.postgresql_uri import is_address
from ...store.workspace_place import folder_of
from .sorting import SortType

Decorated = Callable[..., Any]
Value = TypeVar("Value")
MAX_ID = 2**63 - 1


class CompletedType(click.ParamType[Value]):
    """A type whose values the shell completes with those of the workspace."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        from ..completion.completed_values import completed_values

        return completed_values(ctx, param, incomplete)


class TextType(CompletedType[str]):
    """Text that can be stored. The system passes arguments as bytes; those that aren't text are refused."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            str(value).encode()
        except UnicodeEncodeError:
            self.fail("it is not valid UTF-8", param, ctx)
        return str(value)


class Written(click.ParamType[Value]):
    """A value in written form. ``read`` parses it, or raises ``ValueError`` with the reason."""

    def __init__(self, name: str, read: Callable[[str], Value]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Value:
        try:
            return self._read(value) if isinstance(value, str) else value
        except ValueError as error:
            self.fail(str(error), param, ctx)


def _share(text: str) -> float:
    """``99%`` or ``0.99``. A bare 99 could mean either."""
    words = text.strip()
    try:
        share = round(float(words.removesuffix("%")) / 100, 6) if words.endswith("%") else float(words)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise ValueError(f"{text!r} is not a share; write 99% or 0.99")
    return share


def _moment(text: str) -> datetime:
    """``2026-01-05``, or ``2026-01-05T08:00:00Z``; UTC unless a time zone is given."""
    try:
        found = datetime.fromisoformat(text.strip())
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not a date; write 2026-01-05 or 2026-01-05T08:00:00Z") from None
    if not 1970 <= found.year <= 2200:
        raise ValueError(f"{text!r} is not between 1970 and 2200")
    return found.replace(microsecond=0)


def _span(text: str) -> str:
    """``<30``, ``>=90``, ``10..30`` or ``30``, as in the filter language."""
    from ...store.filters import Unclear, days_span

    try:
        days_span(text.strip())
    except Unclear:
        raise ValueError(f"{text!r} is not a number of days; write '<30', '>=90' or 10..30") from None
    return text.strip()


class NumberOf(click.IntRange):
    """A whole number of minutes (``min``), hours (``h``) or days (``d``), as a bare number or as a duration."""

    def __init__(self, unit: str, least: int, most: int) -> None:
        super().__init__(least, most)
        self._unit = unit

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and not value.strip().removeprefix("-").isdecimal():
            try:
                value = read_number_of(self._unit, value)
            except ValueError as error:
                self.fail(str(error), param, ctx)
        return super().convert(value, param, ctx)


class NumberType(CompletedType[int], click.IntRange):
    """A number that the store can hold; help shows only its minimum."""

    def __init__(self, least: int) -> None:
        super().__init__(least, MAX_ID)

    def _describe_range(self) -> str:
        return f"x>={self.min}"


class PathType(click.Path):
    """A path that isn't checked yet."""

    def split_envvar_value(self, rv: str) -> list[str]:
        return [rv]  # one path, which may hold a colon

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value):
            self.fail("the path is empty", param, ctx)
        return super().convert(value, param, ctx)


class WorkspaceType(PathType):
    """A workspace: its folder, or the address of one in PostgreSQL, which has a folder of its own on this machine."""

    name = "workspace"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and is_address(value):
            return folder_of(value)
        return super().convert(value, param, ctx)


class FileType(PathType):
    """The path of a person's file or folder: where they are confined, in their folder, or refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(value)
        return super().convert(value if path in (STANDARD, Path()) else person_path(path), param, ctx)


class EnumChoice(click.Choice[Any]):
    """A value of an enumeration, with hyphens: ``must-re-enroll``, ``serial-number``. Spaces, underscores and capitals
    are accepted too."""

    def normalize_choice(self, choice: Any, ctx: click.Context | None) -> str:
        text = str(choice.value if isinstance(choice, Enum) else choice)
        return re.sub(r"[ _]+", "-", text.strip().lower())


TEXT = TextType()
DURATION = Written("duration", read_duration)
SHARE = Written("share", _share)
MOMENT = Written("moment", _moment)
SPAN = Written("span", _span)
ID = NumberType(1)
FILE = FileType(path_type=Path, readable=False)  # its reader refuses what it can't read
TARGET = FileType(path_type=Path, readable=False)  # a file to write
FOLDER = FileType(path_type=Path, exists=True, file_okay=False)
WORKSPACE = WorkspaceType(path_type=Path, readable=False)
PLACE = PathType(path_type=Path, readable=False)  # for who runs the program, not for a person who is confined
STANDARD = Path("-")  # standard input of a ``FILE``, standard output of a ``TARGET``

id_argument = click.argument("id", type=ID, metavar="ID")
device_argument = click.argument("name", type=TEXT, metavar="DEVICE")
devices_argument = click.argument("names", type=TEXT, nargs=-1, required=True, metavar="DEVICE...")
yes_option = click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
description_option = click.option(
    "--description", type=TEXT, default="", help="A description of the first certificate of the chain."
)
key_password_file_option = click.option(
    "--key-password-file",
    type=FILE,
    metavar="FILE",
    help="Read the private key's password from this file; - is standard input.",
)
key_option = click.option("--key", type=FILE, metavar="FILE", help="The private key: PKCS #8, PKCS #1 or SEC 1.")
seed_option = click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=7, show_default=True, help="The same seed draws the same."
)
start_option = click.option(
    "--start", type=MOMENT, metavar="2026-01-05", help="When the virtual clock starts. Default: Monday of this week."
)
attached_option = click.option(
    "--attached", is_flag=True, help="Stop when standard input is closed, e.g. because the parent process exited."
)
offset_option = click.option("--offset", type=NumberType(0), default=0, metavar="N", help="Skip the first N.")
descending_option = click.option("--descending", is_flag=True, help="Reverse the order.")


def stacked(*options: Callable[[Decorated], Decorated]) -> Callable[[Decorated], Decorated]:
    """Several options as one decorator, in their order."""

    def decorate(command: Decorated) -> Decorated:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def choice_option(*names: str, of: Iterable[str], default: str, help: str) -> Callable[[Decorated], Decorated]:
    """An option with a choice of values and a default."""
    return click.option(*names, type=EnumChoice(list(of)), default=str(default), show_default=True, help=help)


def limit_option(default: int | None = None) -> Callable[[Decorated], Decorated]:
    """``--limit``; without a default, everything is shown."""
    least, shown = (0 if default is None else 1), default is not None
    kind = NumberType(least)
    return click.option("--limit", type=kind, default=default, show_default=shown, metavar="N", help="Show at most N.")


def sort_option(*keys: str) -> Callable[[Decorated], Decorated]:
    """``--sort``, by the first of the keys by default; for lists that are sorted before they are cut into pages."""
    return click.option(
        "--sort",
        type=SortType(keys),
        default=keys[0],
        show_default=True,
        metavar="NAME,-NAME",
        help=f"Sort by these, - reverses one: {', '.join(keys)}.",
    )


def platforms_option(help: str) -> Callable[[Decorated], Decorated]:
    """``--platform``, repeatable, as ``platforms``."""
    from ...store.model.device import Platform

    return click.option("--platform", "platforms", type=EnumChoice(list(Platform)), multiple=True, help=help)


def identity_type_option(*, required: bool = False) -> Callable[[Decorated], Decorated]:
    """``--identity-type``: which identity of the device a certificate is named after."""
    from ...store.model.bulk import IdentityType

    return click.option(
        "--identity-type",
        type=EnumChoice(list(IdentityType)),
        required=required,
        help="The identity that device certificates are named after.",
    )


def format_option(*formats: str, help: str) -> Callable[[Decorated], Decorated]:
    """``--format``, the first by default, as ``form``."""
    return choice_option("--format", "form", of=formats, default=formats[0], help=help)


def der_options(command: Decorated) -> Decorated:
    """``--format pem|der``, and ``--der`` for short; the command gets ``der``."""

    @wraps(command)
    def wrapped(*args: Any, form: str, der: bool, **options: Any) -> Any:
        return command(*args, der=der or form == "der", **options)

    short = click.option("--der", is_flag=True, help="The same as --format der.")
    return stacked(format_option("pem", "der", help="PEM or DER."), short)(wrapped)


def password_file_option(whose: str) -> Callable[[Decorated], Decorated]:
    """``--password-file``; ``whose`` says what the password is for."""
    return click.option(
        "--password-file", type=FILE, metavar="FILE", help=f"Read {whose} from this file; - is standard input."
    )


def search_option(example: str) -> Callable[[Decorated], Decorated]:
    """``--search``, in the console's filter language."""
    return click.option(
        "--search", type=TEXT, default="", metavar="FILTER", help=f"Only matches of this filter: words, or {example}."
    )


def only_one_standard_input(context: click.Context) -> None:
    """Refuse to read two things from standard input."""
    values = [context.params.get(one.name or "") for one in context.command.params if one.type is FILE]
    files = [file for value in values for file in (value if isinstance(value, tuple) else (value,))]
    if files.count(STANDARD) > 1:
        raise click.UsageError("Only one file can be standard input.")


def seeds_option(most: int, help: str) -> Callable[[Decorated], Decorated]:
    """``--seeds N``: forecasts with other choices of devices and owners, up to ``most`` times."""
    return click.option("--seeds", type=click.IntRange(1, most), default=1, show_default=True, metavar="N", help=help)
