"""What holds simulated devices up: where nobody enrolls, reaches the server, or gets a security action."""

from __future__ import annotations

from rich.text import Text
from textual.app import App

from ...store.impact.needs import Level
from ..components.impact_wording import HOLDS_UP, ROOMY, by_cause, cause_of, felt, shortly, what_stops
from ..components.styles import ink_style, inked
from ..components.wording import plural
from ..devices.fleet_figures import FleetFigures
from ..shell.console_app import Console
from ..shell.looks import Ink


def hurdle_lines(app: App[object], console: Console, figures: FleetFigures, *, width: int, most: int) -> list[Text]:
    """At most ``most`` lines; what one certificate stops is one. None without devices."""
    if not figures.total:
        return []
    standing, now = console.workspace.standing, console.workspace.now()
    held_up = [
        one
        for one in felt(standing.consequences(now), console.fleet.platforms())
        if one.capability in HOLDS_UP and one.level is Level.STOPPED
    ]
    names = console.register.names(one.certificate_id for one in held_up)
    lines: list[Text] = []
    for stop in by_cause(held_up):
        what = what_stops(stop.consequences) if width >= ROOMY else shortly(stop)
        line = inked(app, (f"× Held up: {what}", Ink.EXPIRED), ", because of " if width >= ROOMY else ", ")
        lines.append(line.append(cause_of(stop, names, now, width - line.cell_len)))
    if not standing.gate(now).issued:
        lines.append(inked(app, ("× Held up: enrolling and renewing", Ink.EXPIRED), ", because no CA group can issue"))
    if refused := figures.refused:
        codes = ", ".join(f"{code} {count:,}" for code, count in refused.most_common())
        line = inked(app, (f"× Refused: {plural(refused.total(), 'device')}", Ink.EXPIRED), f": {codes}")
        lines.append(line.append("   3, then refused:yes", ink_style(app, Ink.DIM)))
    hidden, lines = len(lines) - most, lines[:most]
    for line in lines:
        line.truncate(width, overflow="ellipsis")
    if hidden > 0:
        more = f"  and {hidden} more"
        lines[-1].truncate(width - len(more), overflow="ellipsis")
        lines[-1].append(more, ink_style(app, Ink.DIM))
    return lines
