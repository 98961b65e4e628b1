"""Reading a user's file: limited in size, and never blocked by a device or a pipe."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..confinement import open_person_file
from ..errors import Refusal
from .limits import MAX_INPUT
from .text import shortened

_CHUNK = 1024 * 1024


def read_input(path: Path, limit: int = MAX_INPUT) -> bytes:
    """The file's bytes.

    Refuses ``file-not-found``, ``not-a-file`` (a folder, device, pipe or socket), ``file-unreadable``,
    ``file-empty`` and ``file-too-large`` (more than ``limit`` bytes).
    """
    name = shortened(str(path), 200)
    with open_input(path) as descriptor:
        try:
            if os.fstat(descriptor).st_size > limit:
                raise _too_large(name, limit)
            data = _read(descriptor, limit)
        except OSError as error:
            raise Refusal("file-unreadable", f"{name} can't be read: {_reason(error)}") from None
    if len(data) > limit:
        raise _too_large(name, limit)
    if not data:
        raise Refusal("file-empty", f"{name} is empty", "Copy the file again from where it was made.")
    return data


@contextmanager
def open_input(path: Path) -> Iterator[int]:
    """The descriptor of a regular file, open for reading in the block.

    Refuses ``file-not-found``, ``not-a-file`` and ``file-unreadable``; where people are confined, ``path-outside``.
    """
    name = shortened(str(path), 200)
    try:
        # Without O_NONBLOCK, opening a pipe waits until somebody writes into it.
        descriptor = open_person_file(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise _not_opened(error, path, name) from None
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise _not_a_file(name, mode)
        yield descriptor
    finally:
        os.close(descriptor)


def _read(descriptor: int, limit: int) -> bytes:
    """At most ``limit`` bytes and one more: the file may grow while it is read."""
    parts: list[bytes] = []
    left = limit + 1
    while left > 0 and (part := os.read(descriptor, min(left, _CHUNK))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _not_opened(error: OSError | ValueError, path: Path, name: str) -> Refusal:
    if isinstance(error, ValueError):
        return Refusal("file-not-found", f"{name} is not a file name")
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
        return Refusal("file-not-found", f"there is no file {name}", "Check the path and the spelling.")
    if error.errno == errno.ELOOP:
        return Refusal("file-not-found", f"{name} is a link that leads back to itself")
    if error.errno == errno.ENXIO or path.is_dir():
        return Refusal("not-a-file", f"{name} is not a file", "Name the file itself.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return Refusal("file-unreadable", f"you may not read {name}", "Ask its owner, or change its mode.")
    return Refusal("file-unreadable", f"{name} can't be read: {_reason(error)}")


def _not_a_file(name: str, mode: int) -> Refusal:
    kind = "a folder" if stat.S_ISDIR(mode) else "a pipe" if stat.S_ISFIFO(mode) else "a device"
    return Refusal("not-a-file", f"{name} is {kind}, not a file", "Name the file itself.")


def _too_large(name: str, limit: int) -> Refusal:
    size = f"{limit // (1024 * 1024)} MiB" if limit >= 1024 * 1024 else f"{limit} bytes"
    return Refusal("file-too-large", f"{name} is larger than {size}", "Certificate files are far smaller.")


def _reason(error: OSError) -> str:
    return (error.strerror or "input/output error").lower()
