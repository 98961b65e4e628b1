"""The simulator's state in two lines: who runs it, the clock, the speed, and what can be done next."""

from __future__ import annotations

from rich.text import Text
from textual.app import App

from ...simulator.engine.simulation_record import SimulationRecord
from ..components.styles import ink_style, inked
from ..components.wording import minute, plural
from ..shell.console_app import Console
from ..shell.looks import Ink
from .control import PACES, RUNS, STANDS, Running, Standing, speed_text
from .process import Task


def state_lines(app: App[object], console: Console, record: SimulationRecord | None) -> Text:
    """The state, and a sentence below it."""
    standing = console.simulation.standing
    line = _state(app, standing)
    if standing.virtual:
        line.append(f"   {minute(console.workspace.now())} UTC", ink_style(app, Ink.STRONG)).append(" virtual")
    else:
        line.append("   wall clock", ink_style(app, Ink.STRONG))
    if standing.virtual and standing.task is not Task.DRAW:
        line.append(f"   {speed_text(standing.speed)}", ink_style(app, Ink.ACCENT))
        if standing.speed in PACES:
            line.append(f" ({PACES[standing.speed]})", ink_style(app, Ink.DIM))
    return line.append("\n").append(_sentence(console, standing, record), ink_style(app, Ink.DIM))


def _state(app: App[object], standing: Standing) -> Text:
    if standing.running is Running.NOBODY:
        return inked(app, (f"{STANDS} stopped", Ink.DIM))
    if standing.stopping:
        return inked(app, (f"{RUNS} stopping after this batch", Ink.PENDING))
    if standing.task is Task.DRAW:
        return inked(app, (f"{RUNS} drawing a fleet", Ink.PENDING))
    if standing.task is Task.STEP:
        return inked(app, (f"{RUNS} stepping", Ink.VALID))
    return inked(app, (f"{RUNS} {standing.running}", Ink.VALID))


def _sentence(console: Console, standing: Standing, record: SimulationRecord | None) -> str:
    if not console.simulation.is_possible:
        return "In memory: the simulator, a process of its own, needs a workspace in a folder."
    if record is None:
        if not standing.virtual:
            return "It goes by the wall clock and has no fleet. f draws one, on a virtual clock."
        return "No fleet has been drawn yet. f draws one."
    fleet = f"{plural(record.devices, 'device')}, seed {record.seed}, since {minute(record.started_at)[:10]}"
    if record.drawn < record.devices:
        done = f"{record.drawn:,} of {plural(record.devices, 'device')} drawn"
        return f"{done}. p pauses." if standing.task is Task.DRAW else f"{done}. f goes on."
    return f"{fleet}. " + ("p pauses." if standing.moves else "p starts; . steps an hour, > a day.")
