"""What to forecast: how far, and by which plans."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

from textual.widget import Widget

from ...simulator.plans.reading import load_plan
from ...store.durations import LONGEST
from ...store.errors import Refusal
from ...store.outlook.horizons import SHORTEST_FORECAST, check_forecast
from ..dialogs.file_inspection import path_of
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note, TextField, number_of
from .process import ForecastProcess


class ForecastDialog(FormDialog[ForecastProcess]):
    """Begins a forecast. The plans are read first, so that a mistake in one is told at once."""

    heading = "Forecast"
    confirm_label = "Look ahead"

    def __init__(self, days: int, plans: tuple[Path, ...]) -> None:
        super().__init__()
        self._days, self._plans = days, plans

    def compose_form(self) -> Iterable[Widget]:
        plans = shlex.join(map(str, self._plans))
        yield Note("A copy of the workspace is run ahead in memory. Nothing is changed.")
        yield Note()
        yield TextField("days", "Days", str(self._days), check=_days, to_blame=["horizon-invalid"])
        yield TextField(
            "plans",
            "Plan files",
            plans,
            to_blame=["plan-unreadable", "plan-invalid", "path-outside"],
            placeholder="none: do nothing",
        )

    def command_words(self, days: int, plans: str = "") -> Sequence[object]:
        try:
            files = [path_of(name).absolute() for name in shlex.split(plans)]
        except ValueError:
            return ()
        return "forecast", "--for", f"{days}d", *(word for file in files for word in ("--plan", file))

    def work(self, days: int, plans: str = "") -> ForecastProcess:
        try:
            files = [path_of(name) for name in shlex.split(plans)]
        except ValueError as error:
            raise Refusal("plan-unreadable", f"the names of the plan files can't be told apart: {error}") from error
        for file in files:
            load_plan(file)
        return ForecastProcess(self.workspace, days, files)


def _days(text: str) -> int:
    days = number_of("d", "horizon-invalid", "write a number of days, as 90", most=LONGEST.days)(text)
    check_forecast(timedelta(days=days), least=SHORTEST_FORECAST)
    return days
