"""The ten jobs that people come for, walked in a real console on a pseudo-terminal, by what the screen shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from certfleet.store.workspace import Workspace
from docs.examples import DOCS

from ...material import NOW
from .console_screen import ConsoleScreen, console_in
from .job import ConsoleJob, Typed, WhatIsLeft
from .ten_jobs import TEN_JOBS, table


def _do(screen: ConsoleScreen, key: str | Typed, press: Callable[[str], None]) -> None:
    if isinstance(key, Typed):
        screen.type(key.text)
    else:
        press(key)


@pytest.mark.slow
@pytest.mark.parametrize("job", TEN_JOBS, ids=lambda job: job.name)
def test_a_job_is_done_by_what_the_screen_shows(job: ConsoleJob, tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "workspace", start=NOW) as workspace:
        job.start(workspace, tmp_path)

    with console_in(tmp_path) as screen:
        for step in job.steps:
            screen.wait_for(step.sees)
            *first, last = step.keys
            for key in first:
                _do(screen, key, screen.press_and_see)
            _do(screen, last, screen.press)  # what it leads to is what the next step waits for
        screen.wait_for(job.ends)
        shown = screen.text()
        screen.press("^q")
        assert screen.ended() == 0

    with Workspace.open(tmp_path / "workspace", create=False) as workspace:
        job.check(WhatIsLeft(shown, workspace, tmp_path))


def test_the_page_has_the_table_of_the_jobs() -> None:
    assert len(TEN_JOBS) == 10
    assert table() in (DOCS / "console.md").read_text(), f"docs/console.md, Ten jobs:\n\n{table()}"
