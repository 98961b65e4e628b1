"""SIGTERM, SIGHUP and Ctrl-C in the middle of long commands: the status of the signal, no traceback, nothing left lying
about, and the same command works afterwards."""

from __future__ import annotations

import re
import shutil
import signal
from pathlib import Path

import pytest

from tests.broken_off import BrokenOff, spread
from tests.engines import copied
from tests.prepared import Prepared
from tests.store.bulk.material import fleet_archive

from .conftest import Command

pytestmark = pytest.mark.slow
SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
LINES = (
    "certificate import @one.pem @two.pem @three.pem",
    "bulk import @fleet.zip --identity-type serial-number",
    "workspace export @out/new.json",
    "workspace backup @out/new.backup",
    "workspace restore @old.backup --yes",
    "simulate run --for 3d",
    "forecast --for 5d",
    "fixture export @out/fixtures --only keystores",
    "moment branch start @out/branch",
)


@pytest.fixture(scope="module")
def before(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workspace and files."""
    folder = tmp_path_factory.mktemp("before")
    command = Command(folder / "workspace").after(
        prepared,
        "simulate company --seed 7 --start 2026-09-14",
        "simulate fleet --devices 12 --seed 3",
        "moment save start",
    )
    if (command.workspace / "store.db").exists():
        command.done("workspace", "backup", folder / "old.backup")
    for number, name in enumerate(("one", "two", "three"), 1):
        command.done("certificate", "export", number, "--output", folder / f"{name}.pem")
    (folder / "fleet.zip").write_bytes(fleet_archive("A12BC3D4EFGH", "A12BC3D4EFIJ", "A12BC3D4EFKL").getvalue())
    (folder / "out").mkdir()
    (folder / "temporary").mkdir()
    return folder


def files(folder: Path) -> set[str]:
    """All but those of the database. A folder that a restore keeps is called after the time."""
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.name.startswith("store.db")}
    return {re.sub(r"kept-[0-9TZ-]+-[0-9a-f]+", "kept", name) for name in names}


@pytest.mark.parametrize("line", LINES, ids=lambda line: " ".join(line.split()[:2]))
def test_nothing_is_left_and_it_works_afterwards(line: str, before: Path, tmp_path: Path, certfleet: Command) -> None:
    number = 0

    def again() -> tuple[Path, BrokenOff, list[str]]:
        nonlocal number
        number += 1
        place = Path(copied(before, tmp_path / f"place{number}"))
        words = [word.replace("@", f"{place}/") for word in line.split()]
        return place, BrokenOff(place / "workspace", place, engines=True, temporary=place / "temporary"), words

    place, broken, words = again()
    if "restore" in line and not (place / "old.backup").exists():
        pytest.skip("backups are PostgreSQL's")
    steps = broken.steps(signal.SIGTERM, *words)
    whole = files(place)
    for at, which in zip(spread(steps * 9 // 10, len(SIGNALS)), SIGNALS, strict=True):
        place, broken, words = again()
        had = files(place)
        done = broken.run(at, which, *words)
        assert done.returncode == 128 + which, (at, which, done.stderr)
        assert "Traceback" not in done.stderr
        assert done.stderr == "" or done.stderr.startswith(("error: interrupted: ", "\n")), done.stderr
        assert files(place) - had <= whole, (at, which)  # what it had made is whole
        assert not list((place / "temporary").iterdir())
        assert Command(place / "workspace").json("workspace", "check")["clean"]
        if which is signal.SIGTERM:  # which came before it had done anything
            assert broken.run(0, which, *words).returncode == 0
        shutil.rmtree(place)
