"""A difference of many lines in a terminal of 24 rows: what matters first, the rest on a key."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace
from certfleet.tui.dialogs import effects_ahead
from tests.material import make_chain

from ..conftest import Open
from ..driving import paste, shows, text_of, until


async def test_all_notes_are_told_and_the_rest_is_a_key_away(
    console: Open, workspace: Workspace, own_folders: Path
) -> None:
    chain = make_chain("mdm.example.com")
    issuer = workspace.inventory.import_from(CertificateSource(data=chain.chain_pem)).imported[1]
    new = make_chain("gateway.example.com")
    (own_folders / "new.pem").write_bytes(new.chain_pem + new.key_pem)

    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "slash")
        await paste(pilot, f"#{issuer.id}")
        await pilot.press("enter", "r")
        await shows(pilot, f"Replace #{issuer.id}")
        await paste(pilot, "new.pem")
        await pilot.press("enter")
        await shows(pilot, "note: the old certificate is a CA certificate, the new one is not")
        await shows(pilot, "^↓ shows")
        await pilot.press("ctrl+down")
        await shows(pilot, "gateway.example.com is added")
        while "^↓ shows" in text_of(pilot):
            await pilot.press("ctrl+down")
        await shows(pilot, "Undo: ")
        await shows(pilot, "^↑ goes back")
        await pilot.press(*["ctrl+up"] * 5)
        await shows(pilot, "note: the old certificate is a CA certificate, the new one is not")


async def test_a_note_on_what_can_not_be_undone_is_not_run_past(
    console: Open, workspace: Workspace, own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Enter comes before the difference is worked out."""
    monkeypatch.setattr(effects_ahead, "_A_MOMENT", 3600)
    old = workspace.inventory.import_from(CertificateSource(data=make_chain("mdm.example.com").chain_pem)).imported[0]
    new = make_chain("other.example.com")
    (own_folders / "new.pem").write_bytes(new.chain_pem + new.key_pem)

    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "slash")
        await paste(pilot, f"#{old.id}")
        await pilot.press("enter", "r")
        await shows(pilot, f"Replace #{old.id}")
        await paste(pilot, "new.pem")
        await pilot.press("enter")
        await shows(pilot, "with a")
        await pilot.press("enter")
        await shows(pilot, "note: the new certificate does not cover DNS:mdm.example.com")
        await shows(pilot, "Nothing has been changed yet. y goes ahead")
        assert workspace.inventory.get(old.id).replaced_by is None
        await pilot.press("y")
        await until(pilot, lambda: workspace.inventory.get(old.id).replaced_by)
