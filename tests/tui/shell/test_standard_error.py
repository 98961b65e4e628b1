"""A console whose standard error goes into a file, as with 2>log."""

from __future__ import annotations

from pathlib import Path

from certfleet.store.workspace import Workspace
from tests.material import NOW

from ..jobs.console_screen import console_in


def test_the_screen_is_drawn_on_the_terminal_all_the_same(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "workspace", start=NOW):
        pass
    log = tmp_path / "log"
    with console_in(tmp_path, errors=log) as screen:
        screen.wait_for("Overview")
        screen.press("^q")
        assert screen.ended() == 0
    assert not log.read_bytes()
