"""Bulk device certificates: the list, importing an archive, and deleting."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Select

from certfleet.store.inventory.expiry import ExpiryRules
from certfleet.store.model.bulk import IdentityType
from certfleet.store.model.expiry import ExpiryUse
from certfleet.store.workspace import Workspace
from certfleet.tui.device_certificates.filter import parse_filter
from certfleet.tui.device_certificates.rows import rows_of
from certfleet.tui.device_certificates.table import BulkTable
from tests.material import NOW

from ..conftest import Open
from ..driving import paste, shows, text_of, type_text, until
from ..sample_fleet import add_fleet
from ..sample_policies import (
    PASSWORD,
    add_policy,
    archive_for,
    bring,
    certificate_for,
    check_in,
    iphones,
    p12,
    packed,
    roll_out,
)

IMEI = "490154203237518"


def identities(pilot: Pilot[None]) -> list[str]:
    return [row.record.identity for row in pilot.app.screen.query_one("#table", BulkTable).rows]


async def open_list(pilot: Pilot[None]) -> None:
    """By the keys, and wait until it is there."""
    await pilot.press("5", "0")
    await until(pilot, lambda: "Looking" not in text_of(pilot) and pilot.app.screen.query("#table"))


# The list


@pytest.mark.prepared(by=roll_out)
@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_what_ends_first_is_first_with_its_device_and_the_policy(
    console: Open, workspace: Workspace, size: tuple[int, int]
) -> None:
    devices = iphones(workspace)
    async with console(size=size) as pilot:
        await open_list(pilot)
        await shows(pilot, "Policies 2   Device certificates 62")
        assert identities(pilot)[:5] == [device.serial_number for device in devices[:5]]
        text = text_of(pilot)
        for part in ("▲ 2026-01-07", f"#{devices[0].id} iPhone", "Field VPN", "6 days left"):
            assert part in text
        await pilot.press("end")
        await shows(pilot, "none with this identity yet")

        await pilot.press("enter")
        await shows(pilot, "Device certificate of the serial number F2LX999999")
        await shows(pilot, "by alice, devices.zip")
        await pilot.press("escape", "0")
        await until(pilot, lambda: pilot.app.current_mode == "policies")


@pytest.mark.prepared(by=roll_out)
async def test_keys_go_to_the_device(console: Open, workspace: Workspace) -> None:
    first = iphones(workspace)[0]
    async with console(size=(140, 45)) as pilot:
        for keys in (["f"], ["enter", "f"]):
            await open_list(pilot)
            await shows(pilot, first.serial_number)
            await pilot.press(*keys)
            await until(pilot, lambda: pilot.app.current_mode == "devices")
            await shows(pilot, f"▏ #{first.id} ")
        await open_list(pilot)
        await pilot.press("end", "f")
        await shows(pilot, "No device has that identity yet.")


async def test_the_list_follows_what_others_do(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace)
    first = iphones(workspace)[0]
    async with console(size=(80, 24)) as pilot:
        await open_list(pilot)
        await shows(pilot, "No device certificate yet. i imports")
        bring(workspace, first.serial_number)
        await until(pilot, lambda: identities(pilot) == [first.serial_number])
        add_policy(workspace)
        check_in(workspace, first.id)
        await shows(pilot, "Installed by  Field VPN")
        workspace.bulk.delete([first.serial_number], identity_type=IdentityType.SERIAL_NUMBER)
        await shows(pilot, "No device certificate yet.")


@pytest.mark.prepared(by=roll_out)
async def test_terms_narrow_the_list(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await open_list(pilot)
        await shows(pilot, "certificates 62")
        await pilot.press("slash")
        await type_text(pilot, "days:<10")
        await shows(pilot, "5 of 62")
        await paste(pilot, " device:none")
        await shows(pilot, "0 of 62")
        await shows(pilot, "Nothing matches the filter.")
        await pilot.press("escape")
        await until(pilot, lambda: len(identities(pilot)) == 62)
        await pilot.press("slash")
        await paste(pilot, "device:perhaps")
        await shows(pilot, "device: takes none or yes")


@pytest.mark.prepared(by=roll_out)
@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 62),
        ("f2lx999", 2),
        ("type:serial-number", 62),
        ("type:imei", 0),
        ("-type:imei", 62),
        ("status:critical", 5),
        ("status:critical,expiring", 8),
        ("days:7..30", 3),
        ("device:yes", 60),
        ("device:none", 2),
        ("policy:field", 60),
        ("policy:none", 2),
        ("source:devices.zip", 62),
        ("source:other", 0),
        ("iphone -status:critical", 55),
    ],
)
def test_what_the_filter_finds(workspace: Workspace, text: str, count: int) -> None:
    rows = rows_of(workspace.bulk.list(), workspace.devices.all(), NOW, ExpiryRules()[ExpiryUse.DEVICE]).values()

    found = parse_filter(text)
    assert found.problem is None
    assert sum(found.matches is None or found.matches(row) for row in rows) == count


# Importing


async def test_an_archive_is_imported_and_every_file_has_its_result(
    console: Open, workspace: Workspace, own_folders: Path
) -> None:
    good = [f"A12BC3D4E{number:03}" for number in range(8)]
    bring(workspace, good[0])
    bring(workspace, good[1], days=20)
    files = {f"{identity}.p12": p12(certificate_for(identity)) for identity in good}
    files["A12BC3D4E900.p12"] = p12(certificate_for("A12BC3D4E900"), "another one")
    files["A12BC3D4E901.p12"] = b"not a keystore"
    (own_folders / "devices.zip").write_bytes(packed(files))

    async with console(size=(80, 24)) as pilot:
        await open_list(pilot)
        await pilot.press("i")
        await shows(pilot, "IDENTITY.p12=PASSWORD")
        await type_text(pilot, "devices.zip")
        await pilot.press("enter")
        await shows(pilot, "10 PKCS #12 files")
        await shows(pilot, "6 bulk device certificates added")
        assert len(workspace.bulk.list()) == 2, "it was tried on a copy"
        await pilot.press("enter")
        await shows(pilot, "10 files: 6 imported, 1 replaced, 1 already there, 2 refused")
        text = text_of(pilot)
        assert "× refused" in text
        assert "→ replaced" in text
        assert "wrong-password" in text
        assert PASSWORD not in text
        await shows(pilot, "A12BC3D4E900.p12: ")
        await pilot.press("down", "down")
        await shows(pilot, "Before: CN=A12BC3D4E001, until")
        await pilot.press("enter")
        await until(pilot, lambda: len(identities(pilot)) == 8)

        await pilot.press("i")
        await paste(pilot, "devices.zip")
        await pilot.press("enter")
        await shows(pilot, "10 PKCS #12 files")
        await pilot.press("enter")
        await shows(pilot, "10 files: 8 already there, 2 refused")

    assert len(workspace.bulk.list()) == 8


async def test_what_they_are_named_after_is_chosen(console: Open, workspace: Workspace, own_folders: Path) -> None:
    archive_for(own_folders, IMEI, "490154203237519")
    async with console(size=(140, 45)) as pilot:
        await open_list(pilot)
        await pilot.press("i")
        await paste(pilot, "devices.zip")
        pilot.app.screen.query_one("#identity-type", Select).value = IdentityType.IMEI
        await pilot.press("enter")
        await shows(pilot, "2 PKCS #12 files")
        await pilot.press("enter")
        await shows(pilot, "2 files: 1 imported, 1 refused")
        assert "identity-invalid" in text_of(pilot)

    assert [record.identity_type for record in workspace.bulk.list()] == [IdentityType.IMEI]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"not an archive", "not-an-archive"),
        (packed({}), "archive-empty"),
        (packed({"A1.p12": b"x"}, "A1.p12\n"), "credentials-line-invalid"),
    ],
    ids=["no-archive", "empty", "credentials"],  # the bytes of an archive hold the time at which it was made
)
async def test_an_archive_that_is_refused_as_a_whole_changes_nothing(
    console: Open, workspace: Workspace, own_folders: Path, data: bytes, code: str
) -> None:
    (own_folders / "devices.zip").write_bytes(data)
    async with console(size=(80, 24)) as pilot:
        await open_list(pilot)
        await pilot.press("i", "enter")
        await shows(pilot, "file-missing")
        await paste(pilot, "nowhere.zip")
        await pilot.press("enter", "enter")
        await shows(pilot, "file-")
        await pilot.press("ctrl+u")
        await paste(pilot, "devices.zip")
        await pilot.press("enter")  # looks into it
        await shows(pilot, code)
        await pilot.press("enter")
        await shows(pilot, code)

    assert workspace.bulk.count() == 0


async def test_which_text_file_has_the_passwords_can_be_said(
    console: Open, workspace: Workspace, own_folders: Path
) -> None:
    files = {"A1.p12": p12(certificate_for("A1")), "readme.txt": b"hello\n"}
    (own_folders / "devices.zip").write_bytes(packed(files, f"A1.p12={PASSWORD}\n"))
    async with console(size=(80, 24)) as pilot:
        await open_list(pilot)
        await pilot.press("i")
        await paste(pilot, "devices.zip")
        await pilot.press("enter")
        await shows(pilot, "credentials-ambiguous")
        await pilot.press("enter")
        await until(pilot, lambda: getattr(pilot.app.focused, "id", "") == "credentials")
        await paste(pilot, "passwords.txt")
        await pilot.press("enter")
        await shows(pilot, "1 file: 1 imported")


@pytest.mark.slow
async def test_an_import_can_be_stopped_and_goes_on(console: Open, workspace: Workspace, own_folders: Path) -> None:
    total = 120
    key = p12(certificate_for("A1"), rounds=20_000)  # takes its time
    files = {f"B{number:05}.p12": key for number in range(total)}  # all but the first are refused: one key each
    (own_folders / "devices.zip").write_bytes(packed(files))
    async with console(size=(80, 24)) as pilot:
        await open_list(pilot)
        await pilot.press("i")
        await paste(pilot, "devices.zip")
        await pilot.press("enter")
        await shows(pilot, f"{total} PKCS #12 files")
        pilot.app.simulate_key("enter")  # press() waits for the machine to be idle, and it is done by then
        while not pilot.app.screen.working:  # type: ignore[attr-defined]
            await asyncio.sleep(0.01)
        pilot.app.simulate_key("escape")
        await shows(pilot, "Device certificates: import stopped")
        await shows(pilot, f"of {total} files; the same import goes on.")
        await pilot.press("enter", "i")
        await paste(pilot, "devices.zip")
        await pilot.press("enter")
        await shows(pilot, f"{total} PKCS #12 files")
        await pilot.press("enter")
        await shows(pilot, f"1 already there, {total - 1} refused")


# Deleting


@pytest.mark.prepared(by=roll_out)
async def test_what_is_selected_is_deleted_after_a_question(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await open_list(pilot)
        await shows(pilot, "certificates 62")
        await pilot.press("space", "space", "space")
        await shows(pilot, "3 selected")
        await pilot.press("x")
        await shows(pilot, "(●) the 3 selected ones")
        await pilot.press("enter")
        await shows(pilot, "Delete 3 device certificates?")
        await shows(pilot, "On 3 devices they are installed")
        await pilot.press("y")
        await shows(pilot, "3 device certificates deleted.")
        await until(pilot, lambda: len(identities(pilot)) == 59)

        await pilot.press("x", "enter")
        await shows(pilot, "Delete the device certificate of the serial number")
        await pilot.press("escape")
        await until(pilot, lambda: "(●) that of" in text_of(pilot))
        await pilot.press("escape")

    assert workspace.bulk.count() == 59


@pytest.mark.prepared(by=roll_out)
async def test_a_text_file_says_what_to_delete(console: Open, workspace: Workspace, own_folders: Path) -> None:
    first, second, *_ = iphones(workspace)
    lines = f"# of last year\n{first.serial_number}\n{second.serial_number.lower()}.p12\nNOBODY\n"
    (own_folders / "old.txt").write_text(lines)
    async with console(size=(80, 24)) as pilot:
        await open_list(pilot)
        await shows(pilot, "certificates 62")
        await pilot.press("x", "down")
        await shows(pilot, "Text file")
        await pilot.press("tab")
        await paste(pilot, "old.txt")
        await pilot.press("enter", "enter")
        await shows(pilot, "Delete 2 device certificates?")
        await shows(pilot, "1 of 3 identities have none.")
        await pilot.press("y")
        await shows(pilot, "2 deleted, 1 refused")
        await shows(pilot, "line 4: no certificate has been imported in bulk")

    assert workspace.bulk.count() == 60


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "file-empty"),
        (b"\xff\xfe\x00", "identities-unreadable"),
        (b"NOBODY\n", "None of these identities has"),
    ],
)
async def test_a_text_file_that_names_nothing(
    console: Open, workspace: Workspace, own_folders: Path, data: bytes, told: str
) -> None:
    (own_folders / "old.txt").write_bytes(data)
    async with console(size=(80, 24)) as pilot:
        await open_list(pilot)
        await pilot.press("x", "enter")
        await shows(pilot, "file-missing")
        await paste(pilot, "old.txt")  # the cursor has gone there
        await pilot.press("enter", "enter")
        await shows(pilot, told)
        await pilot.press("y")

    assert workspace.bulk.count() == 0


# Around it


async def test_help_and_palette_know_the_list(console: Open, workspace: Workspace) -> None:
    async with console(size=(140, 45)) as pilot:
        await pilot.press("ctrl+p")
        await paste(pilot, "device certificates")
        await shows(pilot, "5 0 Device certificates")
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.current_mode == "device-certificates")
        await pilot.press("question_mark")
        await shows(pilot, "Import an archive")
        await pilot.press("end")
        await shows(pilot, "no device with that identity yet")
