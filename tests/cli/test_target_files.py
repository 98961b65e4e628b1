"""Where a command is told to write, and may not even look."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from certfleet.cli.frame.file_writing import check_target
from certfleet.store.errors import Refusal

NOBODY = 65534


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder that only its owner may enter; the test goes on as another user, where it may."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    with tempfile.TemporaryDirectory() as name:
        os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            os.seteuid(0)


def test_a_file_in_a_folder_that_may_not_be_entered(closed_folder: Path) -> None:
    with pytest.raises(Refusal, match="file-unwritable"):
        check_target(closed_folder / "ca.pem", force=False, workspace=Path("/workspace"))


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="file-unwritable"):
        check_target(tmp_path / ("x" * 300), force=False, workspace=tmp_path / "workspace")
