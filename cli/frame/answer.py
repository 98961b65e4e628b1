"""What the commands print: one JSON document, or sentences. Tables are in ``tables``."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click

from ...store.printable import printable

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


def emit(document: Mapping[str, Any]) -> None:
    """Print the one JSON document, in ASCII, which survives every terminal and every encoding."""
    import msgspec

    try:
        text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    except UnicodeEncodeError:  # a file's name that is no text
        text = json.dumps(msgspec.to_builtins(document), indent=2)
    click.echo(_BEYOND_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], text))


def say(text: str, *, err: bool = False) -> None:
    """Print a sentence."""
    click.echo(printable(text), err=err)


def details(pairs: Sequence[tuple[str, str]]) -> None:
    """Names and values, one pair a line; a value of several lines is indented."""
    width = max(len(name) for name, _ in pairs) + 2
    for name, value in pairs:
        text = printable(value, lines=True).replace("\n", "\n" + " " * width)
        click.echo(f"{name:<{width}}{text}".rstrip())


@contextmanager
def progress(total: int, label: str) -> Iterator[Callable[[int], None]]:
    """A progress bar with the rate and the time left, on standard error and for people only; the block says how
    far it is."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from .progress_bars import counting

    with counting(total, label) as advance:
        yield advance
