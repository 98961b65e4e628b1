"""``certfleet simulate``: run, status, stop, speed, log and history."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Literal

import click

from ...simulator.engine.pace import run_paced
from ...simulator.engine.processes.control import control_of, is_running, request_stop, set_speed
from ...simulator.engine.simulator import FOREVER, RunProgress, RunReport
from ...simulator.engine.state.simulation_record import history_every, simulation_of
from ...simulator.engine.status.status import event_log_of, simulation_status
from ...simulator.plans.progress import under_way
from ...simulator.plans.words import left_out_lines
from ...simulator.scenarios.news import news_lines
from ...simulator.scenarios.record import find_progress
from ...store.model.device_event import DeviceEvent
from ...store.outlook.horizons import check_forecast
from ...store.times import from_unix
from ...store.views.documents import fields_of
from ...store.views.simulation import (
    arrival_lines,
    event_log_text,
    fleet_states_text,
    fleet_text,
    group_text,
    history_lines,
    load_lines,
    pace_text,
    renewal_lines,
    tables_warning,
)
from ...store.words import moment, second
from ..device.selection import find_device
from ..frame.answer import Answer, Facts
from ..frame.changing import Preview
from ..frame.command import command
from ..frame.interruption import stop_on_signal
from ..frame.parameters import DURATION, TEXT, Written, attached_option, limit_option
from ..frame.progress import database_is_away, run_progress
from ..frame.session import Session
from ..frame.simulating import simulating
from ..frame.spreading import hands, spreading_options
from ..frame.tables import Cell, Listing
from ..notice.delivery import delivering

DEFAULT_SPEED = 3600  # virtual seconds per second for a run without an end
PATIENCE = 30  # seconds to wait for a batch to finish


def _read_speed(text: str) -> int | Literal["max"]:
    """Virtual seconds per second, or ``max``."""
    bare = text.strip().lower().removeprefix("x").removeprefix("×")
    if bare == "max":
        return "max"
    if not (bare.isascii() and bare.isdecimal() and len(bare) < 20):
        raise ValueError(f"{text!r} is not a speed; write virtual seconds per second, as 3600, or max")
    return int(bare)


SPEED = Written("speed", _read_speed)


def _speed_limit(value: int | Literal["max"]) -> int | None:
    """The speed in the simulator's form."""
    return None if value == "max" else value


@command(
    examples=[
        "certfleet simulate run --for 7d",
        "certfleet simulate run --for 7d --dry-run",
        "certfleet simulate run --speed 3600",
    ],
    changes=True,
    compares=False,
)
@click.option(
    "--for", "duration", type=DURATION, metavar="30d", help="How long, on the virtual clock. Default: until stopped."
)
@click.option(
    "--speed",
    type=SPEED,
    metavar="N|max",
    help=f"Virtual seconds per second. Default: max with --for, otherwise {DEFAULT_SPEED}.",
)
@spreading_options()
@attached_option
def run(
    session: Session, duration: timedelta | None, speed: int | Literal["max"] | None, workers: int, attached: bool
) -> Answer:
    """Let the virtual clock run, and play what devices and their users do. Ctrl-C stops after the present batch;
    everything up to there is kept, and the next run continues from there. Notices are delivered meanwhile.

    A plan that was begun is carried out by `certfleet plan run NAME --for 7d` alone.

    A dry run plays the period on a copy in memory, delivers nothing, and reports the difference that it makes."""
    if session.is_trial and (duration is None or speed not in (None, "max")):
        raise click.UsageError("--dry-run needs --for, and runs as fast as it can.")
    if session.is_trial and duration is not None:
        check_forecast(duration)
    if speed is None:
        speed = DEFAULT_SPEED if duration is None else "max"  # without an end, years would pass in seconds
    workspace = session.open()
    if simulation_of(workspace) is not None:
        workspace.moments.before_time_passes()
    lesson = find_progress(workspace)
    with (
        hands(workers) as by,
        stop_on_signal(attached=attached) as stop,
        simulating(workspace, by, stop, _speed_limit(speed)) as simulator,
    ):
        started_at = workspace.now()
        if duration is not None and duration > from_unix(FOREVER) - started_at:
            raise click.BadParameter("the clock does not go that far", param_hint="--for")
        until = None if duration is None else started_at + duration
        report = RunReport(started_at=started_at, ended_at=started_at, events=0, batches=0)
        with (
            nullcontext() if session.is_trial else delivering(workspace) as courier,
            run_progress(started_at, until) as display,
        ):

            def tell(progress: RunProgress) -> None:
                if courier is not None:
                    courier.nudge()  # a window may have created notices
                display(progress)

            if simulator is not None:
                report = run_paced(simulator, until=until, progress=tell, stop=stop.is_asked, away=database_is_away)
    sentences = list(_run_sentences(report, until, kept=not session.is_trial))
    if lesson is not None:
        sentences += news_lines(workspace, lesson)
    sentences += left_out_lines(under_way(workspace), workspace.now())
    times = {"started_at": report.started_at, "ended_at": report.ended_at, "events": report.events}
    session.tell_preview(Preview("run", times, sentences, status=stop.status))
    log = event_log_of(workspace)
    return Answer(
        {**times, "event_log": log},
        [*sentences, f"event log: {event_log_text(log)}"],
        status=stop.status,
    )


def _run_sentences(report: RunReport, until: datetime | None, *, kept: bool) -> Iterator[str]:
    yield f"from {moment(report.started_at)} to {moment(report.ended_at)}: {report.events:,} events"
    if until is not None and report.ended_at < until:
        yield f"stopped before the end; {'the next run continues from there' if kept else 'nothing of it is kept'}"


@command(examples=["certfleet simulate status"])
def status(session: Session) -> Answer:
    """Show the clock, the fleet, how many devices have certificates of the CA group that issues, and the digest of the
    event log, which compares two runs."""
    workspace = session.open()
    found, record = simulation_status(workspace), simulation_of(workspace)
    running = f"running {pace_text(control_of(workspace).speed)}" if is_running(workspace) else "not running"
    return Answer(
        fields_of(found),
        Facts(
            [
                ("clock", f"{found.clock.kind}: {moment(found.clock.now)}"),
                ("simulator", running),
                ("fleet", "no fleet has been drawn" if record is None else fleet_text(record)),
                ("devices", fleet_states_text(found.devices)),
                *(() if found.arrivals is None else [("arrivals", "\n".join(arrival_lines(found.arrivals)))]),
                *((f"CA group {group.name}", group_text(group)) for group in found.groups),
                ("renewal", "\n".join(renewal_lines(found.renewal)) or "nothing"),
                *((("load", "\n".join(peak)),) if (peak := load_lines(found.load, found.pushes_a_minute)) else ()),
                ("event log", event_log_text(found.event_log)),
                *(("tables", warning) for warning in tables_warning(found.tables)),
            ]
        ),
    )


@command(examples=["certfleet simulate stop"])
def stop(session: Session) -> Answer:
    """Stop the simulator that runs on this workspace, and wait until it has finished its present batch."""
    workspace = session.open()
    request_stop(workspace)
    until = time.monotonic() + PATIENCE
    while (running := is_running(workspace)) and time.monotonic() < until:
        time.sleep(0.1)
    return Answer({"stopped": not running}, "asked to stop; it is still busy with a batch" if running else "stopped")


@command(examples=["certfleet simulate speed 600", "certfleet simulate speed max"])
@click.argument("speed", type=SPEED, metavar="N|max")
def speed(session: Session, speed: int | Literal["max"]) -> Answer:
    """Change the speed of the running simulator to N virtual seconds per second, or as fast as it can; it follows
    within a second."""
    limit = _speed_limit(speed)
    set_speed(session.open(), limit)
    return Answer({"speed": limit}, f"it runs {pace_text(limit)}")


@command(examples=["certfleet simulate log --device F2LX0001 --limit 20"], lists="events")
@limit_option(100)
@click.option("--device", type=TEXT, metavar="DEVICE", help="Only events of this device: an id or an identity.")
def log(session: Session, limit: int, device: str | None) -> Answer:
    """List the newest events of the devices, newest first."""
    workspace = session.open()
    if device is None:
        events = workspace.devices.events(limit)
    else:
        events = workspace.devices.timeline(find_device(workspace, device).id)[::-1][:limit]
    return Answer(
        {"events": events},
        Listing(
            (_event(event) for event in events),
            right=("ID", "DEVICE"),
            least={"DETAIL": 12},
            none="nothing has happened",
        ),
    )


@command(examples=["certfleet simulate history", "certfleet simulate history --every 7d"])
@click.option(
    "--every", type=DURATION, default="30d", show_default=True, metavar="7d", help="The time between two lines."
)
def history(session: Session, every: timedelta) -> Answer:
    """Show how many devices were in management over time: the server admits them, even if their users have been asked
    to re-enroll them. The simulator takes a sample every six hours at most, so that is the shortest time between two
    lines."""
    samples = history_every(session.open(), every)
    return Answer({"samples": samples}, history_lines(samples) or "no fleet has been drawn")


def _event(event: DeviceEvent) -> dict[str, str | Cell]:
    return {
        "ID": str(event.id),
        "AT (UTC)": second(event.at),
        "DEVICE": str(event.device_id),
        "WHAT": event.kind.value,
        "DETAIL": event.detail,
    }
