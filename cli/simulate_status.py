"""``certfleet simulate status``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from ..simulator.engine.control import control_of, is_running
from ..simulator.engine.status import simulation_status
from ..store.model.device import WaitsFor
from ..store.views.platforms import by_platform
from ..store.words import moment
from .frame.answer import details, emit
from .frame.session import Session, pass_session
from .phrases import devices
from .simulate_control import pace


@click.command()
@pass_session
def status(session: Session) -> None:
    """Show the clock, the fleet, how far it is in crossing over to the CA group that issues, and the digest of the
    event log, by which two runs can be compared."""
    with session.open() as workspace:
        found = simulation_status(workspace)
        now, running, control = workspace.now(), is_running(workspace), control_of(workspace)
    if session.json:
        emit(found)
        return
    simulation, log = found["simulation"], found["event_log"]
    drawn = "no fleet has been drawn"
    if simulation is not None:
        part = "" if simulation["drawn"] == simulation["devices"] else f"{simulation['drawn']:,} of "
        drawn = f"{part}{devices(simulation['devices'])}, seed {simulation['seed']}, since {simulation['started_at']}"
    details(
        [
            ("clock", f"{found['clock']['kind']}: {moment(now)}"),
            ("simulator", f"running {pace(control.speed)}" if running else "not running"),
            ("fleet", drawn),
            ("devices", _counted(found["devices"])),
            *((f"CA group {group['name']}", _group(group)) for group in found["groups"]),
            ("renewal", _renewal(found["renewal"])),
            ("event log", f"{log['count']:,} events, SHA-256 {log['sha256']}"),
        ]
    )


def _counted(counts: Mapping[str, Any]) -> str:
    states = ", ".join(f"{count:,} {state}" for state, count in counts["states"].items() if count)
    return f"{counts['total']:,}{f' ({states})' if states else ''}"


def _group(group: Mapping[str, Any]) -> str:
    platforms = by_platform(group["by_platform"])
    return f"{group['state']}, {devices(group['devices'])}{f': {platforms}' if platforms else ''}"


def _renewal(progress: Mapping[str, Any]) -> str:
    lines = []
    for field, words in (
        ("crossed", f"hold a certificate of {progress['group']}"),
        ("pending", "have a renewal pending"),
        ("to_re_enroll", "wait for their users to re-enroll them"),
        ("not_asked", "hold one of an older group, and nobody has asked"),
        ("out", "are revoked, or not enrolled"),
    ):
        counts = progress[field]
        if total := sum(counts.values()):
            lines.append(f"{total:,} {words}: {by_platform(counts)}")
    waits = [f"{WaitsFor[reason.upper()]} ({count:,})" for reason, count in progress["waits_for"].items() if count]
    if waits:
        lines.append(f"waiting for: {', '.join(waits)}")
    return "\n".join(lines) or "nothing"
