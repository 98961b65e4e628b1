"""``certfleet simulate run``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Literal

import click

from ..simulator.engine.pace import run_paced
from ..simulator.engine.play import moment as moment_of
from ..simulator.engine.simulator import FOREVER, RunProgress, RunReport, Simulator
from ..store.words import moment
from ..store.workspace import Workspace
from .frame.answer import emit, say
from .frame.interruption import stopping
from .frame.parameters import DURATION
from .frame.session import Session, pass_session
from .notice_delivery import delivering
from .simulate_control import SPEED, speed_of
from .simulate_fleet import WORKERS

UNTIL_STOPPED = 3600  # virtual seconds a second


@click.command()
@click.option("--for", "duration", type=DURATION, metavar="30d", help="How long, on the virtual clock; else on and on.")
@click.option(
    "--speed", type=SPEED, metavar="N|max", help="Virtual seconds a second; else max, or 3600 where --for is missing."
)
@click.option("--workers", type=WORKERS, default=1, show_default=True, help="Processes that make keys and sign.")
@click.option("--attached", is_flag=True, help="Stop when standard input is closed, as when its starter has died.")
@click.pass_context
@pass_session
def run(
    session: Session,
    context: click.Context,
    duration: timedelta | None,
    speed: int | Literal["max"] | None,
    workers: int,
    attached: bool,
) -> None:
    """Let the virtual clock run, and play what devices and their users do. Ctrl-C stops after the batch that it is
    at; everything up to there is kept, and the next run goes on from it. Notices are delivered meanwhile."""
    if speed is None:
        speed = UNTIL_STOPPED if duration is None else "max"  # years pass in seconds where nobody says until when
    with (
        session.open() as workspace,
        stopping(attached) as stop,
        Simulator(workspace, workers=workers, speed=speed_of(speed)) as simulator,
    ):
        started_at = workspace.now()
        if duration is not None and duration > moment_of(FOREVER) - started_at:
            raise click.BadParameter("the clock does not go that far", param_hint="--for")
        until = None if duration is None else started_at + duration
        with delivering(workspace) as courier, _display(started_at, until) as told:

            def tell(progress: RunProgress) -> None:
                courier.nudge()  # a window may have told people something
                if told is not None:
                    told(progress)

            report = run_paced(simulator, until=until, progress=tell, stop=stop.is_asked)
        _answer(session, workspace, report, until)
    if stop.signal:
        context.exit(128 + stop.signal)


@contextmanager
def _display(started_at: datetime, until: datetime | None) -> Iterator[Callable[[RunProgress], None] | None]:
    """Progress, for people only."""
    if not sys.stderr.isatty():
        yield None
        return
    from .frame.progress_bars import running

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
