"""Running at a pace: virtual seconds per real second, which any process may change or stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from ...store.errors import Refusal
from ...store.times import from_unix
from .processes.control import control_of
from .simulator import FOREVER, RunProgress, RunReport, Simulator

TICK = 0.25  # seconds between two commits of the clock when there is time to wait
_AGAIN = 1.0  # seconds between two looks whether the database is back
_AWAY = ("database-unreachable", "outcome-unknown")


def run_paced(
    simulator: Simulator,
    *,
    until: datetime | None,
    progress: Callable[[RunProgress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    away: Callable[[Refusal], None] | None = None,
) -> RunReport:
    """Run to ``until`` (None: until stopped, or until no event is left) at the simulator's speed.

    Follows ``control.set_speed`` and ``request_stop`` of any process, and ends when ``stop()`` is true. While the
    database can't be reached it waits; ``away`` is told why.
    """
    workspace = simulator.workspace
    end = from_unix(FOREVER) if until is None else until.replace(microsecond=0)
    started_at, events, batches, told_events = workspace.now(), 0, 0, 0
    pace = _Pace(workspace.now(), control_of(workspace).speed)

    def ended() -> bool:
        return control_of(workspace).stop_requested or (stop is not None and stop())

    def at_rest() -> bool:
        return until is None and simulator.is_idle

    def interrupted() -> bool:
        return ended() or at_rest() or control_of(workspace).speed != pace.speed

    def tell(told: RunProgress) -> None:
        nonlocal told_events
        told_events = told.events
        if progress is not None:
            progress(RunProgress(started_at=started_at, now=told.now, until=end, events=events + told.events))

    def goes_on() -> bool:
        return workspace.now() < end and not ended() and not at_rest()

    is_away = False
    while not (is_away and stop is not None and stop()):
        try:
            if is_away:
                simulator.resume()
                is_away = False
            if not goes_on():
                break
            pace.follow(workspace.now(), control_of(workspace).speed)
            told_events = 0
            report = simulator.run(min(end, pace.target()), progress=tell, stop=interrupted)
            events, told_events = events + report.events, 0
            batches += report.batches
            if pace.speed is not None:
                time.sleep(TICK)
                workspace.catch_up()
        except Refusal as refusal:
            if refusal.code not in _AWAY:
                raise
            if not is_away and away is not None:
                away(refusal)
            is_away, events, told_events = True, events + told_events, 0
            time.sleep(_AGAIN)
    return RunReport(started_at=started_at, ended_at=workspace.now(), events=events, batches=batches)


class _Pace:
    """The virtual time that the clock should show by now."""

    def __init__(self, at: datetime, speed: int | None) -> None:
        self._since, self._from, self.speed = time.monotonic(), at, speed

    def follow(self, at: datetime, speed: int | None) -> None:
        """Switch to another speed, if it differs."""
        if speed != self.speed:
            self._since, self._from, self.speed = time.monotonic(), at, speed

    def target(self) -> datetime:
        if self.speed is None:
            return from_unix(FOREVER)
        passed = time.monotonic() - self._since
        return self._from + timedelta(seconds=int(passed * self.speed))
