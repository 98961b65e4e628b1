"""What the console remembers: kept for the person, by several consoles at once, and never in anybody's way."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from certfleet.store.settings.console_memory import ConsoleMemory, memory_path
from certfleet.store.settings.remembered import MOST_HISTORY, MOST_VISITS, KeptColumn, LastVisit, Remembered

MONDAY = datetime(2026, 1, 5, 8, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "console.json"


def test_it_is_in_the_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    assert memory_path() == tmp_path / "certfleet" / "console.json"


def test_everything_is_there_again(file: Path) -> None:
    memory = ConsoleMemory(file)
    memory.change(lambda state: state.with_columns("devices", [KeptColumn("device"), KeptColumn("owner", 30)]))
    memory.change(lambda state: state.with_sort("devices", ["owner", "-days-left"]))
    memory.change(lambda state: state.with_filter("devices", "laggards", "state:expired"))
    memory.change(lambda state: state.with_history("devices", "state:expired"))
    memory.change(lambda state: state.with_pane("details", 0.4))
    memory.change(lambda state: state.with_visit("/srv/fleet", "ann", LastVisit(MONDAY, 17)))

    state = ConsoleMemory(file).state
    assert state == memory.state
    assert state.list("devices").columns == (KeptColumn("device"), KeptColumn("owner", 30))
    assert state.list("devices").sort == ("owner", "-days-left")
    assert state.list("devices").filters == {"laggards": "state:expired"}
    assert state.list("certificates").history == ()
    assert state.panes == {"details": 0.4}
    assert state.visit("/srv/fleet", "ann") == LastVisit(MONDAY, 17)
    assert state.visit("/srv/fleet", "ben") is None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_is_taken_back_is_gone() -> None:
    state = Remembered().with_filter("devices", "late", "days:<0").with_pane("details", 12).with_sort("devices", ["x"])

    assert state.without_filter("devices", "late").list("devices").filters == {}
    assert state.with_pane("details", None).panes == {}
    assert state.with_sort("devices", []).list("devices").sort == ()


def test_history_is_newest_first_and_short() -> None:
    state = Remembered()
    for number in [*range(MOST_HISTORY + 5), 20]:
        state = state.with_history("devices", f"owner:{number}")

    history = state.list("devices").history
    assert history[:2] == ("owner:20", f"owner:{MOST_HISTORY + 4}")
    assert len(history) == len(set(history)) == MOST_HISTORY


def test_old_visits_are_forgotten() -> None:
    state = Remembered()
    for number in range(MOST_VISITS + 1):
        state = state.with_visit(number, "ann", LastVisit(MONDAY))

    assert state.visit(0, "ann") is None
    assert state.visit(MOST_VISITS, "ann") is not None


def test_two_consoles_keep_what_the_other_wrote(file: Path) -> None:
    one, two = ConsoleMemory(file), ConsoleMemory(file)
    one.change(lambda state: state.with_pane("details", 0.3))
    two.change(lambda state: state.with_history("devices", "owner:ann"))

    assert ConsoleMemory(file).state == two.state
    assert two.state.panes == {"details": 0.3}


def test_many_processes_write_at_once(file: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from certfleet.store.settings.console_memory import ConsoleMemory\n"
        "memory = ConsoleMemory(Path(sys.argv[1]))\n"
        "for n in range(5): memory.change(lambda state, n=n: state.with_pane(f'{sys.argv[2]}-{n}', 1))\n"
        # A slow machine may make one wait too long for the others; what waits goes with the next change.
        "while memory._waiting: memory.change(lambda state: state)"
    )
    started = [subprocess.Popen([sys.executable, "-c", program, str(file), str(number)]) for number in range(3)]
    assert [process.wait(120) for process in started] == [0, 0, 0]

    assert len(ConsoleMemory(file).state.panes) == 15


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"lists": 3}', b'{"panes": {"details": "wide"}}', b"\xff\xfe", b"[" * 100_000]
)
def test_a_damaged_file_is_an_empty_one(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    memory = ConsoleMemory(file)
    assert memory.state == Remembered()

    memory.change(lambda state: state.with_pane("details", 2))
    assert ConsoleMemory(file).state.panes == {"details": 2}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_folder_is_no_obstacle(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    memory = ConsoleMemory(tmp_path / "console.json")
    memory.change(lambda state: state.with_pane("details", 2))

    assert memory.state.panes == {"details": 2}


def test_what_could_not_be_written_goes_with_the_next_change(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.write_text("a file where the folder should be")
    memory = ConsoleMemory(folder / "console.json")
    memory.change(lambda state: state.with_pane("details", 2))
    assert memory.state.panes == {"details": 2}

    folder.unlink()
    memory.change(lambda state: state.with_pane("list", 3))
    assert ConsoleMemory(folder / "console.json").state.panes == {"details": 2, "list": 3}


def test_without_a_file_it_is_remembered_meanwhile() -> None:
    memory = ConsoleMemory(None)

    assert memory.change(lambda state: state.with_pane("details", 2)).panes == {"details": 2}
    assert memory.state.panes == {"details": 2}


def test_a_file_of_a_later_release_is_read(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('{"panes": {"details": 2}, "invented-later": 1}')

    assert ConsoleMemory(file).state.panes == {"details": 2}
