"""Where a command hands out the file that it makes: to standard output, or to ``--out``."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from ...store.errors import Refusal
from .file_writing import check_target, write_file
from .parameters import FILE
from .session import Session


@dataclass(frozen=True)
class Handout:
    """What ``--out`` and ``--force`` say."""

    out: Path | None
    force: bool

    def check(self, session: Session, *, binary: bool = False) -> None:
        """Refuse, before any work, a target that won't do: ``binary-to-terminal``, ``file-exists`` and the like."""
        if self.out is not None:
            check_target(self.out, force=self.force, workspace=session.path)
        elif binary and not session.json and sys.stdout.isatty():
            raise Refusal(
                "binary-to-terminal", "DER is not for a terminal", "Add --out FILE, or send it through a pipe."
            )

    def write(self, session: Session, data: bytes) -> None:
        """Write it; in JSON what goes to standard output is part of the document, see ``as_json``."""
        if self.out is not None:
            write_file(self.out, data, force=self.force)
        elif not session.json:
            click.echo(data, nl=False)

    def as_json(self, data: bytes, *, binary: bool = False) -> dict[str, Any]:
        """Where it is, and the content where that is in no file."""
        if self.out is not None:
            return {"file": str(self.out), "encoding": None, "content": None}
        if binary:
            return {"file": None, "encoding": "base64", "content": base64.b64encode(data).decode("ascii")}
        return {"file": None, "encoding": "text", "content": data.decode()}


def handout_options(command: Callable[..., None]) -> Callable[..., None]:
    """``--out`` and ``--force``; the command gets them as ``handout``."""

    @wraps(command)
    def wrapped(*args: Any, out: Path | None, force: bool, **options: Any) -> None:
        if force and out is None:
            raise click.UsageError("--force goes with --out.")
        command(*args, handout=Handout(out, force), **options)

    for option in (
        click.option("--force", is_flag=True, help="Overwrite the file."),
        click.option("--out", "--output", "out", type=FILE, help="Write to this file; else to standard output."),
    ):
        wrapped = option(wrapped)
    return wrapped
