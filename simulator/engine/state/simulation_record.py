"""The stored state of a simulation: the fleet's plan, how much of it exists, and samples over time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import convert, to_builtins
from msgspec.structs import replace

from ....store.durations import duration_text
from ....store.errors import Refusal
from ....store.model.simulation import RECORD, TURNOVER, Sample, SimulationRecord, Turnover
from ....store.words import plural
from ....store.workspace import Workspace

__all__ = [
    "BETWEEN_SAMPLES",
    "Sample",
    "SimulationRecord",
    "Turnover",
    "add_sample",
    "checked_fleet",
    "history",
    "history_every",
    "put_simulation",
    "put_turnover",
    "simulation_of",
    "turnover_of",
]


BETWEEN_SAMPLES = timedelta(hours=6)
"""The shortest time between two samples of the fleet."""

_DAY = timedelta(days=1)


def simulation_of(workspace: Workspace) -> SimulationRecord | None:
    """The simulation of a workspace; None without a fleet."""
    document = workspace.database.table("simulation").get(doc_id=RECORD)
    return None if document is None else convert(dict(document), SimulationRecord)


def checked_fleet(workspace: Workspace) -> SimulationRecord:
    """The fleet of a workspace, if it can be simulated. Refuses with ``no-fleet`` or ``fleet-unfinished``."""
    record = simulation_of(workspace)
    if record is None:
        if devices := workspace.devices.records.count():
            said = f"nothing says when the {plural(devices, 'device')} of this workspace connect: they have no habits"
            hint = "Measure habits with `certfleet device habits`, and draw a fleet with them in a new workspace."
            raise Refusal("no-fleet", said, hint)
        raise Refusal(
            "no-fleet", "there is no fleet in this workspace", "Run `certfleet simulate fleet --devices 500`."
        )
    if record.drawn < record.devices:
        raise Refusal(
            "fleet-unfinished",
            f"only {record.drawn:,} of the fleet's {record.devices:,} devices have been generated",
            f"`certfleet simulate fleet --devices {record.devices} --seed {record.seed}` goes on with it.",
        )
    return record


def put_simulation(workspace: Workspace, record: SimulationRecord) -> None:
    """Store the simulation, inside a transaction."""
    table = workspace.database.table("simulation")
    table.upsert(table.document_class(to_builtins(record), RECORD))


def turnover_of(workspace: Workspace) -> Turnover:
    """What has changed in the fleet since its start."""
    document = workspace.database.table("simulation").get(doc_id=TURNOVER)
    return Turnover() if document is None else convert(dict(document), Turnover)


def put_turnover(workspace: Workspace, turnover: Turnover) -> None:
    """Store it, inside a transaction."""
    table = workspace.database.table("simulation")
    table.upsert(table.document_class(to_builtins(turnover), TURNOVER))


def history(workspace: Workspace) -> list[Sample]:
    """Samples of the fleet's make-up, oldest first; at most one every ``BETWEEN_SAMPLES``, and only after a change."""
    return [
        convert(dict(document), Sample)
        for document in sorted(workspace.database.table("fleet_history"), key=lambda document: document.doc_id)
    ]


def history_every(workspace: Workspace, every: timedelta) -> list[Sample]:
    """What the fleet was made of at the beginning, each time after this span, and now: of days or longer, one a day at
    most. Refuses with ``span-too-short`` less than ``BETWEEN_SAMPLES``: nothing is known in between."""
    if every < BETWEEN_SAMPLES:
        said = f"a sample is taken every {duration_text(BETWEEN_SAMPLES)} at most, and {duration_text(every)} is less"
        raise Refusal("span-too-short", said, f"Write {duration_text(BETWEEN_SAMPLES)} or more.")
    samples, now = history(workspace), workspace.now()
    found: list[Sample] = []
    at, place = samples[0].at if samples else now, 0
    while samples and (at.date() < now.date() if every >= _DAY else at < now):
        while place + 1 < len(samples) and samples[place + 1].at <= at:
            place += 1
        found.append(replace(samples[place], at=at))
        at += every
    counts = workspace.devices.counts()
    states = {str(state): number for state, number in counts.states.items()}
    return [*found, Sample(at=now, groups=dict(counts.groups), states=states)] if samples else []


def add_sample(workspace: Workspace, at: datetime, groups: Mapping[str, int], states: Mapping[str, int]) -> None:
    """Store a sample, inside a transaction."""
    sample = Sample(
        at=at,
        groups={name: groups[name] for name in sorted(groups) if groups[name]},
        states={name: states[name] for name in sorted(states) if states[name]},
    )
    workspace.database.table("fleet_history").insert(to_builtins(sample))
