"""The answer of a command: one JSON document for programs, and a text for people."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from ...store.printable import printable
from ...store.words import plural
from .tables import Listing, Table, print_table

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


@dataclass(frozen=True)
class Aside:
    """A sentence on standard error, apart from the command's output."""

    text: str


@dataclass(frozen=True)
class Facts:
    """Names and values, one pair per line; further lines of a value are indented."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Content:
    """The bytes of a file, unchanged, on standard output."""

    data: bytes


@dataclass(frozen=True)
class Secret:
    """A text that is written unchanged to a pipe, and without control characters to a terminal."""

    text: str


Text = str | Aside | Facts | Content | Secret | Table | Listing | Iterable["Text"]


@dataclass(frozen=True)
class Answer:
    """The result of a command. Only one of the two forms is printed, so that each may be lazy: ``document`` a function,
    ``text`` a generator. Both are used while the workspace is still open.

    ``status`` is the exit status: 0 unless something that the command reports went wrong.
    """

    document: Mapping[str, Any] | Callable[[], Mapping[str, Any]]
    text: Text = ()
    status: int = 0


def print_answer(answer: Answer, *, as_json: bool) -> None:
    """Print the answer as JSON or as text. Nothing else prints answers."""
    if as_json:
        _print_json(answer.document() if callable(answer.document) else answer.document)
    else:
        _print_text(answer.text)


def _print_json(document: Mapping[str, Any]) -> None:
    """Print in ASCII, which survives every terminal and every encoding."""
    import msgspec

    try:
        text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    except UnicodeEncodeError:  # a file name that is not text
        text = json.dumps(msgspec.to_builtins(document), indent=2)
    click.echo(_BEYOND_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], text))


def _print_text(text: Text) -> None:
    match text:
        case str():
            click.echo(printable(text))
        case Aside():
            click.echo(printable(text.text), err=True)
        case Facts():
            _print_facts(text.pairs)
        case Content():
            click.echo(text.data, nl=False)
        case Secret():
            click.echo(printable(text.text) if sys.stdout.isatty() else text.text)
        case Table():
            print_table(text)
        case Listing():
            _print_listing(text)
        case _:
            for part in text:
                _print_text(part)


def _print_listing(listing: Listing) -> None:
    table = listing.shortened().table()
    _print_text(table or listing.none)
    total, shown = listing.total, 0 if table is None else len(table.rows)
    if total is not None and shown < total.number:
        _print_text(Aside(f"{shown:,} of {plural(total.number, total.one)}"))


def _print_facts(pairs: Sequence[tuple[str, str]]) -> None:
    width = max(len(name) for name, _ in pairs) + 2
    for name, value in pairs:
        text = printable(value, lines=True).replace("\n", "\n" + " " * width)
        click.echo(f"{name:<{width}}{text}".rstrip())
