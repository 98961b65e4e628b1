"""A workspace whose folder is not writable although its files are, as after a wrong ``chmod``."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.workspace import Workspace

NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of somebody who isn't root, to whom modes say nothing; the test goes on as that user."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        if root:
            os.chown(name, NOBODY, -1)
            os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            for path in Path(name).glob("*"):
                path.chmod(0o700)
            if root:
                os.seteuid(0)


def test_it_can_be_read(folder: Path) -> None:
    path = folder / "workspace"
    with Workspace.open(path) as workspace:
        workspace.authorities.refresh()
    path.chmod(0o500)

    with Workspace.open(path) as workspace:
        assert [group.name for group in workspace.authorities.groups()] == ["default", "group-2"]
        assert workspace.check().clean
        with pytest.raises(Refusal, match="workspace-unwritable"):
            workspace.authorities.refresh()
    assert sorted(file.name for file in path.iterdir()) == ["audit.seal", "store.db", "vault.key"]
