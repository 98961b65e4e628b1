"""A difference of many lines in a terminal of 24 rows: what matters first, the rest on a key."""

from __future__ import annotations

from pathlib import Path

from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace
from tests.material import make_chain

from ..conftest import Open
from ..driving import paste, shows, text_of


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
        await shows(pilot, f"#{issuer.id + 2} gateway.example.com is added")
        while "^↓ shows" in text_of(pilot):
            await pilot.press("ctrl+down")
        await shows(pilot, "Undo: ")
        await shows(pilot, "^↑ goes back")
        await pilot.press(*["ctrl+up"] * 5)
        await shows(pilot, "note: the old certificate is a CA certificate, the new one is not")
