"""What an import leads on to: binding what came in, and comparing the two of a replacement."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Button

from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace
from certfleet.tui.certificates.page import CertificateDetailPage
from certfleet.tui.lists.list_table import ListTable
from tests.material import Issued, issue, make_chain

from ..conftest import Open
from ..driving import paste, shows, text_of, until


def write(folder: Path, leaf: Issued, name: str) -> None:
    (folder / name).write_bytes(leaf.chain_pem + leaf.key_pem)


def source(leaf: Issued) -> CertificateSource:
    return CertificateSource(data=leaf.chain_pem + leaf.key_pem)


async def test_b_binds_what_was_imported(console: Open, workspace: Workspace, own_folders: Path) -> None:
    workspace.site.set(mdm_fqdn="mdm.example.com")
    write(own_folders, make_chain("mdm.example.com"), "mdm.pem")

    async with console(size=(100, 40)) as pilot:
        await pilot.press("2", "i")
        await paste(pilot, "mdm.pem")
        await pilot.press("enter")
        await shows(pilot, "3 certificates: mdm.example.com")
        await pilot.press("enter")
        await shows(pilot, "What it is for")
        await shows(pilot, "has no certificate")
        await pilot.press("b")
        await shows(pilot, "Bind: NetScaler Gateway's SSL certificate for the MDM FQDN")
        await pilot.press("enter")
        await until(pilot, lambda: workspace.components.find("gateway-mdm-ssl"))

    bound = workspace.components.find("gateway-mdm-ssl")
    assert bound is not None
    assert bound.certificate_id == 1


async def test_two_selected_certificates_are_compared(console: Open, workspace: Workspace) -> None:
    for name in ("old.example.com", "new.example.com"):
        workspace.inventory.import_from(source(make_chain(name)))

    async with console(size=(120, 45)) as pilot:
        await pilot.press("2")
        await shows(pilot, "new.example.com")
        await pilot.press("slash")
        await paste(pilot, "key:yes")
        await pilot.press("enter", "ctrl+a", "equals_sign")
        await shows(pilot, "Compare: ")
        await shows(pilot, "≠ Subject")
        assert "CN=old.example.com" in text_of(pilot)
        assert "CN=new.example.com" in text_of(pilot)


async def test_a_replacement_is_compared(console: Open, workspace: Workspace) -> None:
    old = workspace.inventory.import_from(source(make_chain("mdm.example.com"))).imported[0]
    workspace.inventory.replace(old.id, source(make_chain("mdm.example.com")))

    async with console(size=(120, 45)) as pilot:
        await pilot.press("2")
        await shows(pilot, "mdm.example.com")
        pilot.app.screen.query_one(ListTable).move_to(old.id)
        await pilot.press("equals_sign")
        await shows(pilot, f"Old: #{old.id} mdm.example.com")


async def test_one_that_replaced_none_says_how_two_are_compared(console: Open, workspace: Workspace) -> None:
    workspace.inventory.import_from(source(make_chain("mdm.example.com")))

    async with console(size=(160, 24)) as pilot:
        await pilot.press("2")
        await shows(pilot, "mdm.example.com")
        await pilot.press("equals_sign")
        await shows(pilot, "has not been replaced")


async def test_the_chosen_file_is_compared_before_it_replaces(
    console: Open, workspace: Workspace, own_folders: Path
) -> None:
    old = workspace.inventory.import_from(source(make_chain("mdm.example.com"))).imported[0]
    write(own_folders, make_chain("other.example.com"), "new.pem")

    async with console(size=(120, 45)) as pilot:
        await pilot.press("2")
        await shows(pilot, "mdm.example.com")
        pilot.app.screen.query_one(ListTable).move_to(old.id)
        await pilot.press("r")
        await paste(pilot, "new.pem")
        await pilot.press("enter")
        await shows(pilot, "3 certificates: other.example.com")
        pilot.app.screen.query_one("#compare", Button).press()
        await shows(pilot, "other.example.com (new.pem)")
        await shows(pilot, "does not cover")


async def test_the_way_out_of_a_refusal_is_a_key(console: Open, workspace: Workspace, own_folders: Path) -> None:
    leaf = make_chain("mdm.example.com")
    old = workspace.inventory.import_from(source(leaf)).imported[0]
    write(own_folders, issue("mdm.example.com", key=leaf.key, days=400), "same-key.pem")

    async with console(size=(120, 45)) as pilot:
        await pilot.press("2")
        await shows(pilot, "mdm.example.com")
        pilot.app.screen.query_one(ListTable).move_to(old.id)
        await pilot.press("r")
        await paste(pilot, "same-key.pem")
        await pilot.press("enter")
        await shows(pilot, "1 certificate: mdm.example.com")
        await pilot.press("enter")
        await shows(pilot, "^g leads there")
        await pilot.press("ctrl+g")
        await shows(pilot, "New certificate signing request")


async def test_details_go_on_to_the_next_record(console: Open, workspace: Workspace) -> None:
    workspace.inventory.import_from(source(make_chain("mdm.example.com")))

    async with console(size=(80, 24)) as pilot:
        await pilot.press("2")
        await shows(pilot, "mdm.example.com")
        await pilot.press("home", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, CertificateDetailPage))
        page = pilot.app.screen
        assert isinstance(page, CertificateDetailPage)
        first = page.record_id
        await pilot.press("J")
        await until(pilot, lambda: page.record_id != first)
        await pilot.press("K")
        await until(pilot, lambda: page.record_id == first)
        await pilot.press("K")
        await shows(pilot, "That is the first one.")
