"""Running at a pace: virtual seconds a real second, changed or stopped by whoever looks on."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from .control import begin, control_of
from .engine import RunProgress, RunReport, Simulator

TICK = 0.25  # seconds between two commits of the clock, where the pace leaves time
FOREVER = datetime(9000, 1, 1, tzinfo=UTC)


def run_paced(
    simulator: Simulator,
    *,
    until: datetime | None,
    speed: int | None,
    progress: Callable[[RunProgress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> RunReport:
    """Run to ``until`` (None: until stopped) at a speed (None: as fast as possible).

    It follows ``control.set_speed`` and ``request_stop`` of any process, and ends when ``stop`` says so.
    """
    workspace = simulator.workspace
    begin(workspace, speed)
    end, started_at = until or FOREVER, workspace.now()
    events = batches = 0
    pace = _Pace(workspace.now(), speed)

    def stopped() -> bool:
        control = control_of(workspace)
        pace.change(workspace.now(), control.speed)
        return control.stop_requested or (stop is not None and stop())

    def tell(told: RunProgress) -> None:
        if progress is not None:
            progress(RunProgress(started_at=started_at, now=told.now, until=end, events=events + told.events))

    while workspace.now() < end and not stopped():
        report = simulator.run(min(end, pace.target()), progress=tell, stop=stopped)
        events += report.events
        batches += report.batches
        if pace.speed is not None:
            time.sleep(TICK)
            workspace.catch_up()
    return RunReport(started_at=started_at, ended_at=workspace.now(), events=events, batches=batches)


class _Pace:
    """Where the clock should be by now."""

    def __init__(self, at: datetime, speed: int | None) -> None:
        self._since, self._from, self.speed = time.monotonic(), at, speed

    def change(self, at: datetime, speed: int | None) -> None:
        """From here on at another speed."""
        if speed != self.speed:
            self._since, self._from, self.speed = time.monotonic(), at, speed

    def target(self) -> datetime:
        if self.speed is None:
            return FOREVER
        passed = time.monotonic() - self._since
        return self._from + timedelta(seconds=int(passed * self.speed))
