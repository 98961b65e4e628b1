"""The time of a workspace. All code asks the workspace for the time, never the machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol


class Clock(Protocol):
    """Tells the time, always UTC and aware."""

    def now(self) -> datetime:
        """The current time."""
        ...


class WallClock:
    """The machine's clock: for a workspace that holds a real inventory."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is set: for tests and forecasts."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self.at


class StoredClock:
    """The clock set in the workspace's settings: the machine's, or a virtual one that stands still until it is moved.

    ``setting`` reads ``{"kind": "wall"}`` or ``{"kind": "virtual", "at": …}`` from the settings.
    """

    def __init__(self, setting: Callable[[], dict[str, Any]]) -> None:
        self._setting = setting
        self._known = "", datetime.now(UTC)  # the text, and the time that it means

    def now(self) -> datetime:
        setting = self._setting()
        if setting["kind"] != "virtual":
            return datetime.now(UTC)
        text, at = self._known
        if setting["at"] != text:
            text, at = setting["at"], datetime.fromisoformat(setting["at"])
            self._known = text, at  # assigned together: other threads read it
        return at


def virtual(at: datetime) -> dict[str, str]:
    """The setting of a virtual clock at the time ``at``, to the second."""
    return {"kind": "virtual", "at": rfc3339(at.replace(microsecond=0))}


@lru_cache
def rfc3339(at: datetime) -> str:
    """A time for records and programs: RFC 3339, UTC, with a Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
