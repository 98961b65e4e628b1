"""The manual page of ``certfleet``, made from the commands, in the format of man(7)."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from .. import __version__
from ..store.settings.file import VARIABLE
from ..store.settings.table import SETTINGS, WORKSPACE
from .frame.command import CliCommand

_VARIABLES = (
    ("CERTFLEET_WORKSPACE", "The workspace, unless --workspace is given."),
    ("CERTFLEET_PASSPHRASE_FILE", "A file with the workspace's passphrase."),
    ("CERTFLEET_KEY_FILE", "The key file, if it is not in the workspace's folder."),
    ("CERTFLEET_DEBUG", "Print the traceback of an internal error."),
    (VARIABLE, "Another settings file than config.toml in the configuration folder; /dev/null for none."),
    *((setting.variable, f"Overrides the setting {setting.name}.") for setting in SETTINGS if setting is not WORKSPACE),
    ("NO_COLOR", "No colours on a terminal."),
)
_STATUSES = (
    ("0", "Done."),
    ("1", "Refused: bad input or a rule; the message has a code, and a hint where something helps."),
    ("2", "A usage error."),
    ("3, 4", "With --dry-run --exit-code: a harmless difference; one that stops something or strands devices."),
)


def manual_page(root: click.Command) -> str:
    """The whole page, section 1."""
    context = click.Context(root, info_name="certfleet")
    lines = [
        f'.TH CERTFLEET 1 "" "certfleet {__version__}" "User Commands"',
        ".SH NAME",
        r"certfleet \- the certificates of a device fleet, with a device-fleet simulator inside",
        ".SH SYNOPSIS",
        ".B certfleet",
        "[OPTIONS] [COMMAND [ARGS]...]",
        ".SH DESCRIPTION",
        *_text(root),
        ".SH OPTIONS",
        *_options(root, context),
        ".SH COMMANDS",
        *_commands(root, context),
        ".SH EXIT STATUS",
        *_pairs(_STATUSES),
        ".SH ENVIRONMENT",
        *_pairs(_VARIABLES),
    ]
    return "\n".join(lines) + "\n"


def _commands(group: click.Command, above: click.Context) -> Iterator[str]:
    assert isinstance(group, click.Group)
    for name in group.list_commands(above):
        found = group.get_command(above, name)
        assert found is not None
        context = click.Context(found, parent=above, info_name=name)
        if isinstance(found, click.Group):
            yield from _commands(found, context)
            continue
        usage = " ".join(found.collect_usage_pieces(context))
        yield f'.SS "{_escaped(f"{context.command_path} {usage}")}"'
        yield from _text(found)
        yield from _options(found, context)
        if isinstance(found, CliCommand) and found.examples:
            yield from (".PP", "Examples:", ".nf", *(f"  {_line(example)}" for example in found.examples), ".fi")


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for option in command.params:
        record = option.get_help_record(context) if isinstance(option, click.Option) else None
        if record is not None:
            names, said = record
            yield from (".TP", rf"\fB{_line(names)}\fR", _line(re.sub(r"\s+", " ", said)))


def _pairs(pairs: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for name, said in pairs:
        yield from (".TP", rf"\fB{_line(name)}\fR", _line(said))


def _text(command: click.Command) -> Iterator[str]:
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        yield ".PP"
        if paragraph.startswith("\b"):
            yield from (".nf", *map(_line, paragraph.removeprefix("\b\n").splitlines()), ".fi")
        else:
            yield _line(re.sub(r"\s+", " ", paragraph))


def _line(text: str) -> str:
    """A line of text, which is never taken for a request of man's."""
    escaped = _escaped(text)
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped


def _escaped(text: str) -> str:
    text = text.replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq")
    return "".join(letter if letter.isascii() else rf"\[u{ord(letter):04X}]" for letter in text)
