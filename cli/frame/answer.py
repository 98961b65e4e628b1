"""The answer of a command: one JSON document for programs, and a text for people."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import click

from ...store.printable import printable
from ...store.words import plural
from .tables import Listing, Table, print_table

_INDENT = "  "
_TOGETHER = 1000  # values of a list that are printed at a time
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
    ``text`` a generator. Both are used while the workspace is still open. An iterator among the document's values is a
    list that is written while it is made.

    ``status`` is the exit status: 0 unless something that the command reports went wrong.
    """

    document: Mapping[str, Any] | Callable[[], Mapping[str, Any]]
    text: Text = ()
    status: int = 0

    def made_document(self) -> Mapping[str, Any]:
        """The document, made now."""
        return self.document() if callable(self.document) else self.document

    def whole_document(self) -> Mapping[str, Any]:
        """The same with all its lists in memory."""
        return {
            name: list(value) if isinstance(value, Iterator) else value for name, value in self.made_document().items()
        }


def print_answer(answer: Answer, *, as_json: bool) -> None:
    """Print the answer as JSON or as text. Nothing else prints answers."""
    if as_json:
        _print_json(answer.made_document())
    else:
        _print_text(answer.text)


def _print_json(document: Mapping[str, Any]) -> None:
    """Print in ASCII, which survives every terminal and every encoding."""
    if not any(isinstance(value, Iterator) for value in document.values()):
        click.echo(_json_text(document))
        return
    before = "{"
    for name, value in document.items():
        click.echo(f"{before}\n{_INDENT}{_json_text(name)}: ", nl=False)
        if isinstance(value, Iterator):
            _print_list(value)
        else:
            click.echo(_indented(value, _INDENT), nl=False)
        before = ","
    click.echo("\n}")


def _print_list(values: Iterator[Any]) -> None:
    """Print a list of the document, some of its values at a time."""
    before = "["
    while some := list(islice(values, _TOGETHER)):
        text = f",\n{_INDENT * 2}".join(_indented(value, _INDENT * 2) for value in some)
        click.echo(f"{before}\n{_INDENT * 2}{text}", nl=False)
        before = ","
    click.echo("[]" if before == "[" else f"\n{_INDENT}]", nl=False)


def _indented(value: Any, indent: str) -> str:
    return _json_text(value).replace("\n", f"\n{indent}")


def _json_text(value: Any) -> str:
    import msgspec

    try:
        text = msgspec.json.format(msgspec.json.encode(value), indent=len(_INDENT)).decode()
    except UnicodeEncodeError:  # a file name that is not text
        text = json.dumps(msgspec.to_builtins(value), indent=len(_INDENT))
    return _BEYOND_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], text)


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
    if table is None:
        _print_text(listing.none)
    total, shown = listing.total, 0 if table is None else print_table(table)
    if total is not None and shown < total.number:
        _print_text(Aside(f"{shown:,} of {plural(total.number, total.one)}"))


def _print_facts(pairs: Sequence[tuple[str, str]]) -> None:
    width = max(len(name) for name, _ in pairs) + 2
    for name, value in pairs:
        text = printable(value, lines=True).replace("\n", "\n" + " " * width)
        click.echo(f"{name:<{width}}{text}".rstrip())
