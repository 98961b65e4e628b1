"""Printing a measurement: one line per figure, or one JSON document."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Report:
    """Collects figures; ``show`` prints them as text, or as JSON with ``--json``."""

    def __init__(self, name: str, argv: list[str]) -> None:
        self.name = name
        self.as_json = "--json" in argv
        self.figures: dict[str, float | bool] = {}
        self._lines: list[str] = []

    def figure(self, name: str, value: float, unit: str) -> float:
        """Add a measured figure."""
        self.figures[name] = round(value, 6)
        self._lines.append(f"{name.replace('_', ' '):<58}{value:>14,.3f} {unit}")
        return value

    def ratio(self, name: str, value: float, goal: str, holds: bool) -> None:
        """Add a ratio and the goal that it is compared with."""
        self.figures[name] = round(value, 4)
        self.figures[f"{name}_holds"] = holds
        self._lines.append(
            f"{name.replace('_', ' '):<58}{value:>14,.2f}   goal {goal}: {'holds' if holds else 'MISSED'}"
        )

    def aim(self, name: str, value: float, least: float, most: float, source: str) -> None:
        """Add a figure beside the range that is aimed at, and where that comes from."""
        holds = least <= value <= most
        self.figures[name] = round(value, 4)
        self.figures[f"{name}_holds"] = holds
        aimed = f"{least:g} to {most:g}"
        self._lines.append(
            f"{name.replace('_', ' '):<58}{value:>10,.2f}   aim {aimed:<14} {'holds ' if holds else 'MISSED'}  {source}"
        )

    def show(self) -> int:
        """Print; returns 1 if a goal was missed."""
        if self.as_json:
            print(json.dumps({"benchmark": self.name, **self.figures}, indent=2))
        else:
            print(f"{self.name}\n" + "\n".join(f"  {line}" for line in self._lines))
        return int(any(name.endswith("_holds") and not value for name, value in self.figures.items()))


@contextmanager
def stopwatch(done: Callable[[float], object]) -> Iterator[None]:
    """Pass the block's duration in seconds to ``done``."""
    start = time.perf_counter()
    yield
    done(time.perf_counter() - start)
