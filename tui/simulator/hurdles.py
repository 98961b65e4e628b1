"""What stops simulated devices: no enrollment, no connection to the server, no security actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text
from textual.app import App

from ...simulator.engine.state.outages import outages
from ...store.components.capabilities import Level
from ...store.model.simulated_outage import SimulatedOutage
from ...store.outlook.stops import HOLDS_UP, by_cause, felt
from ...store.views.simulated_outage import outage_text
from ...store.words import plural
from ..components.impact_wording import ROOMY, cause_of, shortly, what_stops
from ..components.text_styles import Tone, style_of, styled
from ..devices.fleet_figures import FleetFigures
from ..shell.console_app import ConsoleApp
from .outage_dialog import outage_line


def hurdle_lines(app: App[object], console: ConsoleApp, figures: FleetFigures, *, width: int, most: int) -> list[Text]:
    """At most ``most`` lines, one per certificate to blame. None without devices."""
    if not figures.total:
        return []
    standing, now = console.workspace.impact, console.workspace.now()
    held_up = [
        one
        for one in felt(standing.consequences(now), console.fleet.platforms())
        if one.capability in HOLDS_UP and one.level is Level.STOPPED
    ]
    names = console.certificates.names(one.certificate_id for one in held_up)
    lines = _outage_lines(app, outages(console.workspace), now)
    for stop in by_cause(held_up):
        what = what_stops(stop.consequences) if width >= ROOMY else shortly(stop)
        line = styled(app, (f"× Held up: {what}", Tone.EXPIRED), ", because of " if width >= ROOMY else ", ")
        lines.append(line.append(cause_of(stop, names, now, width - line.cell_len)))
    if refused := figures.refused:
        codes = ", ".join(f"{code} {count:,}" for code, count in refused.most_common())
        line = styled(app, (f"× Refused: {plural(refused.total(), 'device')}", Tone.EXPIRED), f": {codes}")
        lines.append(line.append("   3, then refused:yes", style_of(app, Tone.DIM)))
    return _at_most(app, lines, width, most)


def _outage_lines(app: App[object], found: Sequence[SimulatedOutage], now: datetime) -> list[Text]:
    """The simulated outages that are on, or planned."""
    on = [styled(app, (f"× {outage_line(one)}", Tone.EXPIRED)) for one in found if one.is_on(now)]
    planned = [styled(app, (f"Planned outage: {outage_text(one)}", Tone.PENDING)) for one in found if now < one.since]
    return on + planned


def _at_most(app: App[object], lines: list[Text], width: int, most: int) -> list[Text]:
    hidden, lines = len(lines) - most, lines[:most]
    for line in lines:
        line.truncate(width, overflow="ellipsis")
    if hidden > 0:
        more = f"  and {hidden} more"
        lines[-1].truncate(width - len(more), overflow="ellipsis")
        lines[-1].append(more, style_of(app, Tone.DIM))
    return lines
