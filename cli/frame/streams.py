"""The standard streams of the program: what happens when one of them is closed, or can't be written.

Standard output is the answer: where it can't be written, the command fails with ``output-failed``, or with
``output-lost`` if it has changed something. Standard error is for messages: where it can't be written they are lost,
and the command goes on.
"""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from typing import TYPE_CHECKING

from ...store.errors import Refusal

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_INPUT, _OUTPUT, _MESSAGES = 0, 1, 2


LOOK = "Look what it has done before you repeat it: `certfleet audit list`."


class OutputFailed(Exception):
    """Standard output can't be written. It is no ``OSError``, which would be taken for that of another file.

    ``is_left``: it is a pipe that nobody reads any more, as with ``| head``."""

    def __init__(self, error: OSError) -> None:
        said = {errno.EBADF: "standard output is closed", errno.EPIPE: "nobody reads the pipe any more"}
        super().__init__(said.get(error.errno or 0, error.strerror))
        self.is_left = error.errno == errno.EPIPE


def output_refusal(error: OutputFailed, *, has_changed: bool) -> Refusal:
    """What people and scripts are told of it; ``has_changed``: the command has changed something before."""
    said = f"the output can't be written: {error}"
    if has_changed:
        return Refusal("output-lost", f"{said}; what the command has changed stays", LOOK)
    return Refusal("output-failed", said, "Run it again with a standard output that can be written.")


def prepare_streams() -> None:
    """Open closed standard streams (``>&-``), before a file of ours gets their number, and tell errors of standard
    output from those of other files. Characters that the encoding lacks are escaped."""
    if sys.stdin is None:
        sys.stdin = open(os.open(os.devnull, os.O_RDONLY), closefd=False)  # noqa: SIM115 - open to the end
    # What can't be written fails as what is closed does, at the first byte: a command without output succeeds.
    is_closed = sys.stdout is None and os.open(os.devnull, os.O_RDONLY) == _OUTPUT
    if is_closed or _is_of(sys.stdout, _OUTPUT):
        sys.stdout = _text_over(_Output(_OUTPUT, "wb", closefd=False), sys.stdout)
    is_closed = sys.stderr is None and os.open(os.devnull, os.O_WRONLY) == _MESSAGES
    if is_closed or _is_of(sys.stderr, _MESSAGES):
        sys.stderr = _text_over(_Messages(_MESSAGES, "wb", closefd=False), sys.stderr)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def forget_output() -> None:
    """Keep the interpreter from flushing once more at exit, which would fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), _OUTPUT)


def _is_of(stream: object, number: int) -> bool:
    """Whether it is the interpreter's own, and not one that a test has put in its place."""
    buffer = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)  # there is no buffer below with PYTHONUNBUFFERED
    return type(raw) is io.FileIO and raw.fileno() == number


def _text_over(raw: io.RawIOBase, like: object) -> io.TextIOWrapper:
    """``like`` the stream that it stands for, None for a closed one."""
    at_once = getattr(like, "line_buffering", True) or getattr(like, "write_through", True)
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding=getattr(like, "encoding", None), line_buffering=at_once)


class _Output(io.FileIO):
    def write(self, data: ReadableBuffer, /) -> int:
        try:
            while (written := super().write(data)) is None:  # somebody has made the pipe non-blocking
                select.select([], [self], [])
        except OSError as error:
            raise OutputFailed(error) from error
        return written


class _Messages(io.FileIO):
    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes
