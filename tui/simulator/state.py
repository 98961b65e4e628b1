"""The simulator's state in two lines: who runs it, the clock, the speed, and the possible actions."""

from __future__ import annotations

from rich.text import Text
from textual.app import App

from ...simulator.engine.state.simulation_record import SimulationRecord
from ...store.views.simulation import fleet_text, speed_text
from ...store.words import minute, plural
from ..components.text_styles import Tone, style_of, styled
from ..shell.console_app import ConsoleApp
from ..shell.keys.keys import keyed
from .control import PACES, RUNS, STANDS, SimulatedBy, SimulatorStatus
from .process import SimulatorTask


def state_lines(app: App[object], console: ConsoleApp, record: SimulationRecord | None) -> Text:
    """The state, and a sentence below it."""
    standing = console.simulation.standing
    line = _state(app, standing)
    if standing.virtual:
        line.append(f"   {minute(console.workspace.now())} UTC", style_of(app, Tone.STRONG)).append(" virtual")
    else:
        line.append("   wall clock", style_of(app, Tone.STRONG))
    if standing.virtual and standing.task is not SimulatorTask.DRAW:
        line.append(f"   {speed_text(standing.speed)}", style_of(app, Tone.ACCENT))
        if standing.speed in PACES:
            line.append(f" ({PACES[standing.speed]})", style_of(app, Tone.DIM))
    return line.append("\n").append(_sentence(console, standing, record), style_of(app, Tone.DIM))


def _state(app: App[object], standing: SimulatorStatus) -> Text:
    if standing.running is SimulatedBy.NOBODY:
        return styled(app, (f"{STANDS} stopped", Tone.DIM))
    if standing.stopping:
        return styled(app, (f"{RUNS} stopping after this batch", Tone.PENDING))
    if standing.task is SimulatorTask.DRAW:
        return styled(app, (f"{RUNS} drawing a fleet", Tone.PENDING))
    if standing.task is SimulatorTask.STEP:
        more = f", then {plural(standing.to_follow, 'more step')}" if standing.to_follow else ""
        return styled(app, (f"{RUNS} stepping{more}", Tone.VALID))
    return styled(app, (f"{RUNS} {standing.running}", Tone.VALID))


def _sentence(console: ConsoleApp, standing: SimulatorStatus, record: SimulationRecord | None) -> str:
    if not console.simulation.is_possible:
        return "In memory: the simulator, a process of its own, needs a workspace in a folder."
    if record is None:
        if not standing.virtual:
            return keyed("It goes by the wall clock and has no fleet. {new} draws one, on a virtual clock.")
        return keyed("No fleet has been drawn yet. {new} draws one.")
    if record.drawn < record.devices:
        done = f"{record.drawn:,} of {plural(record.devices, 'device')} drawn"
        return done + keyed(". {run} pauses." if standing.task is SimulatorTask.DRAW else ". {new} goes on.")
    return f"{fleet_text(record)}. " + keyed(
        "{run} pauses." if standing.moves else "{run} starts; {hour} steps an hour, {day} a day."
    )
