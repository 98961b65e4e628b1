"""A workspace whose folder is moved, removed or exchanged while somebody has it open: SQLite alone would go on writing
to a file that has no name any more."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.workspace import Workspace


def removed(folder: Path) -> None:
    shutil.rmtree(folder)


def moved(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def exchanged(folder: Path) -> None:
    moved(folder)
    with Workspace.open(folder):
        pass


@pytest.mark.parametrize("happens", [removed, moved, exchanged])
def test_nothing_is_written_to_nowhere(tmp_path: Path, happens: Callable[[Path], None]) -> None:
    folder = tmp_path / "workspace"
    with Workspace.open(folder) as workspace:
        workspace.site.set(mdm_fqdn="first.example.com")
        happens(folder)
        for act in (lambda: workspace.site.set(mdm_fqdn="second.example.com"), workspace.poll):
            with pytest.raises(Refusal) as refused:
                act()
            assert refused.value.code == "workspace-gone"
            assert "nothing was changed" in refused.value.message
        if happens is moved:
            folder.with_name("elsewhere").rename(folder)
            workspace.site.set(mdm_fqdn="third.example.com")
    if folder.exists():
        with Workspace.open(folder) as workspace:
            assert workspace.site.get().mdm_fqdn == ("" if happens is exchanged else "third.example.com")


def test_it_may_be_named_from_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Workspace.open(Path("workspace")) as workspace:
        (tmp_path / "below").mkdir()
        monkeypatch.chdir(tmp_path / "below")
        workspace.site.set(mdm_fqdn="first.example.com")
