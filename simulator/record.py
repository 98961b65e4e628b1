"""What the workspace knows of its simulation: the fleet's plan, how far it has been drawn, and samples over time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, convert, to_builtins

from ..store.model.device import Platform
from ..store.workspace import Workspace

_RECORD = 1  # the document's id in the table ``simulation``; the control document is 2


class SimulationRecord(Struct, frozen=True, kw_only=True):
    """``drawn`` of the ``devices`` are there and enrolled. ``check_in`` is in seconds, None for each platform's own."""

    devices: int
    seed: int
    mix: dict[Platform, int]
    check_in: int | None
    domain: str
    started_at: datetime
    drawn: int = 0


class Sample(Struct, frozen=True, kw_only=True):
    """How many devices worked with a certificate of each group, and were in each state, at a time."""

    at: datetime
    groups: dict[str, int]
    states: dict[str, int]


def simulation_of(workspace: Workspace) -> SimulationRecord | None:
    """The simulation of a workspace; None where no fleet was drawn."""
    document = workspace.database.table("simulation").get(doc_id=_RECORD)
    return None if document is None else convert(dict(document), SimulationRecord)


def put_simulation(workspace: Workspace, record: SimulationRecord) -> None:
    """Write it, inside a transaction."""
    table = workspace.database.table("simulation")
    table.upsert(table.document_class(to_builtins(record), _RECORD))


def history(workspace: Workspace) -> list[Sample]:
    """How the fleet changed over time, oldest first; a sample where something had changed, at most every six hours."""
    return [
        convert(dict(document), Sample)
        for document in sorted(workspace.database.table("fleet_history"), key=lambda document: document.doc_id)
    ]


def add_sample(workspace: Workspace, at: datetime, groups: Mapping[str, int], states: Mapping[str, int]) -> None:
    """Keep a sample, inside a transaction."""
    sample = Sample(
        at=at,
        groups={name: groups[name] for name in sorted(groups) if groups[name]},
        states={name: states[name] for name in sorted(states) if states[name]},
    )
    workspace.database.table("fleet_history").insert(to_builtins(sample))
