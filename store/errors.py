"""Refusals: one exception, with a code for scripts and a hint for people."""

from __future__ import annotations

import errno

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
