"""``certfleet simulate run``."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from types import FrameType
from typing import Any, Literal

import click

from ..simulator.engine import RunProgress, RunReport, Simulator
from ..simulator.pace import FOREVER, run_paced
from ..store.workspace import Workspace
from .output import emit, say
from .parameters import DURATION
from .phrases import moment
from .session import Session, pass_session
from .simulate_control import SPEED, speed_of
from .simulate_fleet import WORKERS


@click.command()
@click.option("--for", "duration", type=DURATION, metavar="30d", help="How long, on the virtual clock; else on and on.")
@click.option(
    "--speed", type=SPEED, default="max", show_default=True, metavar="N|max", help="Virtual seconds a second."
)
@click.option("--workers", type=WORKERS, default=1, show_default=True, help="Processes that make keys and sign.")
@click.option("--attached", is_flag=True, help="Stop when standard input is closed, as when its starter has died.")
@click.pass_context
@pass_session
def run(
    session: Session,
    context: click.Context,
    duration: timedelta | None,
    speed: int | Literal["max"],
    workers: int,
    attached: bool,
) -> None:
    """Let the virtual clock run, and play what devices and their users do. Ctrl-C stops after the batch that it is
    at; everything up to there is kept, and the next run goes on from it."""
    with session.open() as workspace, Simulator(workspace, workers=workers) as simulator, _stopping(attached) as stop:
        started_at = workspace.now()
        if duration is not None and duration > FOREVER - started_at:
            raise click.BadParameter("the clock does not go that far", param_hint="--for")
        until = None if duration is None else started_at + duration
        with _display(started_at, until) as told:
            report = run_paced(simulator, until=until, speed=speed_of(speed), progress=told, stop=stop.is_asked)
        _answer(session, workspace, report, until)
    if stop.signal:
        context.exit(128 + stop.signal)


class _Stop:
    """Whether to stop: the number of a signal says so, or 0 the end of standard input."""

    def __init__(self) -> None:
        self.signal: int | None = None

    def is_asked(self) -> bool:
        return self.signal is not None


@contextmanager
def _stopping(attached: bool) -> Iterator[_Stop]:
    """The first Ctrl-C, or SIGTERM, lets the batch be finished; the second one doesn't."""
    stop = _Stop()
    before: dict[int, Any] = {}

    def interrupted(number: int, frame: FrameType | None) -> None:
        stop.signal = number
        signal.signal(number, before[number])

    for caught in (signal.SIGINT, signal.SIGTERM):
        before[caught] = signal.signal(caught, interrupted)
    if attached:
        threading.Thread(target=_wait_for_the_end, args=(stop,), daemon=True).start()
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait_for_the_end(stop: _Stop) -> None:
    """Wait until standard input is closed; what comes before is nobody's."""
    with suppress(OSError):
        while os.read(0, 4096):
            pass
    if stop.signal is None:
        stop.signal = 0


@contextmanager
def _display(started_at: datetime, until: datetime | None) -> Iterator[Callable[[RunProgress], None] | None]:
    """Progress, for people only."""
    if not sys.stderr.isatty():
        yield None
        return
    from .bars import running

    with running(started_at, until) as advance:
        yield advance


def _answer(session: Session, workspace: Workspace, report: RunReport, until: datetime | None) -> None:
    digest = workspace.devices.log_digest()
    if session.json:
        emit(
            {
                "started_at": report.started_at,
                "ended_at": report.ended_at,
                "events": report.events,
                "event_log": {"count": digest.count, "sha256": digest.sha256},
            }
        )
        return
    say(f"from {moment(report.started_at)} to {moment(report.ended_at)}: {report.events:,} events")
    if until is not None and report.ended_at < until:
        say("stopped before the end; the next run goes on from there")
    say(f"event log: {digest.count:,} events, SHA-256 {digest.sha256}")
