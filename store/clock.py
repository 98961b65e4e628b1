"""The time of a workspace. Everything that asks for the time asks the workspace, never the machine."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


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
    """A clock that stands still until it is set: for tests and for looking ahead."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self.at
