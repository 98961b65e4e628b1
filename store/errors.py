"""Refusals: one exception, with a code for scripts and a hint for people."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

CANNOT_WRITE = ("workspace-busy", "workspace-unwritable", "workspace-gone", "disk-full", "database-unreachable")
"""Refusals about the storage, whatever was requested: the workspace can't be written at the moment."""

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
"""The system's error numbers for a full disk or an exceeded quota."""


class Refusal(Exception):
    """The input is invalid, or a rule forbids the request. Nothing has been changed.

    ``code`` is stable, lower-case and hyphenated (``wrong-password``); scripts may depend on it. ``message`` says what
    is wrong in one sentence; ``hint`` says what to do, if anything. None of them ever contains a password or key
    material.
    """

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def no_room(where: object) -> Refusal:
    """The refusal for full storage; ``where`` is on it."""
    return Refusal("disk-full", f"there is no room left for {where}", "Free some space and try again.")


@contextmanager
def room_for(where: object) -> Iterator[None]:
    """Inside, the refusal for full storage names ``where``, in place of a file in the making that is for it."""
    try:
        yield
    except Refusal as refusal:
        if refusal.code != "disk-full":
            raise
        raise no_room(where) from refusal


def unwritable(where: object, error: OSError, hint: str | None = None) -> Refusal:
    """The refusal for a file of a person's that can't be written; the hint is for storage that has room."""
    if error.errno in NO_ROOM:
        return no_room(where)
    return Refusal("file-unwritable", f"{where} can't be written: {error.strerror or error}", hint)
