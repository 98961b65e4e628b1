"""A console whose workspace is moved away while it is open: it stays open, says so, and comes back with it."""

from __future__ import annotations

from pathlib import Path

from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from tests.material import NOW, make_chain


async def test_it_is_told_and_comes_back(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "workspace", tmp_path / "elsewhere"
    with Workspace.open(folder, start=NOW) as workspace:
        app = CertfleetApp(workspace)
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            folder.rename(elsewhere)
            app.poll_now()
            await pilot.pause()
            assert any("is not there any more" in one.message for one in app._notifications)
            for key in ("2", "3", "1"):
                await pilot.press(key)
                await pilot.pause()
            assert app.is_running
            elsewhere.rename(folder)
            with Workspace.open(folder) as other:
                other.inventory.import_from(CertificateSource(data=make_chain("back.example.com").chain_pem))
            app.poll_now()
            await pilot.pause()
            assert len(app.certificates.rows) == 3
