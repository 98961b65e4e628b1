"""The Checklist screen: needs, what stops without them, and all its actions with the keyboard."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Input

from certfleet.store.clock import FixedClock
from certfleet.store.inventory.expiry_text import limits_text
from certfleet.store.keystores.reading import read_keystore
from certfleet.store.model.component import Use
from certfleet.store.model.device import Platform
from certfleet.store.workspace import Workspace
from certfleet.tui.checklist.table import ChecklistTable
from tests.material import NOW, issue_long_ago, make_chain

from ..conftest import Open
from ..driving import paste, shows, text_of, type_text, until
from ..sample_deployment import deploy
from ..sample_fleet import add_fleet
from .steps import go_to, take

# The list


@pytest.mark.prepared(by=deploy)
async def test_the_needs_are_listed_by_part_with_what_stops(console: Open, workspace: Workspace) -> None:

    async with console(size=(80, 24)) as pilot:
        await pilot.press("6")
        await shows(pilot, "20 needs, 5 stopped, 4 missing, 2 expiring, 2 tasks")
        lines = [line.strip() for line in text_of(pilot).split("\n")]
        assert lines[4].startswith("Endpoint Management"), "the part's name is a line of its own"
        assert lines[5].startswith("SSL for MDM FQDN")

        await pilot.press("down")
        await shows(pilot, "SAML certificate (Citrix Files)")
        await shows(pilot, "since 2026-01-01 00:00: #3")
        assert "all platforms, 200 devices" in text_of(pilot)

        await pilot.press("end")
        await shows(pilot, "Root CA Example Root CA")
        await pilot.press("home", "up")
        table = pilot.app.screen.query_one(ChecklistTable)
        assert table.cursor == 1, "the cursor passes over the parts' names"


@pytest.mark.prepared(by=deploy)
async def test_the_filter_takes_words_and_states(console: Open, workspace: Workspace) -> None:

    async with console(size=(80, 24)) as pilot:
        for words, names in (
            ("stopped group:mdx", ["MDX Toolkit", "Apple developer", "Profile", "APNs for Secure Mail"]),
            ("mail.example.com", ["NetScaler Gateway", "SSL for Exchange"]),
            ("status:not-used", ["MDX Toolkit", "Android keystore", "NetScaler Gateway", "SSL for ShareFile SZC"]),
            ("days:0..10", ["Endpoint Management", "APNs for devices"]),
        ):
            await go_to(pilot, words)
            table = pilot.app.screen.query_one(ChecklistTable)
            assert [line.name.strip() for line in table.rows] == names
            await pilot.press("escape")
            await until(pilot, lambda: len(pilot.app.screen.query_one(ChecklistTable).rows) > 15)

        await pilot.press("slash")
        await type_text(pilot, "days:soon")
        await shows(pilot, "days: takes a number")


async def test_names_that_begin_alike_are_told_apart_in_little_room(console: Open, workspace: Workspace) -> None:
    for app in ("secureweb", "securemail"):
        workspace.components.set_use("provisioning-profile", Use.REQUIRED, name=f"com.example.devices.managed.{app}")

    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "group:mdx profile")
        table = pilot.app.screen.query_one(ChecklistTable)
        await until(pilot, lambda: len(table.rows) == 3)
        width = next(slot.width for slot in table._painter.slots if slot.column.name == "name")
        cells = [table.columns[0].cell(line, width).strip() for line in table.rows if line.row is not None]
        assert all(cell.startswith("Profile …") for cell in cells), cells
        assert {cell.rpartition(".")[2] for cell in cells} == {"securemail", "secureweb"}


async def test_what_others_change_and_what_the_clock_ends_is_seen(console: Open, workspace: Workspace) -> None:
    clock = workspace.clock
    assert isinstance(clock, FixedClock)
    id = take(workspace, issue_long_ago("saml.example.com", days=20))

    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:saml")
        await shows(pilot, "× missing")
        workspace.components.bind("saml", id)
        await shows(pilot, "◆ expiring")

        clock.at += timedelta(days=20)
        await shows(pilot, "× expired")
        await shows(pilot, "Stopped")


async def test_help_tells_this_screen_s_keys(console: Open) -> None:
    async with console(size=(100, 50)) as pilot:
        await pilot.press("6", "question_mark")
        await shows(pilot, "Follow-up tasks")
        assert "status:missing" in text_of(pilot)


async def test_the_palette_has_the_screen_s_actions(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("6", "ctrl+p")
        await paste(pilot, "site settings")
        await shows(pilot, "key ,")
        await pilot.press("enter")
        await shows(pilot, "migrated from XenMobile Server")


# Deploying


async def test_a_root_is_deployed_to_the_devices_that_lack_it(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace, 20)
    chain = make_chain("mdm.example.com")
    workspace.components.bind("mdm-ssl", take(workspace, chain))
    newer = make_chain("mdm2.example.com")
    workspace.components.bind("mdm-ssl", take(workspace, newer))
    root = max(entry.id for entry in workspace.inventory.list() if entry.is_ca)

    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "root of mdm2.example.com need:server-ca")
        await shows(pilot, "20 devices would get SSL Error 61 at their next connection")
        await pilot.press("D")
        await shows(pilot, f"Deploy #{root}")
        await until(pilot, lambda: any(line.split()[1:4] == ["all", "0", "20"] for line in text_of(pilot).split("\n")))
        await pilot.press("tab", "space")
        await shows(pilot, "[ ] Android")
        await pilot.press("tab", "tab", "tab", "space")
        await shows(pilot, "[x] and let their antivirus trust it")
        await pilot.press("tab", "enter")
        await shows(pilot, f"#{root} Root of mdm2.example.com reaches iOS, Windows, macOS devices")

        anchor = workspace.trust.get(root)
        assert anchor.deployed_at == NOW
        assert set(anchor.platforms) == {Platform.IOS, Platform.WINDOWS, Platform.MACOS}
        assert anchor.antivirus_at == NOW

        await pilot.press("D")
        await shows(pilot, "Deployed to iOS, Windows, macOS since 2026-01-01 00:00 by alice.")
        await pilot.click("#withdraw")
        await shows(pilot, "taken off the devices")
        await pilot.press("y")
        await shows(pilot, "mdm2.example.com is not deployed any more.")

    assert not workspace.trust.is_deployed(root)


# Follow-ups, site settings, export


@pytest.mark.prepared(by=deploy)
async def test_a_follow_up_is_done_and_the_new_certificate_is_used(console: Open, workspace: Workspace) -> None:

    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:mdm-ssl")
        await shows(pilot, "#12 mdm.example.com, 395 days left; until the tasks are done")
        await pilot.press("t")
        await shows(pilot, "load balancer goes on with certificate 12.")
        await pilot.press("space")
        await shows(pilot, "until 1 other task of it is")
        await pilot.press("y")
        await shows(pilot, "Task 1 is done.")
        await pilot.press("enter")
        await shows(pilot, "From then on #13 mdm.example.com is in")
        await pilot.press("y")
        await shows(pilot, "Task 2 is done.")
        await pilot.press("escape")
        await until(pilot, lambda: "Serves still" not in text_of(pilot))

    assert workspace.tasks.list(done=False) == ()
    component = workspace.components.find("mdm-ssl")
    assert component is not None
    assert component.served_id == 13


@pytest.mark.prepared(by=deploy)
async def test_the_pfx_and_its_password_for_support_are_two_files(
    console: Open, workspace: Workspace, own_folders: Path
) -> None:

    async with console(size=(80, 24)) as pilot:
        await pilot.press("6", "t")
        await shows(pilot, "Follow-up tasks")
        await pilot.press("e")
        await shows(pilot, "No PFX file goes with that one.")
        await pilot.press("down", "e")
        await shows(pilot, "Send the two files on two different ways")
        await pilot.press("enter")
        await shows(pilot, "Written to mdm.example.com.pfx")

    pfx, password = own_folders / "mdm.example.com.pfx", own_folders / "mdm.example.com-password.txt"
    assert [path.stat().st_mode & 0o777 for path in (pfx, password)] == [0o600, 0o600]
    entry = read_keystore(pfx.read_bytes(), password=password.read_text().strip()).entries[0]
    assert entry.chain[0].facts.fingerprint_sha256 == workspace.inventory.get(13).fingerprint_sha256


async def test_site_settings_are_set(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("6", "comma")
        await shows(pilot, "Site settings")
        await pilot.press("space", "tab", "space", "tab")
        grace = pilot.app.screen.query_one("#grace", Input)
        grace.value = "soon"
        await pilot.press("enter")
        await shows(pilot, "days-invalid")
        grace.value = "14"
        expiring = pilot.app.screen.query_one("#expiring", Input)
        expiring.value = "45d for all"
        await pilot.press("enter")
        await shows(pilot, "setting-invalid")
        expiring.value = "45d, 1/3 apns=60d"
        pilot.app.screen.query_one("#start-by", Input).value = "101"
        await pilot.press("enter")
        await shows(pilot, "'101' is not a share")
        pilot.app.screen.query_one("#start-by", Input).value = "95 %"
        pilot.app.screen.query_one("#lead-days", Input).value = "9"
        await pilot.press("enter")
        await shows(pilot, "STOPS: no device can enroll")
        await shows(pilot, "Nothing has been changed yet.")
        assert not workspace.site.get().migrated
        await pilot.press("y")
        await shows(pilot, "Site settings are set.")

    site = workspace.site.get()
    assert (site.start_by_share, site.certificate_lead_days) == (0.95, 9)
    assert (site.migrated, site.ssl_offload, site.apns_grace_days) == (True, True, 14)
    assert limits_text(site.expiring) == "45d,1/3 apns=60d,1/3"


@pytest.mark.prepared(by=deploy)
@pytest.mark.parametrize(
    ("moves", "name", "holds"),
    [
        (0, "checklist.md", "SAML certificate (Citrix Files)"),
        (1, "checklist.csv", "saml"),
        (2, "expiries.ics", "BEGIN:VCALENDAR"),
    ],
)
async def test_the_checklist_is_exported(
    console: Open, workspace: Workspace, own_folders: Path, moves: int, name: str, holds: str
) -> None:

    async with console(size=(80, 24)) as pilot:
        await pilot.press("6", "e")
        await shows(pilot, "Export the checklist")
        await pilot.press(*["down"] * moves, "space")
        await until(pilot, lambda: pilot.app.screen.query_one("#target", Input).value.endswith(name))
        await pilot.press("tab", "enter")
        await shows(pilot, "Exported to")

    assert holds in (own_folders / name).read_text()


@pytest.mark.prepared(by=deploy)
async def test_the_checklist_is_sorted_by_days_and_by_parts_again(console: Open, workspace: Workspace) -> None:
    async with console(size=(140, 45)) as pilot:
        await pilot.press("6")
        table = pilot.app.screen.query_one("#table", ChecklistTable)
        await until(pilot, lambda: len(table.rows) > 5)
        parts = [line.id for line in table.rows]
        table.sort_by("days")
        days = [line.row.days_left for line in table.rows if line.row is not None]
        known = [left for left in days if left is not None]
        assert len(days) == len(table.rows)  # no headings
        assert known == sorted(known)
        assert days[: len(known)] == known  # what has no days is last

        while table.order:
            await pilot.press("o")
        assert [line.id for line in table.rows] == parts


@pytest.mark.prepared(by=deploy)
async def test_what_devices_get_by_themselves_is_not_bound_but_leads_to_its_devices(
    console: Open, workspace: Workspace
) -> None:
    async with console(size=(140, 45)) as pilot:
        await pilot.press("6")
        table = pilot.app.screen.query_one("#table", ChecklistTable)
        await until(pilot, lambda: len(table.rows) > 5)
        line = next(line for line in table.rows if line.row is not None and line.row.authority_group == "default")
        table.move_to(line.id)
        await pilot.press("b")
        await shows(pilot, "Devices get it from a CA group: 4 has the groups")
        await pilot.press("f")
        await shows(pilot, "issuer:default")
