"""The files that a command reads: by their path, from a pipe, or on standard input for ``-``."""

from __future__ import annotations

import os
import select
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from ...store.certificates.files import open_input, read_input
from ...store.certificates.limits import MAX_BULK_ARCHIVE, MAX_INPUT
from ...store.certificates.text import shortened
from ...store.confinement import confined_to, open_person_file
from ...store.errors import Refusal
from ...store.printable import printable
from .parameters import STANDARD


def read_file(path: Path, limit: int = MAX_INPUT) -> bytes:
    """The content of a file. ``-`` is standard input, and a pipe is read to its end, as in ``<(openssl s_client …)``.

    Refuses as ``read_input`` does. What flows in can be read once, so it is kept for the command's second attempt.
    """
    if not _flows(path):
        return read_input(path, limit)
    known: dict[Path, bytes] = click.get_current_context().meta.setdefault(__name__, {})
    if path not in known:
        with _flowing(path) as stream:
            known[path] = stream.read(limit + 1)
        refuse_cut_off()
    if not known[path]:
        raise Refusal("file-empty", f"{_named(path)} is empty", "See what the command before the pipe said.")
    if len(known[path]) > limit:
        raise Refusal("file-too-large", f"{_named(path)} brings more than {limit:,} bytes")
    return known[path]


@contextmanager
def stream(path: Path) -> Iterator[BinaryIO]:
    """A file that is read once from its beginning to its end, and may be larger than the memory. ``-`` is standard
    input; refuses as ``read_input`` does, whatever its size. What flows in is kept for the command's second attempt."""
    if not _flows(path):
        with open_input(path) as descriptor, os.fdopen(os.dup(descriptor), "rb") as file:
            if not os.fstat(descriptor).st_size:
                raise Refusal("file-empty", f"{_named(path)} is empty", "Copy the file again from where it was made.")
            yield file
        return
    context = click.get_current_context()
    known: dict[Path, BinaryIO] = context.meta.setdefault(f"{__name__}.streams", {})
    if path not in known:
        copy = context.with_resource(tempfile.TemporaryFile())  # noqa: SIM115 - the context closes it
        with _flowing(path) as source:
            shutil.copyfileobj(source, copy)
        refuse_cut_off()
        known[path] = copy
    if not known[path].tell():
        raise Refusal("file-empty", f"{_named(path)} is empty", "See what the command before the pipe said.")
    known[path].seek(0)
    yield known[path]


@contextmanager
def seekable(path: Path) -> Iterator[Path | BinaryIO]:
    """For files that aren't read from one end to the other: the path, or what flows in, in a file without a name."""
    if not _flows(path):
        yield path
        return
    with tempfile.TemporaryFile() as copy:
        with _flowing(path) as stream:
            while copy.tell() <= MAX_BULK_ARCHIVE and (part := stream.read(1024 * 1024)):
                copy.write(part)
        refuse_cut_off()
        copy.seek(0)
        yield copy


@contextmanager
def on_disk(path: Path) -> Iterator[Path]:
    """For files that only a path opens: the path, or that of a copy of what flows in. Refuses as ``stream`` does."""
    with stream(path) as source:
        if not _flows(path):
            yield path
            return
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / ("standard input" if path == STANDARD else path.name)
            with copy.open("wb") as file:
                shutil.copyfileobj(source, file)
            yield copy


def refuse_cut_off() -> None:
    """Refuse with ``connection-lost`` what somebody sent who is gone: it may have ended in the middle.

    sshd gives a command one socket for standard input and output. Its other end is closed when the connection is lost;
    when somebody has sent everything, it is still there to take the answer.
    """
    if confined_to() is not None:
        poll = select.poll()
        poll.register(1, 0)
        if any(events & (select.POLLHUP | select.POLLERR) for _, events in poll.poll(0)):
            raise Refusal(
                "connection-lost", "the connection is gone, so what came may be only a part", "Send it again."
            )


def input_name(path: Path) -> str:
    """What a file is called in messages and records."""
    return "standard input" if path == STANDARD else printable(path.name or path.resolve().name)


def _named(path: Path) -> str:
    return "standard input" if path == STANDARD else shortened(str(path), 200)


def _flows(path: Path) -> bool:
    try:
        return path == STANDARD or stat.S_ISFIFO(path.stat().st_mode)
    except (OSError, ValueError):  # its reader says why
        return False


@contextmanager
def _flowing(path: Path) -> Iterator[BinaryIO]:
    try:
        if path == STANDARD:
            if sys.stdin.isatty():
                click.echo("reading standard input; Ctrl-D ends it", err=True)
            yield sys.stdin.buffer
        else:
            with os.fdopen(open_person_file(path, os.O_RDONLY), "rb") as stream:
                yield stream
    except OSError as error:
        raise Refusal("file-unreadable", f"{_named(path)} can't be read: {os.strerror(error.errno or 0)}") from None
