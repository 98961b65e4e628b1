"""The simulation: its status, its pace, starting and stopping it, what happened, and what a trainer does to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from msgspec import Meta

from ...simulator.engine.behaviour.failing import fix
from ...simulator.engine.processes.control import control_of, is_running, request_stop, set_speed
from ...simulator.engine.state.simulation_record import BETWEEN_SAMPLES, history_every
from ...simulator.engine.status.status import simulation_status
from ...store.model.device_event import DeviceEvent
from ...store.model.failures import FailureCause
from ...store.model.simulation import Sample
from ...store.views.documents import document_type, fields_of
from ...store.views.simulation import SimulationStatusDocument
from ...store.workspace import Workspace
from ..product.request_fields import IN_DAYS, IN_HOURS, AnyId, words_of
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Body, Calls
from ..server.reading import read_by
from ..server.session import changes, keeps, reads
from ..server.simulator_process import start_simulator
from ..server.surfaces import OWN

calls = Calls(OWN, "/simulation", tag="simulation")

USUAL_SPEED = 3600
_Speed = Annotated[int, Meta(ge=1, le=10_000_000)] | Literal["max"]

SimulationFields = document_type(
    "SimulationFields",
    SimulationStatusDocument,
    "The status of a simulation. ``speed`` is in virtual seconds a second; null: as fast as it can.",
    running=bool,
    speed=int | None,
)


class SimulationAnswer(DoneAnswer, frozen=True, kw_only=True):
    """The status of the simulation."""

    status: SimulationFields


class SimulatorAnswer(DoneAnswer, frozen=True, kw_only=True):
    """Whether a simulator runs, at which speed (null: as fast as it can), and the workspace's time."""

    running: bool
    speed: int | None
    now: datetime


class EventList(DoneAnswer, frozen=True, kw_only=True):
    """Events of devices, the newest first."""

    events: list[DeviceEvent]


class History(DoneAnswer, frozen=True, kw_only=True):
    """The number of devices by CA group and by state over time."""

    samples: list[Sample]


class FixAnswer(DoneAnswer, frozen=True, kw_only=True):
    """What was fixed, and when."""

    cause: FailureCause
    fixed_at: datetime


class Run(Body, kw_only=True):
    """How fast time passes, and for how long. Without ``hours`` it goes on until it is stopped, 3,600 virtual seconds a
    second unless ``speed`` says otherwise; with them it is as fast as it can."""

    speed: _Speed | None = None
    hours: Annotated[int, Meta(ge=1, le=99_999), IN_HOURS] | None = None


class NewSpeed(Body, kw_only=True):
    """Virtual seconds a second, or max."""

    speed: _Speed


class Cause(Body, kw_only=True):
    """What makes devices fail together."""

    cause: Annotated[FailureCause, read_by(words_of(FailureCause))]


@calls.get("", reads(SimulationAnswer))
def get_simulation(workspace: Workspace) -> HttpAnswer:
    """Get the clock, the fleet, how many devices have certificates of the CA group that issues, and the digest of the
    event log, which compares two runs."""
    found = fields_of(simulation_status(workspace))
    return answer(
        SimulationAnswer,
        status=SimulationFields(**found, running=is_running(workspace), speed=control_of(workspace).speed),
    )


@calls.post("/start", keeps(SimulatorAnswer, 403, 409, action="simulation.control"))
def start_simulation(workspace: Workspace, wanted: Run) -> HttpAnswer:
    """Let time pass, and play what devices and their users do. A process of the server does it, which ends with the
    server; the answer comes when it runs. Everything up to its last batch is kept."""
    speed = wanted.speed or (USUAL_SPEED if wanted.hours is None else "max")
    start_simulator(workspace, speed, wanted.hours)
    return _control(workspace)


@calls.post("/stop", keeps(SimulatorAnswer, 403, 409, action="simulation.control"))
def stop_simulation(workspace: Workspace) -> HttpAnswer:
    """Stop the simulator after its present batch, whoever started it."""
    request_stop(workspace)
    return _control(workspace)


@calls.post("/speed", keeps(SimulatorAnswer, 403, 409, action="simulation.control"))
def change_speed(workspace: Workspace, wanted: NewSpeed) -> HttpAnswer:
    """Change the speed of the running simulator. It follows within a second."""
    set_speed(workspace, None if wanted.speed == "max" else wanted.speed)
    return _control(workspace)


@calls.get("/log", reads(EventList, 404))
def list_events(
    workspace: Workspace,
    device: AnyId | None = None,
    limit: Annotated[int, Meta(ge=1, le=10_000)] = 100,
    before: AnyId | None = None,
) -> HttpAnswer:
    """List the newest events of the devices, or of one; those below an id for the page after."""
    if device is None:
        return answer(EventList, events=workspace.devices.events(limit, before))
    workspace.devices.get(device)
    events = [one for one in workspace.devices.timeline(device) if before is None or one.id < before]
    return answer(EventList, events=events[: -limit - 1 : -1])


@calls.get("/history", reads(History))
def get_history(
    workspace: Workspace,
    days: Annotated[int, Meta(ge=1, le=36_500), IN_DAYS] = 30,
    hours: Annotated[int, Meta(ge=BETWEEN_SAMPLES // timedelta(hours=1), le=99_999), IN_HOURS] | None = None,
) -> HttpAnswer:
    """Get how many devices were in management over time, with so many days, or hours, between two samples."""
    every = timedelta(days=days) if hours is None else timedelta(hours=hours)
    return answer(History, samples=list(history_every(workspace, every)))


@calls.post("/fix", changes(FixAnswer, "simulation.fix"))
def fix_failures(workspace: Workspace, wanted: Cause) -> HttpAnswer:
    """End what makes devices fail together: an OS version on which renewals fail, a proxy that rejects certificate
    requests, a mobile carrier whose network loses them, or an OS version that rejects policies."""
    cohort = fix(workspace, wanted.cause)
    return answer(FixAnswer, cause=wanted.cause, fixed_at=cohort.fixed_at)


def _control(workspace: Workspace) -> HttpAnswer:
    workspace.catch_up()
    return answer(
        SimulatorAnswer, running=is_running(workspace), speed=control_of(workspace).speed, now=workspace.now()
    )
