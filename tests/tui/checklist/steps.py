"""What tests of the Checklist do: take a certificate in, go to a row."""

from __future__ import annotations

from textual.pilot import Pilot

from certfleet.store.components.capabilities import Capability
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.certificate import UseAs
from certfleet.store.workspace import Workspace
from certfleet.tui.checklist.table import ChecklistTable
from tests.material import Issued

from ..driving import paste, shows, until


def take(workspace: Workspace, leaf: Issued, use_as: UseAs = UseAs.SERVER) -> int:
    source = CertificateSource(data=leaf.chain_pem, name="in.pem", key=leaf.key_pem)
    return workspace.inventory.import_from(source, use_as=use_as).imported[0].id


def stopped(workspace: Workspace) -> set[Capability]:
    return {one.capability for one in workspace.impact.consequences()}


async def go_to(pilot: Pilot[None], words: str) -> None:
    """Go to the first row that the filter lets through."""
    await pilot.press("6")
    await shows(pilot, " needs, ")
    await pilot.press("slash")
    await paste(pilot, words)
    await pilot.press("enter")
    await until(pilot, lambda: pilot.app.focused is pilot.app.screen.query_one(ChecklistTable))
