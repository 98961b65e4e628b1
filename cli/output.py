"""What the commands print: one JSON document, or sentences. Tables are in ``tables``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click

from .text import clean


def emit(document: Mapping[str, Any]) -> None:
    """Print the one JSON document, in ASCII, which survives every terminal and every encoding."""
    import msgspec

    click.echo(json.dumps(msgspec.to_builtins(document), indent=2))


def say(text: str, *, err: bool = False) -> None:
    """Print a sentence."""
    click.echo(clean(text), err=err)


def details(pairs: Sequence[tuple[str, str]]) -> None:
    """Names and values, one pair a line; a value of several lines is indented."""
    width = max(len(name) for name, _ in pairs) + 2
    for name, value in pairs:
        text = clean(value, lines=True).replace("\n", "\n" + " " * width)
        click.echo(f"{name:<{width}}{text}".rstrip())


@contextmanager
def progress(total: int, label: str) -> Iterator[Callable[[int], None]]:
    """A progress bar with the time left, on standard error and for people only; the block says how far it is."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    with click.progressbar(length=total, label=label, file=sys.stderr, show_pos=True) as bar:
        yield lambda done: bar.update(done - bar.pos)
