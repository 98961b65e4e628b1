"""What the commands print: one JSON document, or sentences. Tables are in ``tables``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
