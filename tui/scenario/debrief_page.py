"""The debrief of a scenario: what was done, what each act cost, and the best order known beside it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import ClassVar

from rich.text import Text
from textual import events, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from ...simulator.scenarios.debrief import Debrief, debrief
from ...simulator.scenarios.words import debrief_lines
from ...store.errors import Refusal
from ...store.model.forecast import Forecast
from ...store.persistence.database import Changes
from ...store.printable import printable
from ...store.views.forecasts.forecast import number, shown_figures
from ..components.fitted_text import fit
from ..components.text_styles import Tone, styled
from ..dialogs.refusal_panel import RefusalPanel
from ..shell.keys.keys import bound, keyed
from ..shell.page import Page
from ..terminal.children import start_child

_PATIENCE = 3  # seconds that the process gets to end
_COLUMN = 14


class DebriefPage(Page):
    """A process of its own runs the scenario again and keeps what it finds, so that the console never waits for it."""

    page = "simulator"
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("other-tab", "other", "Simulator", tooltip="The clock and the fleet"),
        bound("again", "again", "Read again", tooltip="The debrief as things are now"),
    ]
    AUTO_FOCUS = "#debrief-scroll"

    def __init__(self) -> None:
        super().__init__()
        self._process: subprocess.Popen[bytes] | None = None
        self._began = 0.0
        self._found: Debrief | None = None

    def compose_page(self) -> ComposeResult:
        with Vertical(id="debrief"):
            yield Static("", id="debrief-head", markup=False)
            yield RefusalPanel(id="debrief-trouble")
            with VerticalScroll(id="debrief-scroll"):
                yield Static("", id="debrief-text", markup=False)

    def on_mount(self) -> None:
        self.action_again()

    def on_unmount(self) -> None:
        if (process := self._process) is not None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_PATIENCE)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        if self._found is not None and self._found.standing.now != self.workspace.now():
            self.action_again()

    def show_state(self, changes: Changes | None) -> None:
        """A debrief is of the moment at which it was read."""

    def action_other(self) -> None:
        self.console.action_page("simulator")

    def action_again(self) -> None:
        if self._process is None:
            self._began = time.monotonic()
            self._say()
            self._read()

    @work(thread=True, exit_on_error=False, group="debrief")
    def _read(self) -> None:
        try:
            self._run_it_again()
            found = debrief(self.workspace)
        except Refusal as refusal:
            self.app.call_from_thread(self._refused, refusal)
        except Exception as error:  # noqa: BLE001 - told calmly
            self.app.call_from_thread(self.console.trouble, error)
        else:
            self.app.call_from_thread(self._show, found)

    def _run_it_again(self) -> None:
        """Have the runs computed and kept by a process. In memory they are computed here; if it fails, too."""
        path = self.workspace.path
        if path is None:
            return
        command = [sys.executable, "-P", "-m", "certfleet", "--json", "--workspace", str(path), "scenario", "report"]
        quiet = subprocess.DEVNULL
        try:
            self._process = start_child(command, stdin=quiet, stdout=quiet, stderr=quiet)
            self._process.wait()
        except OSError:
            return
        finally:
            self._process = None

    def _refused(self, refusal: Refusal) -> None:
        self._say()
        self.query_one(RefusalPanel).show(refusal)

    def _show(self, found: Debrief) -> None:
        if not self.is_attached:
            return
        self._found = found
        self._say()
        self.query_one(RefusalPanel).clear()
        self.query_one("#debrief-text", Static).update(Text("\n").join(self._lines(found)))

    def _say(self) -> None:
        said = (
            "the scenario is run again, once without each act …"
            if self._found is None
            else keyed("{up} and {down} scroll")
        )
        title = styled(self.app, ("Debrief", Tone.STRONG), (f"   {said}", Tone.DIM))
        title.no_wrap = True
        self.query_one("#debrief-head", Static).update(title)

    def _lines(self, found: Debrief) -> Iterator[Text]:
        lines = list(debrief_lines(found))
        for place, line in enumerate(lines):
            is_last = place + 1 == len(lines)
            begins = place == 0 or (not lines[place - 1] and not is_last and lines[place + 1].startswith("  "))
            is_heading = begins and not line.startswith(" ")
            yield styled(self.app, (printable(line), Tone.STRONG)) if is_heading else Text(printable(line))
        if found.best is not None:
            yield from self._comparison(found.happened, found.best.happened)

    def _comparison(self, mine: Forecast, best: Forecast) -> Iterator[Text]:
        """The figures of a forecast of both."""
        figures = shown_figures([mine, best])
        if not figures:
            return
        room = max(20, min(60, self.size.width - 6 - 2 * _COLUMN))
        yield Text()
        heads = "".join(fit(one.name, _COLUMN, right=True) for one in (mine, best))
        yield styled(self.app, (" " * room + heads, Tone.STRONG))
        for figure in figures:
            values = figure.of(mine), figure.of(best)
            line = styled(self.app, fit(figure.words, room))
            for value in values:
                is_better = value == min(values) != max(values)
                line.append_text(
                    styled(self.app, (f"{number(value):>{_COLUMN}}", Tone.STRONG if is_better else Tone.DIM))
                )
            yield line
