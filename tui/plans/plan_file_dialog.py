"""A plan file: checked and shown with its mistakes by line, then begun."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.text import Text
from textual.widget import Widget

from ...simulator.forecast.beginning import keep_what_is_said
from ...simulator.plans.checking import doubts
from ...simulator.plans.reading import PlanInvalid, load_plan
from ...simulator.plans.running import PlanRun
from ...simulator.plans.words import count_text, mistake_text, plan_lines
from ...store.errors import Refusal
from ...store.model.forecast import Forecast
from ...store.words import plural
from ..components.text_styles import Tone, styled
from ..dialogs.background_work import Leaving
from ..dialogs.file_field import FileField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note
from ..forecast.process import PlanForecastProcess
from ..shell.keys.hints import without_commands

_SHOWN = 12
PlanLine = tuple[str, Tone | None]


class PlanFileDialog(FormDialog[str]):
    """Returns a sentence about what was carried out at once."""

    heading = "Begin a plan"
    confirm_label = "Begin"
    doing = "Carrying out what is due …"
    wide = True
    AUTO_FOCUS = "#path"

    def compose_form(self) -> Iterable[Widget]:
        yield Note("A plan file (TOML) is checked first. What is due now is carried out when it begins.", "quiet")
        if not self.workspace.is_virtual and self.workspace.path is not None:
            yield Note("First a forecast of it is made and kept, to see later what came of it.", "quiet")
        yield FileField("file", "Plan file", self._inspect)

    def _inspect(self, path: Path) -> Text:
        """What the plan does, or its mistakes; in a thread."""
        try:
            plan = load_plan(path)
        except PlanInvalid as refusal:
            return self._said([(mistake_text(one), Tone.EXPIRED) for one in refusal.mistakes], "it can't be begun")
        found = doubts(self.workspace, plan, folder=path.absolute().parent)
        lines: list[PlanLine] = [(mistake_text(one), Tone.EXPIRING) for one in found]
        lines += [(line, None) for line in plan_lines(plan)]
        return self._said(lines, "it would not be carried out as written" if found else "")

    def _said(self, lines: Sequence[PlanLine], end: str) -> Text:
        text = Text()
        for line, tone in lines[:_SHOWN]:
            said = f"{without_commands(line)}\n"
            text.append_text(styled(self.app, said if tone is None else (said, tone)))
        if len(lines) > _SHOWN:
            text.append_text(styled(self.app, (f"and {plural(len(lines) - _SHOWN, 'more line')}\n", Tone.DIM)))
        return text.append_text(styled(self.app, (end, Tone.EXPIRED)))

    def work(self, file: Path) -> str:
        run = PlanRun(self.workspace, load_plan(file), folder=file.absolute().parent)
        if run.progress.id and run.progress.ended_at is not None:
            raise Refusal("plan-over", f"the plan {run.plan.name} has ended", "Change its name to begin it again.")
        kept = keep_what_is_said(run, partial(self._foresee, file))
        if self.stop.is_set():
            return ""
        outcomes = run.perform()
        return f"Begun: {count_text(outcomes)}{'' if kept is None else '; forecast kept'}."

    def _foresee(self, file: Path, days: int) -> Forecast | None:
        """What the plan leads to, by a process of its own; None if that was stopped, and in a workspace in memory."""
        if self.workspace.path is None:
            return None
        process = PlanForecastProcess(self.workspace, days, file.absolute())
        return process.forecast() if process.waited_for(self.count, self.stop) else None

    def command_words(self, file: Path) -> Sequence[object]:
        return "plan", "run", file.absolute()

    def submit(self, answers: dict[str, Any]) -> None:
        self.perform(
            partial(self.work, **answers), partial(self.did, answers), saying=self.doing, leaving=Leaving.STOPS
        )

    def done(self, result: str) -> None:
        if result:
            super().done(result)
        else:
            self.show_progress("Stopped: it was not begun.")
