"""What people paste into the field of a file: the path of a dragged file, or the file's text itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from certfleet.store.workspace import Workspace
from certfleet.tui.dialogs.pasted_path import pasted_path
from tests.material import issue, make_chain

from ..conftest import Open
from ..driving import paste, shows, text_of, until


@pytest.mark.parametrize(
    ("pasted", "path"),
    [
        ("'/home/ann/My files/gateway.pem'", "/home/ann/My files/gateway.pem"),
        ('"/home/ann/My files/gateway.pem" ', "/home/ann/My files/gateway.pem"),
        ("/home/ann/My\\ files/gateway.pem\n", "/home/ann/My files/gateway.pem"),
        ("file:///home/ann/My%20files/k%C3%B6ln.pem", "/home/ann/My files/köln.pem"),
        ("/home/ann/My files/gateway.pem", None),
        ("'tis.pem", None),
        ("'a.pem' 'b.pem'", None),
        (r"C:\Users\ann\gateway.pem", None),
        ("", None),
    ],
)
def test_a_path_as_terminals_paste_it(pasted: str, path: str | None) -> None:
    assert pasted_path(pasted) == path


async def test_a_dragged_file_is_found(console: Open, own_folders: Path) -> None:
    (own_folders / "My gateway.pem").write_bytes(issue("gateway.example.com").pem)
    async with console() as pilot:
        await pilot.press("2", "i")
        await paste(pilot, f"'{own_folders / 'My gateway.pem'}'")
        assert pilot.app.screen.query_one("#path", Input).value == str(own_folders / "My gateway.pem")
        await pilot.press("enter")
        await shows(pilot, "1 certificate: gateway.example.com")


async def test_a_pasted_chain_with_its_key_is_imported(console: Open, workspace: Workspace, own_folders: Path) -> None:
    made = make_chain("mdm.example.com")
    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "i")
        await paste(pilot, (made.chain_pem + made.key_pem).decode().replace("\n", "\r\n"))
        await shows(pilot, "3 certificates: mdm.example.com")
        assert "(pasted text)" in text_of(pilot)
        assert "was taken" not in text_of(pilot)
        await pilot.press("ctrl+y")
        await until(pilot, lambda: pilot.app.clipboard == "certfleet certificate import - --use-as server")
        await pilot.press("enter")
        await shows(pilot, "3 certificates imported")
    entry = workspace.inventory.list()[0]
    assert (entry.name, entry.has_private_key) == ("mdm.example.com", True)


async def test_what_is_pasted_again_takes_its_place(console: Open, own_folders: Path) -> None:
    async with console() as pilot:
        await pilot.press("2", "i")
        await paste(pilot, "-----BEGIN CERTIFICATE-----\nMIIB\n")
        await shows(pilot, "ends too early")
        await paste(pilot, issue("gateway.example.com").pem.decode())
        await shows(pilot, "1 certificate: gateway.example.com")


async def test_other_fields_take_paths_alone(console: Open, own_folders: Path) -> None:
    async with console() as pilot:
        await pilot.press("3", "i")
        await until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id == "path")
        await paste(pilot, "Device ID,Serial number\n1,ABC\n2,DEF\n")
        await shows(pilot, "Only the first of 3 pasted lines was taken.")
