"""Dropping a kept forecast."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from ...store.model.kept_forecast import KeptForecast
from ...store.printable import printable
from ...store.views.forecasts.kept_forecast import kept_text
from ..dialogs.choice_fields import ChoiceField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note


class DropForecastDialog(FormDialog[KeptForecast]):
    """Drops one of the kept forecasts; the others stay."""

    heading = "Drop a kept forecast"
    confirm_label = "Drop it"

    def __init__(self, kept: Sequence[KeptForecast]) -> None:
        super().__init__()
        self._kept = kept

    def compose_form(self) -> Iterable[Widget]:
        names = {one.name: printable(f"{one.name}: {kept_text(one)}") for one in reversed(self._kept)}
        yield Note("What comes of it is no longer set beside what it said. No plan changes.")
        yield Note()
        yield ChoiceField("name", "Forecast", names, to_blame=["forecast-unknown"])

    def command_words(self, name: str) -> Sequence[object]:
        return "forecast-forget", name

    def work(self, name: str) -> KeptForecast:
        return self.workspace.kept_forecasts.forget(name)
