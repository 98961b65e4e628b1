"""The command lines of dialogs that read a file or a secret: the file is named, a password never is."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from certfleet.store.workspace import Workspace
from certfleet.tui.certificates.import_dialog import ReplaceDialog
from certfleet.tui.devices.import_dialog import DeviceImportDialog
from tests.material import issue, make_chain, push_subject

from ..certificates.test_after_import import source
from ..certificates.test_import import keystore
from ..conftest import Open
from ..driving import paste, shows, until

HEADER = "Device ID,Serial number,Platform\n"


async def test_importing_a_certificate(console: Open, own_folders: Path, workspace: Workspace) -> None:
    (own_folders / "gateway.pem").write_bytes(issue("gateway.example.com").pem)
    async with console(size=(100, 40)) as pilot:
        await pilot.press("2", "i")
        await paste(pilot, "gateway.pem")
        await pilot.press("enter")
        await shows(pilot, "enter: Import")  # the first Enter took the file
        pilot.app.screen.query_one("#description", Input).value = "the gateway's"
        await pilot.press("ctrl+y")
        file = own_folders / "gateway.pem"
        wanted = f"certfleet certificate import {file} --description 'the gateway'\"'\"'s' --use-as server"
        await until(pilot, lambda: pilot.app.clipboard == wanted)
        assert not workspace.inventory.list()


async def test_importing_a_keystore_reads_its_password(console: Open, own_folders: Path) -> None:
    (own_folders / "push.p12").write_bytes(keystore(make_chain("push", subject=push_subject()), "hush-7"))
    async with console(size=(100, 40)) as pilot:
        await pilot.press("2", "i")
        await paste(pilot, "push.p12")
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id == "password")
        await paste(pilot, "hush-7")
        await pilot.press("ctrl+y")
        await until(pilot, lambda: "import-keystore" in pilot.app.clipboard)
        assert f"{own_folders / 'push.p12'} --password-file -" in pilot.app.clipboard
        assert "hush-7" not in pilot.app.clipboard


async def test_replacing_a_certificate(console: Open, own_folders: Path, workspace: Workspace) -> None:
    old = workspace.inventory.import_from(source(make_chain("gateway.example.com"))).imported[0]
    (own_folders / "new.pem").write_bytes(issue("gateway.example.com").pem)
    async with console(size=(100, 40)) as pilot:
        pilot.app.push_screen(ReplaceDialog(old))
        await shows(pilot, "Replace")
        await paste(pilot, "new.pem")
        await pilot.press("enter")
        await shows(pilot, "enter: Replace")
        await pilot.press("ctrl+y")
        wanted = f"certfleet certificate replace {old.id} {own_folders / 'new.pem'}"
        await until(pilot, lambda: pilot.app.clipboard == wanted)


async def test_requesting_a_certificate(console: Open, workspace: Workspace) -> None:
    async with console(size=(100, 40)) as pilot:
        await pilot.press("2", "n")
        await shows(pilot, "New certificate signing request")
        screen = pilot.app.screen
        screen.query_one("#part-CN", Input).value = "mdm.example.com"
        screen.query_one("#part-O", Input).value = "Example, Ltd"
        screen.query_one("#sans", Input).value = "mdm.example.com, 192.0.2.7"
        await pilot.press("ctrl+y")
        wanted = (
            "certfleet certificate request --subject 'CN=mdm.example.com,O=Example\\, Ltd' --san mdm.example.com "
            "--san 192.0.2.7 --key rsa-2048 --use-as server"
        )
        await until(pilot, lambda: pilot.app.clipboard == wanted)
        assert not workspace.requests.list()


async def test_importing_devices(console: Open, own_folders: Path) -> None:
    (own_folders / "intune.csv").write_text(HEADER)
    async with console(size=(100, 40)) as pilot:
        pilot.app.push_screen(DeviceImportDialog())
        await shows(pilot, "Import devices")
        await paste(pilot, "intune.csv")
        pilot.app.screen.query_one("#zone", Input).value = "Europe/Berlin"
        await pilot.press("ctrl+y")
        wanted = f"certfleet device import {own_folders / 'intune.csv'} --time-zone Europe/Berlin"
        await until(pilot, lambda: pilot.app.clipboard == wanted)
