"""The endpoints in the console: adding, checking, importing, and where else they are shown. By keyboard alone."""

from __future__ import annotations

import socket
from pathlib import Path

from cryptography import x509
from textual.pilot import Pilot

from certfleet.store.endpoints.endpoints import NewEndpoint
from certfleet.store.workspace import Workspace
from certfleet.tui.endpoints.filter import parse_filter
from certfleet.tui.endpoints.rows import look
from tests.material import issue, make_ca, needs_openssl
from tests.store.endpoints.servers import HERE, answering, free_port, s_server

from ..conftest import Open
from ..driving import paste, shows, text_of, until

GATEWAY = "gateway.example.com"
ROOT = make_ca("Example Root CA")
pytestmark = needs_openssl


async def open_list(pilot: Pilot[None]) -> None:
    """By the keys, and wait until it is there."""
    await pilot.press("6", "0")
    await until(pilot, lambda: pilot.app.current_mode == "endpoints" and "Looking" not in text_of(pilot))


async def test_a_server_is_added_checked_imported_and_shown_where_it_belongs(
    console: Open, workspace: Workspace, tmp_path: Path
) -> None:
    issued = issue(GATEWAY, issuer=ROOT, sans=(x509.DNSName(GATEWAY),), days=500)
    with s_server(tmp_path, issued) as port:
        async with console(size=(140, 45)) as pilot:
            await open_list(pilot)
            await shows(pilot, "No endpoint yet. n adds a server")
            await pilot.press("n")
            await shows(pilot, "Add an endpoint")
            await paste(pilot, f"{HERE}:{port}")
            await pilot.press("enter")
            await shows(pilot, f"Added {HERE}:{port}. R checks it.")
            await shows(pilot, "○ not checked")
            await pilot.press("R")
            await shows(pilot, "▲ unknown")
            await shows(pilot, "1 endpoint checked, 0 served as they should be.")
            await shows(pilot, "TLSv1.3")
            await pilot.press("i")
            await shows(pilot, f"Import what {HERE}:{port} serves")
            await pilot.press("y")
            await until(pilot, lambda: len(workspace.inventory.list()) == 1)
            await pilot.press("escape")
            await shows(pilot, "◆ other")
            await pilot.press("f")
            await until(pilot, lambda: pilot.app.current_mode == "certificates")
            await shows(pilot, f"◆ other  #1 {HERE}:{port}")


async def test_the_checklist_shows_the_endpoints_of_a_need(console: Open, workspace: Workspace) -> None:
    workspace.endpoints.add(NewEndpoint(where="mdm.example.com", need="mdm-ssl"))
    async with console(size=(140, 45)) as pilot:
        await pilot.press("6")
        await shows(pilot, "○ not checked  #1 mdm.example.com:443")
        await pilot.press("0")
        await until(pilot, lambda: pilot.app.current_mode == "endpoints")
        await pilot.press("6")
        await until(pilot, lambda: pilot.app.current_mode == "checklist")


async def test_a_list_in_a_file_is_added_and_some_are_removed(
    console: Open, workspace: Workspace, tmp_path: Path
) -> None:
    hosts = tmp_path / "hosts.txt"
    hosts.write_text("a.example.com gateway-ssl\nb.example.com\nb.example.com\n")
    async with console(size=(80, 24)) as pilot:
        await open_list(pilot)
        await pilot.press("n")
        await shows(pilot, "Add an endpoint")
        await pilot.press("shift+tab", "down", "tab")
        await shows(pilot, "A line each: HOST[:PORT] [NEED].")
        await paste(pilot, str(hosts))
        await pilot.press("enter")  # takes the path
        await until(pilot, lambda: "├──" not in text_of(pilot))
        await pilot.press("enter")
        await shows(pilot, "2 endpoints added.")
        await until(pilot, lambda: len(workspace.endpoints.list()) == 2)
        await pilot.press("ctrl+a", "x")
        await shows(pilot, "Remove 2 endpoints")
        await pilot.press("y")
        await until(pilot, lambda: not workspace.endpoints.list())
        await shows(pilot, "No endpoint yet.")


def _silent(own: socket.socket) -> None:
    while own.recv(1024):  # until the client goes
        pass


async def test_a_network_that_does_not_answer_blocks_nothing(console: Open, workspace: Workspace) -> None:
    with answering(_silent) as port:
        workspace.endpoints.add(NewEndpoint(where=f"{HERE}:{port}"))
        async with console(size=(80, 24)) as pilot:
            await open_list(pilot)
            await pilot.press("R")
            await shows(pilot, "checking 0 of 1 …")
            await pilot.press("1")
            await until(pilot, lambda: pilot.app.current_mode == "overview")
            await pilot.press("6", "0", "R")
            await shows(pilot, "A check is running.")


def test_what_the_filter_finds(workspace: Workspace) -> None:
    for where, need in (
        ("a.example.com", "gateway-ssl"),
        ("b.example.com:8443", None),
        (f"{HERE}:{free_port()}", None),
    ):
        workspace.endpoints.add(NewEndpoint(where=where, need=need))
    list(workspace.endpoint_checks.check([3], time_limit=60))
    rows = look(workspace)
    for text, ids in {
        "": [1, 2, 3],
        "example": [1, 2],
        "is:unreachable": [3],
        "is:not-checked": [1, 2],
        "need:gateway-ssl": [1],
        "need:none": [2, 3],
        "note:refused": [3],
        "-is:unreachable b.": [2],
        "days:<30": [],
        "host:127": [3],
    }.items():
        found = parse_filter(text)
        assert found.problem is None, text
        assert [row.id for row in rows if found.matches is None or found.matches(row)] == ids, text
