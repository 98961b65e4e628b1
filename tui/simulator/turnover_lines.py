"""What has changed in the fleet since its start, and who waits to enroll: below the progress of a renewal."""

from __future__ import annotations

from rich.text import Text
from textual.app import App

from ...simulator.engine.state.simulation_record import turnover_of
from ...simulator.engine.status.arrivals import waiting_since
from ...store.model.device import DeviceState
from ...store.words import day, plural
from ..components.fitted_text import fit
from ..components.text_styles import Tone, styled
from ..devices.fleet_figures import FleetFigures
from ..shell.console_app import ConsoleApp
from .progress import LABEL


def turnover_lines(app: App[object], console: ConsoleApp, figures: FleetFigures, *, tall: bool) -> list[Text]:
    """The lines; those who wait come first, and where space is short, alone."""
    lines, turnover = [], turnover_of(console.workspace)
    if figures.states[DeviceState.NOT_ENROLLED]:
        rows = [row for row in console.fleet.rows.values() if row.device.state is DeviceState.NOT_ENROLLED]
        since = waiting_since(console.fleet.records_of(rows))
        if since:
            lines.append(styled(app, (fit("Waiting", LABEL), Tone.DIM), (f"× {_waiting(len(since))}", Tone.EXPIRED)))
            lines.append(styled(app, (f"{' ' * LABEL}since {day(min(since))}", Tone.DIM)))
    if not tall or not turnover.arrived:
        return lines
    new = f"{plural(turnover.arrived, 'new device')}"
    lines.append(styled(app, (fit("Arrived", LABEL), Tone.DIM), new, (f", {turnover.joined:,} of newcomers", Tone.DIM)))
    stale = turnover.replaced - sum(device.replaced for device in console.workspace.deletions.all())
    listed = (f", {stale:,} still listed", Tone.DIM)
    lines.append(styled(app, (fit("Replaced", LABEL), Tone.DIM), f"{turnover.replaced:,}", listed))
    return lines


def _waiting(count: int) -> str:
    return f"{plural(count, 'device')} can't enroll"
