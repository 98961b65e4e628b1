"""What is stopped now, and which follow-ups are open: the first lines of the overview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.text import Text
from textual.app import App

from ...store.impact.needs import Level
from ...store.model.task import Task
from ...store.printable import printable
from ...store.views.consequence import LEVEL_SYMBOLS
from ...store.words import plural
from ..checklist.wording import LEVEL_TONES
from ..components.impact_wording import ROOMY, Counts, Stop, cause_of, shortly, stopping, whom
from ..components.text_styles import Tone, style_of, styled

_WORDS = {Level.STOPPED: "Stopped", Level.DEGRADED: "Degraded"}


def stopped_lines(
    app: App[object],
    stops: Sequence[Stop],
    names: Mapping[int, str],
    devices: Counts,
    now: datetime,
    *,
    width: int,
    most: int,
) -> list[Text]:
    """At most ``most`` lines, the worst first; ``names`` are those of inventory entries."""
    ordered = sorted(stops, key=lambda stop: (stop.level is not Level.STOPPED, not stop.holds_devices_up))
    lines: list[Text] = []
    for stop in ordered[:most]:
        tone = LEVEL_TONES[stop.level]
        alone = width < ROOMY and len(ordered) == 1 and most > 1
        what = stopping(stop.consequences, devices) if width >= ROOMY or alone else _shortly(stop, devices)
        line = styled(app, (f"{LEVEL_SYMBOLS[stop.level]} {_WORDS[stop.level]}: {what}", tone))
        if alone:  # there are two lines for it
            lines.append(line)
            line = Text("  because of ")
        else:
            line.append(", because of ")
        lines.append(line.append(cause_of(stop, names, now, width - line.cell_len)))
    if len(ordered) > len(lines):
        more = f"  and {len(ordered) - most:,} more (6)"
        lines[-1].truncate(max(0, width - len(more)), overflow="ellipsis")
        lines[-1].append(more, style_of(app, Tone.DIM))
    for line in lines:
        line.no_wrap = True
        line.truncate(width, overflow="ellipsis")
    return lines


def _shortly(stop: Stop, devices: Counts) -> str:
    concerned = whom(stop.consequences, devices)
    return shortly(stop) + (f", {concerned}" if concerned else "")


def task_line(app: App[object], tasks: Sequence[Task], width: int) -> Text | None:
    """``○ 2 follow-ups open: …   6, then t``; None where there is none."""
    if not tasks:
        return None
    way = "   6, then t"
    line = styled(app, (f"○ {plural(len(tasks), 'follow-up')} open: ", Tone.PENDING))
    titles = dict.fromkeys(printable(task.title) for task in tasks)
    line.append("; ".join(titles))
    line.truncate(max(0, width - len(way)), overflow="ellipsis")
    line.append(way, style_of(app, Tone.DIM))
    line.no_wrap = True
    return line
