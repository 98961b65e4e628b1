"""Type checkers find their way from a test into the package, in a checkout: they see an error that is planted."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLANTED = """
from certfleet.store.workspace import Workspace
from tests.material import issue

def test_planted() -> None:
    with Workspace.open(None) as workspace:
        workspace.inventory.describe("no number", 7)
    issue(days="no number")
"""
FOUND = 3

pytestmark = pytest.mark.slow


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what type checkers read, with a test that is wrong."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    for name in filter(None, listed):
        source, target = ROOT / name, tmp_path / "checkout" / name
        if source.suffix in (".py", ".toml", "") and (source.is_symlink() or source.is_file()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
    (tmp_path / "checkout" / "tests" / "test_planted.py").write_text(PLANTED)
    return tmp_path / "checkout"


@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed: make lint installs it")
def test_mypy(checkout: Path) -> None:
    line = [sys.executable, "-m", "mypy", "--follow-imports=silent", "--no-incremental", "-m", "tests.test_planted"]
    done = subprocess.run(line, cwd=checkout, capture_output=True, text=True)
    errors = [line for line in done.stdout.splitlines() if "test_planted.py" in line and "[arg-type]" in line]
    assert len(errors) == FOUND, done.stdout + done.stderr


@pytest.mark.skipif(find_spec("basedpyright") is None, reason="pyright is not installed: make lint installs it")
def test_pyright(checkout: Path) -> None:
    line = [sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable, "tests/test_planted.py"]
    done = subprocess.run(line, cwd=checkout, capture_output=True, text=True)
    errors = [line for line in done.stdout.splitlines() if "reportArgumentType" in line]
    assert len(errors) == FOUND, done.stdout + done.stderr
    assert "could not be resolved" not in done.stdout
