"""What an act cost, or the time before it: what would be otherwise without it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class ActCost(Struct, frozen=True, kw_only=True):
    """What an act cost, or the time from ``at`` to ``until`` that somebody waited before the act of ``line``.

    ``points`` are those that there would be more without it, ``stranded`` the devices fewer, ``device_days`` the
    device-days fewer without each capability; below 0 is what it brought. ``unable`` says why it can't be known.
    ``later_refused`` acts after it would have been refused.
    """

    line: int
    at: datetime
    said: str
    until: datetime | None = None
    points: int = 0
    stranded: int = 0
    device_days: dict[str, float] = {}
    later_refused: int = 0
    unable: str = ""

    @property
    def made_a_difference(self) -> bool:
        """Whether anything would be otherwise without it."""
        return bool(self.points or self.stranded or self.device_days)

    @property
    def weight(self) -> tuple[int, int, float]:
        """How much it cost: what counts first is first."""
        return self.points, self.stranded, max(self.device_days.values(), default=0.0)


class ActCosts(Struct, frozen=True, kw_only=True):
    """What each act cost, in the order of their times. ``points`` are those of the run with all acts that can be done
    again; if they differ from what was reached, the rest has made the difference."""

    points: int
    acts: tuple[ActCost, ...]

    @property
    def worst(self) -> ActCost | None:
        """The act, or the wait, that cost the most; None if none cost anything."""
        costly = [one for one in self.acts if one.weight > (0, 0, 0.0)]
        return max(costly, key=lambda one: one.weight, default=None)
