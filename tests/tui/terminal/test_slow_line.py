"""What crosses the line to a terminal: no more than what changes, and the picture is the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.store.workspace import Workspace
from tests.material import NOW

from ..jobs.console_screen import ConsoleScreen, console_in
from ..sample_inventory import fill

pytestmark = pytest.mark.slow
OVER_SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22", "COLORTERM": "truecolor", "CERTFLEET_THEME": "dark"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Workspace.open(tmp_path / "workspace", start=NOW) as workspace:
        fill(workspace)
    return tmp_path


def test_a_dialog_over_ssh_takes_little_more_than_itself(folder: Path) -> None:
    with console_in(folder, environment=OVER_SSH) as screen:
        screen.wait_for("Overview")
        screen.press("2")
        screen.wait_for("gateway.example.com")
        screen.read_until_quiet()
        before = screen.received
        screen.press("d")
        screen.wait_for("Cancel")
        screen.read_until_quiet()

        assert screen.received - before < 3000


def test_the_picture_is_that_of_all_that_was_painted(folder: Path) -> None:
    def painted(screen: ConsoleScreen, key: str, text: str) -> None:
        screen.press(key)
        screen.wait_for(text)
        screen.read_until_quiet()
        told = screen.text()
        screen.press("^l")
        screen.read_until_quiet()
        assert screen.text() == told

    with console_in(folder, environment=OVER_SSH) as screen:
        screen.wait_for("Overview")
        painted(screen, "2", "gateway.example.com")
        painted(screen, "↓", "gateway.example.com")
        painted(screen, "i", "Cancel")
        painted(screen, "esc", "d Describe")
        painted(screen, "?", "This screen")
        painted(screen, "esc", "d Describe")
        painted(screen, "6", "Endpoint Management")
