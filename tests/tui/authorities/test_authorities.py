"""The Authorities screen: groups and CAs, the refresh, exports, and the listener certificate."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from textual.pilot import Pilot
from textual.widgets import Input

from certfleet.store.clock import FixedClock
from certfleet.store.inventory.sources import ExportFormat
from certfleet.store.model.authority import AuthorityRole
from certfleet.store.model.certificate import UseAs
from certfleet.store.workspace import Workspace

from ..conftest import Open
from ..driving import paste, shows, text_of, type_text, until
from ..sample_fleet import add_fleet


def target(pilot: Pilot[None]) -> str:
    """The file that the dialog is going to write."""
    return pilot.app.screen.query_one("#target", Input).value


async def test_groups_are_listed_with_their_cas_and_devices(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace)

    async with console(size=(80, 24)) as pilot:
        await pilot.press("4")
        await shows(pilot, "New device certificates come from group-2.")
        lines = text_of(pilot).split("\n")
        names = [line.split()[0] for line in lines if "ready" in line or "issuing" in line]
        assert names[:2] == ["default", "group-2"], "the newest comes last"
        assert text_of(pilot).count("Server CA") == 2
        await shows(pilot, "92 of 200 devices hold a certificate of it.")

        await pilot.press("down", "down")
        await shows(pilot, "CN=Device CA,O=certfleet")
        await shows(pilot, "days left")

        await pilot.press("end", "enter")
        await shows(pilot, "Server CA of group-2")


async def test_a_refresh_is_explained_and_takes_a_day_unless_told(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("4", "n")
        await shows(pilot, "a root, a device and a server CA,")
        await until(pilot, lambda: pilot.app.focused is not None)
        await pilot.press("enter")
        await shows(pilot, "group-2 is ready in 24 h")
        await shows(pilot, "○ requested")

    assert workspace.authorities.issuing().name == "default"


async def test_a_refresh_can_be_ready_at_once_under_a_name(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("4", "n")
        await type_text(pilot, "spring")
        await pilot.press("tab", "down", "space")
        await until(pilot, lambda: "Hours" not in text_of(pilot))
        await pilot.press("tab", "enter")
        await shows(pilot, "come from spring")

    assert workspace.authorities.issuing().name == "spring"
    assert workspace.notices.list()[0].title == "CA group spring is ready"


@pytest.mark.parametrize(("hours", "name", "code"), [("soon", "", "hours-invalid"), ("1", "default", "group-exists")])
async def test_a_refresh_that_can_t_be_is_refused_with_what_was_typed(
    console: Open, workspace: Workspace, hours: str, name: str, code: str
) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("4", "n")
        pilot.app.screen.query_one("#name").value = name  # type: ignore[attr-defined]
        pilot.app.screen.query_one("#hours").value = hours  # type: ignore[attr-defined]
        await pilot.press("enter")
        await shows(pilot, code)

    assert len(workspace.authorities.groups()) == 1


async def test_chain_and_revocation_list_are_exported(console: Open, own_folders: Path) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("4", "e")
        await shows(pilot, "Export the Device CA of default")
        await pilot.press("down", "space")
        await until(pilot, lambda: target(pilot).endswith("/default-device-ca-chain.pem"))
        await pilot.press("tab", "enter")
        await shows(pilot, "Exported to")

        await pilot.press("e", "up", "space")
        await until(pilot, lambda: target(pilot).endswith("/default-device-ca.crl"))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: (own_folders / "default-device-ca.crl").exists())

    chain = x509.load_pem_x509_certificates((own_folders / "default-device-ca-chain.pem").read_bytes())
    chain[0].verify_directly_issued_by(chain[1])
    crl = x509.load_der_x509_crl((own_folders / "default-device-ca.crl").read_bytes())
    assert crl.issuer == chain[0].subject


async def test_a_file_that_is_there_is_not_overwritten(console: Open, own_folders: Path) -> None:
    (own_folders / "default-root-ca.pem").write_text("mine")
    async with console(size=(80, 24)) as pilot:
        await pilot.press("4", "down", "e", "tab", "enter")
        await shows(pilot, "file-exists")

    assert (own_folders / "default-root-ca.pem").read_text() == "mine"


async def test_the_listener_certificate_is_issued_for_host_names(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("4", "L")
        await paste(pilot, "mdm.example.com, 192.0.2.7")
        await pilot.press("enter")
        await shows(pilot, "mdm.example.com issued")

    entry = next(one for one in workspace.inventory.list() if one.use_as is UseAs.SSL_LISTENER)
    certificate = x509.load_der_x509_certificate(workspace.inventory.export(entry.id, ExportFormat.DER))
    server_ca = workspace.authorities.of_group("default")[AuthorityRole.SERVER]
    assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "mdm.example.com"
    assert certificate.issuer.rfc4514_string() == server_ca.subject


async def test_a_host_that_is_none_is_refused(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("4", "L")
        await paste(pilot, "not_a host")
        await pilot.press("enter")
        await shows(pilot, "host-invalid")


async def test_a_key_goes_to_the_devices_of_a_group(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace)

    async with console(size=(80, 24)) as pilot:
        await pilot.press("4", "G", "f")
        await until(pilot, lambda: pilot.app.current_mode == "devices")
        await shows(pilot, "issuer:group-2")
        await shows(pilot, "108 of 200")


async def test_a_group_that_becomes_ready_by_the_clock_is_told_of(console: Open, workspace: Workspace) -> None:
    clock = workspace.clock
    assert isinstance(clock, FixedClock)
    workspace.authorities.refresh(ready_after=timedelta(hours=1))
    async with console() as pilot:
        assert workspace.notices.list() == []
        clock.at += timedelta(hours=2)
        await until(pilot, lambda: workspace.notices.list())
        await pilot.press("4")
        await shows(pilot, "New device certificates come from group-2")


async def test_a_group_is_activated_and_another_one_deleted(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("4", "n")
        await type_text(pilot, "spring")
        await pilot.press("tab", "down", "down", "space", "tab", "enter")
        await shows(pilot, "CA group spring: ready")
        await shows(pilot, "waits for being activated (I)")
        await pilot.press("I")
        await shows(pilot, "Activate spring?")
        await pilot.press("y")
        await shows(pilot, "New device certificates come from spring.")
        await pilot.press("home", "x")
        await shows(pilot, "Delete default?")
        await shows(pilot, "Its three keys are deleted with it.")
        await pilot.press("y")
        await shows(pilot, "CA group default deleted.")

    assert [group.name for group in workspace.authorities.groups()] == ["spring"]


async def test_a_group_that_issues_or_is_held_is_not_offered_for_deletion(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace)
    async with console(size=(80, 24)) as pilot:
        await pilot.press("4", "home", "x")
        await shows(pilot, "default can't be deleted")
        await shows(pilot, "hold certificates of it. Renew them before: f")
        assert "(y)" not in text_of(pilot)
        await pilot.press("enter", "end", "x")
        await shows(pilot, "group-2 can't be deleted")
        await shows(pilot, "It issues device certificates now. I lets another one.")


async def test_a_question_that_would_be_refused_says_so_at_once(console: Open, workspace: Workspace) -> None:
    workspace.authorities.refresh(ready_after=timedelta(hours=24))
    async with console(size=(80, 24)) as pilot:
        await pilot.press("4")
        await shows(pilot, "requested")
        await pilot.press("end", "I")
        await shows(pilot, "Activate group-2?")
        await shows(pilot, "CA group group-2 is not ready before 2026-01-02 00:00 UTC")
        await shows(pilot, "it issues by itself from then on")


async def test_the_listener_dialog_names_the_one_in_use_and_blames_the_host(
    console: Open, workspace: Workspace
) -> None:
    workspace.authorities.issue_listener(["mdm.example.com"])
    async with console(size=(80, 24)) as pilot:
        await pilot.press("4", "L")
        await shows(pilot, "In use now: #1 mdm.example.com, until")
        await type_text(pilot, "-x")
        await pilot.press("tab", "enter")
        await shows(pilot, "'-x' is not a valid host name")
        await shows(pilot, "Write mdm.example.com")
        assert pilot.app.screen.focused is pilot.app.screen.query_one("#hosts", Input)
