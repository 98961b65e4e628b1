"""What certfleet says when it refuses: one exception, with a code for scripts and a hint for people."""

from __future__ import annotations

import errno

CANNOT_WRITE = ("workspace-busy", "workspace-unwritable", "disk-full")
"""Refusals about the storage, whatever was asked: the workspace can't be written at the moment."""

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
"""What the system says when a disk, or somebody's share of it, is full."""


class Refusal(Exception):
    """Bad input or a rule says no. Nothing has been changed.

    ``code`` is stable, lower-case and hyphenated (``wrong-password``); scripts may depend on it.
    ``message`` says what is wrong in one sentence, ``hint`` what to do, where there is something to do.
    None of the three ever holds a password or key material.
    """

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def no_room(where: object) -> Refusal:
    """The storage that ``where`` is on is full."""
    return Refusal("disk-full", f"there is no room left for {where}", "Free some space and try again.")
