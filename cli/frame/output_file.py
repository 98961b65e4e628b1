"""``--output`` and ``--force``: the file that a command writes."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from ...store.errors import Refusal
from ...store.file_writing import check_target, write_file
from .answer import Answer, Aside, Content, Text
from .open_folder_note import say_if_open
from .parameters import STANDARD, TARGET
from .session import Session

Answered = TypeVar("Answered", bound=Answer | None)


@dataclass(frozen=True)
class OutputFile:
    """The file that ``--output`` names; without a path, standard output."""

    session: Session
    path: Path | None
    force: bool

    def check(self, *, binary: str | None = None, private: bool = False) -> None:
        """Refuse an unusable target before any work is done: with ``file-exists`` and the like, and with
        ``binary-to-terminal`` if ``binary``, the description of the content, would be printed there."""
        if self.path is not None:
            check_target(self.path, force=self.force, workspace=self.session.path, private=private)
            if not self.session.json:
                say_if_open(self.path.parent)
        elif binary and not self.session.json and sys.stdout.isatty():
            raise Refusal(
                "binary-to-terminal",
                f"{binary} can't be printed on a terminal",
                "Add --output FILE, or pipe it to another command.",
            )

    def answer(
        self,
        document: Mapping[str, Any],
        data: bytes,
        said: str | Sequence[str],
        *,
        binary: bool = False,
        private: bool = False,
        aside: bool = False,
    ) -> Answer:
        """Write the file, and return the answer: ``document`` with the location of the content, and for people ``said``
        or the content itself. ``private``: only its owner may read the file. ``aside``: ``said`` is always printed, on
        standard error if the content goes to standard output."""
        if self.path is not None:
            path, force = self.path, self.force
            self.session.when_done(lambda: write_file(path, data, force=force, private=private))
            return Answer({**document, **self.fields(data, binary=binary)}, said)
        sentences = [said] if isinstance(said, str) else said
        text: list[Text] = [Content(data), *(Aside(sentence) for sentence in sentences if aside)]
        return Answer({**document, **self.fields(data, binary=binary)}, text)

    def fields(self, data: bytes, *, binary: bool = False) -> dict[str, str | None]:
        """The location of the content, or the content itself if it is in no file."""
        if self.path is not None:
            return {"file": str(self.path), "encoding": None, "content": None}
        if binary:
            return {"file": None, "encoding": "base64", "content": base64.b64encode(data).decode("ascii")}
        return {"file": None, "encoding": "text", "content": data.decode()}


def file_argument(metavar: str) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """The file to write as an argument, for commands that also have ``--output``; see ``named_once``."""
    return click.argument("file", type=TARGET, metavar=f"[{metavar}]", required=False)


def unless_standard(path: Path | None) -> Path | None:
    """The path of a file to write; None for ``-``, which is standard output."""
    return None if path == STANDARD else path


def named_once(file: Path | None, path: Path | None) -> Path:
    """The file to write, named either by an argument or by ``--output``."""
    if (named := file or path) is None or (file and path):
        raise click.UsageError("Name the file to write, once.")
    return named


force_option = click.option("--force", is_flag=True, help="Overwrite an existing file.")
output_option = click.option(
    "--output", "--out", "path", type=TARGET, metavar="FILE", help="Write to this file. Default: -, standard output."
)


def output_options(command: Callable[..., Answered]) -> Callable[..., Answered]:
    """``--output`` and ``--force``; the command gets them as ``output``."""

    @wraps(command)
    def wrapped(session: Session, *args: Any, path: Path | None, force: bool, **options: Any) -> Answered:
        if force and path is None:
            raise click.UsageError("--force goes with --output.")
        return command(session, *args, output=OutputFile(session, unless_standard(path), force), **options)

    return output_option(force_option(wrapped))
