"""Progress on standard error, if it is a terminal or a program asks for it. A bar disappears when the work is done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

from ...store.errors import Refusal
from ...store.printable import printable
from ...store.words import minute
from .color import without_color

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

    from ...simulator.engine.simulator import RunProgress

PROGRESS_LINE = "progress"
_RATE = "{task.fields[rate]}"


def _in_lines(total: int) -> Callable[..., None]:
    """Progress for the console that has started this process: lines such as ``progress 120 1000``."""

    def advance(done: int, total: int = total) -> None:
        sys.stderr.write(f"{PROGRESS_LINE} {done} {total}\n")
        sys.stderr.flush()

    return advance


@contextmanager
def progress(total: int, label: str, *, attached: bool = False) -> Iterator[Callable[..., None]]:
    """Show a bar with the rate and the remaining time. The block calls the yielded function with the amount done, and
    may add the total as the store's use cases do. With ``attached`` a program reads it, in lines."""
    if not sys.stderr.isatty():
        yield _in_lines(total) if attached else lambda done, total=total: None
        return
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn

    count = TextColumn("{task.completed:,.0f}/{task.total:,.0f}")
    columns = (TextColumn(label), BarColumn(), count, TextColumn(_RATE), TimeRemainingColumn(), TextColumn("left"))
    with _display(*columns) as bar:
        task = bar.add_task(label, total=total, rate="")

        def advance(done: int, total: int = total) -> None:
            bar.update(task, completed=done)
            speed = bar.tasks[0].speed
            bar.update(task, rate=f"{speed:,.0f}/s" if speed else "")

        yield advance


@contextmanager
def run_progress(started_at: datetime, until: datetime | None) -> Iterator[Callable[[RunProgress], None]]:
    """Show the virtual time of a simulation, its events per second, and the remaining time if it has an end."""
    if not sys.stderr.isatty():
        yield lambda told: None
        return
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn

    bounded = [BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeRemainingColumn(), TextColumn("left")]
    with _display(TextColumn("{task.fields[clock]}"), *(bounded if until else []), TextColumn(_RATE)) as bar:
        total = None if until is None else (until - started_at).total_seconds()
        task = bar.add_task("", total=total, clock=_clock(started_at), rate="")
        began = monotonic()

        def advance(told: RunProgress) -> None:
            seconds = max(monotonic() - began, 0.001)
            rate = f"{told.events:,} events, {told.events / seconds:,.0f}/s"
            bar.update(task, completed=(told.now - started_at).total_seconds(), clock=_clock(told.now), rate=rate)

        yield advance


def database_is_away(refusal: Refusal) -> None:
    """Tell, on standard error, why a simulation waits."""
    sys.stderr.write(f"{printable(refusal.message)}; the simulation goes on when it is back\n")
    sys.stderr.flush()


def _display(*columns: ProgressColumn) -> Progress:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(file=sys.stderr, highlight=False, no_color=without_color())
    return Progress(*columns, console=console, transient=True, refresh_per_second=4)


def _clock(at: datetime) -> str:
    return f"{minute(at)} UTC"
