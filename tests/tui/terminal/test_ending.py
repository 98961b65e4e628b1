"""A console whose terminal is gone ends, and its simulator with it; and Ctrl+Z and ``fg``."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from benchmarks.pseudo_terminal import PseudoTerminal, on_pseudo_terminal
from certfleet.store.workspace import Workspace
from tests.material import issue
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

CERTFLEET = f"{sys.executable} -P -m certfleet"
OPEN = "\x1b[?1049h"  # the console has taken the screen


def directly(line: str, folder: Path) -> Sequence[str]:
    return line.split()


def by_a_shell(line: str, folder: Path) -> Sequence[str]:
    """A leader of the session that keeps the hang-up to itself."""
    return ["sh", "-c", f"trap '' HUP; {line}; echo $? > {folder}/status"]


def by_make(line: str, folder: Path) -> Sequence[str]:
    (folder / "Makefile").write_text(f"go:\n\t@{line}\n")
    return ["make", "-s", "-f", str(folder / "Makefile")]


def starting(terminal: PseudoTerminal) -> None:
    terminal.wait_for("generating")


def idle(terminal: PseudoTerminal) -> None:
    terminal.wait_for(OPEN)
    terminal.wait_for("Overview")


def at_full_speed(terminal: PseudoTerminal) -> None:
    idle(terminal)
    terminal.type("7")
    terminal.wait_for("Slower")
    terminal.type("++++")
    terminal.read_for(1)


def with_a_dialog(terminal: PseudoTerminal) -> None:
    idle(terminal)
    terminal.type("2")
    terminal.wait_for("Import")
    terminal.type("i")
    terminal.wait_for("Description")


@pytest.mark.parametrize("wrapped", [directly, by_a_shell, by_make])
@pytest.mark.parametrize("when", [starting, idle, at_full_speed, with_a_dialog])
def test_a_hang_up_ends_console_and_simulator(
    tmp_path: Path, wrapped: Callable[[str, Path], Sequence[str]], when: Callable[[PseudoTerminal], None]
) -> None:
    with on_pseudo_terminal(wrapped(f"{CERTFLEET} demo --devices 60", tmp_path)) as terminal:
        when(terminal)
        assert terminal.processes()

        terminal.hang_up()

        wait_until(terminal.ended)
        assert not list(terminal.folder.glob("certfleet-demo-*"))
        if wrapped is directly:
            assert terminal.status() == 129
        if wrapped is by_a_shell:
            assert (tmp_path / "status").read_text() == "129\n"


def test_an_import_is_finished_or_rolled_back(tmp_path: Path) -> None:
    many, folder = tmp_path / "many", tmp_path / "workspace"
    many.mkdir()
    for number in range(300):
        (many / f"{number}.pem").write_bytes(issue(f"{number}.example.com").pem)
    with on_pseudo_terminal(by_a_shell(f"{CERTFLEET} --workspace {folder}", tmp_path)) as terminal:
        with_a_dialog(terminal)
        terminal.type(f"{many}\r")
        terminal.read_for(0.5)
        terminal.hang_up()
        wait_until(terminal.ended)

    assert (tmp_path / "status").read_text() == "129\n"
    with Workspace.open(folder, create=False) as workspace:
        assert len(workspace.inventory.list()) in (0, 300)
        assert workspace.check().clean


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_signals(number: int, status: int) -> None:
    with on_pseudo_terminal(f"{CERTFLEET} demo --devices 60".split()) as terminal:
        idle(terminal)
        os.kill(terminal.child, number)
        terminal.wait_for("\x1b[?1049l")  # the screen is given back
        wait_until(terminal.ended)
        assert terminal.status() == status


def test_ctrl_z_and_fg(tmp_path: Path) -> None:
    by_make(f"{CERTFLEET} --workspace {tmp_path / 'workspace'}", tmp_path)
    with on_pseudo_terminal(["bash", "--norc", "-i"], {"PS1": "shell> "}) as terminal:
        terminal.wait_for("shell> ")
        terminal.type(f"make -s -f {tmp_path}/Makefile\r")
        idle(terminal)
        terminal.type("\x1a")
        terminal.wait_for("shell> ")
        terminal.type("echo here-$((40 + 2))\r")
        terminal.wait_for("here-42")
        terminal.type("fg\r")
        idle(terminal)
        terminal.type("2")
        terminal.wait_for("Import")
        terminal.type("q")
        terminal.wait_for("shell> ")


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_is_too_simple(tmp_path: Path, term: str) -> None:
    with on_pseudo_terminal(f"{CERTFLEET} --workspace {tmp_path / 'new'}".split(), {"TERM": term}) as terminal:
        terminal.wait_for("error: terminal-too-simple")
        assert terminal.status() == 1
    assert not (tmp_path / "new").exists()
