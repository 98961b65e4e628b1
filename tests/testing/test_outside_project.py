"""A project that isn't ours: it installs the wheel into a virtual environment of its own, and uses the plugin."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PROJECT = Path(__file__).parent / "outside"
CONSTRAINTS = ROOT / "constraints.txt"


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a program without our environment; its output."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHON"))}
    arguments = [str(part) for part in command]
    done = subprocess.run(arguments, cwd=cwd, env=clean | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a virtual environment with our wheel, and with pytest and two plugins of others."""
    folder = tmp_path_factory.mktemp("outside")
    # A copy, because building leaves files behind.
    ignored = shutil.ignore_patterns(".*", "build", "*.egg-info", "tests", "__pycache__")
    source = shutil.copytree(ROOT, folder / "source", symlinks=True, ignore=ignored)
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    made = folder / "venv" / "bin" / "python"
    pip = (made, "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--wheel-dir", folder, source, cwd=folder)
    [wheel] = folder.glob("certfleet-*.whl")
    run(*pip, "install", "--constraint", CONSTRAINTS, wheel, cwd=folder)
    run(*pip, "install", "--constraint", CONSTRAINTS, "pytest", "pytest-xdist", "pytest-randomly", cwd=folder)
    return made


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_tests_give_the_same_in_any_order_and_any_process(python: Path, tmp_path: Path) -> None:
    project = shutil.copytree(PROJECT, tmp_path / "project")
    (project / "ten_tests.py").rename(project / "test_with_the_plugin.py")
    told = []
    # Three orders, the last two of them in two processes.
    for number, options in enumerate(((), ("-n", "2"), ("-n", "2"))):
        notes = tmp_path / f"notes-{number}"
        notes.mkdir()
        shuffled = ("-p", "no:cacheprovider", f"--randomly-seed={number}")
        out = run(python, "-m", "pytest", "-q", *shuffled, *options, cwd=project, NOTES=str(notes))
        assert "10 passed" in out
        told.append({file.name: file.read_text() for file in sorted(notes.iterdir())})
    assert len(told[0]) == 10
    assert told[0] == told[1] == told[2]


@pytest.mark.slow
def test_importing_it_imports_nothing_else(python: Path, tmp_path: Path) -> None:
    code = "import sys; before = set(sys.modules); import certfleet.testing; print(*set(sys.modules) - before)"
    told = run(python, "-c", code, cwd=tmp_path).split()
    others = {name for name in told if name.partition(".")[0] not in sys.stdlib_module_names}
    assert others == {"certfleet", "certfleet.testing"}
