"""Progress on a terminal. It goes away when the work is done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from ...simulator.engine.simulator import RunProgress

_RATE = "{task.fields[rate]}"
LEFT = TextColumn("left")


@contextmanager
def counting(total: int, label: str) -> Iterator[Callable[[int], None]]:
    """A bar that counts to ``total``; what it gives is called with how far the work is."""
    count = TextColumn("{task.completed:,.0f}/{task.total:,.0f}")
    with _bar(TextColumn(label), BarColumn(), count, TextColumn(_RATE), TimeRemainingColumn(), LEFT) as bar:
        task = bar.add_task(label, total=total, rate="")

        def advance(done: int) -> None:
            bar.update(task, completed=done)
            speed = bar.tasks[0].speed
            bar.update(task, rate=f"{speed:,.0f}/s" if speed else "")

        yield advance


class Running(Protocol):
    """What a run tells how far it is."""

    def __call__(self, told: RunProgress) -> None: ...


@contextmanager
def running(started_at: datetime, until: datetime | None) -> Iterator[Running]:
    """The virtual time of a run, the events a second, and the time left where it has an end."""
    from time import monotonic

    bounded = [BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeRemainingColumn(), LEFT]
    with _bar(TextColumn("{task.fields[clock]}"), *(bounded if until else []), TextColumn(_RATE)) as bar:
        total = None if until is None else (until - started_at).total_seconds()
        task = bar.add_task("", total=total, clock=_clock(started_at), rate="")
        began = monotonic()

        def advance(told: RunProgress) -> None:
            seconds = max(monotonic() - began, 0.001)
            rate = f"{told.events:,} events, {told.events / seconds:,.0f}/s"
            bar.update(task, completed=(told.now - started_at).total_seconds(), clock=_clock(told.now), rate=rate)

        yield advance


def _bar(*columns: ProgressColumn) -> Progress:
    return Progress(*columns, console=Console(file=sys.stderr, highlight=False), transient=True, refresh_per_second=4)


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
