"""What to forecast: how far, and by which plans."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from textual.widget import Widget

from ...simulator.plans.reading import load_plan
from ...store.errors import Refusal
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
        days = number_of("d", "forecast-invalid", "write a number of days, at most 3650", most=3650)
        plans = shlex.join(map(str, self._plans))
        yield Note("A copy of the workspace is run ahead in memory. Nothing is changed.")
        yield Note()
        yield TextField("days", "Days", str(self._days), check=days, to_blame=["forecast-invalid"])
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
        if not days:
            raise Refusal("forecast-invalid", "look ahead for a day at least")
        try:
            files = [path_of(name) for name in shlex.split(plans)]
        except ValueError as error:
            raise Refusal("plan-unreadable", f"the names of the plan files can't be told apart: {error}") from error
        for file in files:
            load_plan(file)
        return ForecastProcess(self.workspace, days, files)
