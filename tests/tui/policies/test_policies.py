"""The Policies screen: whom each policy is for, its state on devices, and its actions."""

from __future__ import annotations

import plistlib
import stat
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Select

from certfleet.store.model.device import ActionKind
from certfleet.store.workspace import Workspace
from certfleet.tui.policies.table import PolicyTable

from ..conftest import Open
from ..driving import paste, shows, text_of, type_text, until
from ..sample_fleet import add_fleet
from ..sample_policies import add_policy, bring, check_in, iphones, roll_out


def names(pilot: Pilot[None]) -> list[str]:
    return [one.policy.name for one in pilot.app.screen.query_one("#table", PolicyTable).rows]


def row_of(pilot: Pilot[None], name: str) -> list[str]:
    return next(line.split() for line in text_of(pilot).split("\n") if line.strip().startswith(name))


async def field(pilot: Pilot[None], id: str) -> None:
    """Go to a field, as Tab does."""
    pilot.app.screen.query_one(f"#{id}").focus()
    await pilot.pause()


async def choose(pilot: Pilot[None], id: str, value: object) -> None:
    pilot.app.screen.query_one(f"#{id}", Select).value = value
    await pilot.pause()


# The list


async def test_without_a_policy_it_says_what_to_do(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("5")
        await shows(pilot, "No policy yet. n adds one; 0 shows the device certificates.")
        for key in ("d", "D", "x", "f", "e"):
            await pilot.press(key)
            await shows(pilot, "No policy is chosen.")


@pytest.mark.prepared(by=roll_out)
@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_each_policy_has_its_counts_and_the_first_that_lack_it(
    console: Open, workspace: Workspace, size: tuple[int, int]
) -> None:
    devices = iphones(workspace)
    async with console(size=size) as pilot:
        await pilot.press("5")
        await shows(pilot, "Policies 2   Device certificates 62")
        assert names(pilot) == ["Field VPN", "Sales"]
        line = row_of(pilot, "Field VPN")
        assert [word for word in line if word.isdecimal()][:3] == ["60", "38", "2"]
        await shows(pilot, "60  ● installed")
        await shows(pilot, "2  × without certificate")
        await shows(pilot, f"#{devices[60].id} ")
        await shows(pilot, f"no device certificate for serial number {devices[60].serial_number}")
        await pilot.press("ctrl+down", "ctrl+down", "ctrl+down")
        await shows(pilot, "policy Field VPN created, pending for 100 devices")
        if size[0] > 100:
            for text in ("may not disconnect", "IKEv2 Always On, shown as Field VPN"):
                assert text in text_of(pilot)


async def test_it_follows_devices_that_check_in_and_certificates_that_come(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace)
    first, second, *_ = iphones(workspace)
    bring(workspace, first.serial_number)
    add_policy(workspace)
    async with console(size=(80, 24)) as pilot:
        await pilot.press("5")
        await shows(pilot, "100  ○ pending")
        check_in(workspace, first.id, second.id)
        await shows(pilot, "1  ● installed")
        await shows(pilot, "1  × without certificate")

        bring(workspace, second.serial_number)
        await shows(pilot, "99  ○ pending")
        assert "without certificate" not in text_of(pilot).split("▔▔▔")[-1]

        await pilot.press("ctrl+down")
        await until(pilot, lambda: "○ pending" not in text_of(pilot))
        check_in(workspace, second.id)
        await until(pilot, lambda: row_of(pilot, "Field VPN")[-3:] == ["2", "98", "0"])
        assert "● installed" not in text_of(pilot), "its details stay where somebody reads"


@pytest.mark.prepared(by=roll_out)
async def test_words_narrow_the_list(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("5")
        await shows(pilot, "Sales (")
        await pilot.press("slash")
        await type_text(pilot, "imei sales.company")
        await until(pilot, lambda: names(pilot) == ["Sales"])
        await shows(pilot, "1 of 2")
        await pilot.press("escape")
        await until(pilot, lambda: len(names(pilot)) == 2)


# Deploying, deleting, devices, profile


@pytest.mark.prepared(by=roll_out)
async def test_deploying_again_says_what_it_would_change(console: Open, workspace: Workspace) -> None:
    devices = iphones(workspace)
    async with console(size=(80, 24)) as pilot:
        await pilot.press("5")
        await shows(pilot, "60  ● installed")
        await pilot.press("D")
        await shows(pilot, "2 devices would get it at the next check-in.")
        await shows(pilot, "have no device")  # what is said of them comes first
        await pilot.press("ctrl+down")
        await shows(pilot, "2 iOS devices: installing a policy becomes pending")  # another policy's is pending there
        await pilot.press("enter")
        await shows(pilot, "Field VPN deployed: 40 pending.")

    assert workspace.devices.get(devices[60].id).policy_pending(1) is not None


@pytest.mark.prepared(by=roll_out)
async def test_deleting_names_the_devices_that_lose_it(console: Open, workspace: Workspace) -> None:
    devices = iphones(workspace)
    async with console(size=(80, 24)) as pilot:
        await pilot.press("5")
        await shows(pilot, "60  ● installed")
        await pilot.press("x")
        await shows(pilot, "60 devices lose it at their next check-in")
        await pilot.press("enter")  # the button that leaves
        await until(pilot, lambda: "Delete Field VPN?" not in text_of(pilot))
        assert len(workspace.policies.list()) == 2

        await pilot.press("delete")
        await shows(pilot, "60 devices lose it")
        await pilot.press("y")
        await shows(pilot, "Field VPN deleted: 60 to lose")
        await until(pilot, lambda: names(pilot) == ["Sales"])

    waiting = workspace.devices.get(devices[0].id).policy_pending(1)
    assert waiting is not None
    assert waiting.kind is ActionKind.POLICY_REMOVAL


async def test_a_policy_that_is_gone_is_refused(console: Open, workspace: Workspace) -> None:
    add_policy(workspace)
    async with console(size=(80, 24)) as pilot:
        await pilot.press("5")
        await shows(pilot, "Field VPN")
        await pilot.press("x")
        await shows(pilot, "No device has it.")
        workspace.policies.delete(1)
        await pilot.press("y")
        await shows(pilot, "policy-unknown")


@pytest.mark.prepared(by=roll_out)
async def test_a_key_goes_to_the_devices_that_have_it(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("5")
        await shows(pilot, "60  ● installed")
        await pilot.press("f")
        await until(pilot, lambda: pilot.app.current_mode == "devices")
        await shows(pilot, 'policy:Field VPN"')
        await shows(pilot, "60 of 200")


@pytest.mark.prepared(by=roll_out)
async def test_the_profile_of_a_device_is_exported_for_the_owner_alone(
    console: Open, workspace: Workspace, own_folders: Path
) -> None:
    first = iphones(workspace)[0]
    async with console(size=(80, 24)) as pilot:
        await pilot.press("5")
        await shows(pilot, "60  ● installed")
        await pilot.press("e")
        await shows(pilot, "The configuration profile")
        await paste(pilot, first.serial_number.lower())
        await pilot.press("enter")
        file = own_folders / f"field-vpn-{first.serial_number.lower()}.mobileconfig"
        await until(pilot, file.exists)
        await until(pilot, lambda: "Export the profile" not in text_of(pilot))

        await pilot.press("e")
        await paste(pilot, f"#{first.id}")
        pilot.app.screen.query_one("#target", Input).value = str(file)
        await pilot.press("enter")
        await shows(pilot, "file-exists")

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert plistlib.loads(file.read_bytes())["PayloadDisplayName"] == "Field VPN"


@pytest.mark.prepared(by=roll_out)
@pytest.mark.parametrize(
    ("device", "code"), [("", "value-missing"), ("nobody", "device-unknown"), ("#9999", "device-unknown")]
)
async def test_a_profile_of_no_device_is_refused(console: Open, workspace: Workspace, device: str, code: str) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("5")
        await shows(pilot, "Field VPN")
        await pilot.press("e")
        await paste(pilot, device)
        await pilot.press("enter")
        await shows(pilot, code)


@pytest.mark.prepared(by=roll_out)
async def test_a_profile_without_its_certificate_says_how_to_bring_it(console: Open, workspace: Workspace) -> None:
    lacking = iphones(workspace)[60]
    async with console(size=(80, 24)) as pilot:
        await pilot.press("5")
        await shows(pilot, "Field VPN")
        await pilot.press("e")
        await paste(pilot, str(lacking.id))
        await pilot.press("enter")
        await shows(pilot, "no-device-certificate")
        await shows(pilot, "i there imports an archive")


# Around it


@pytest.mark.prepared(by=roll_out)
async def test_the_device_says_which_policy_it_has_with_which_certificate(console: Open, workspace: Workspace) -> None:
    devices = iphones(workspace)
    async with console(size=(140, 45)) as pilot:
        pilot.app.open_device(devices[0].id)  # type: ignore[attr-defined]
        await shows(pilot, "● Field VPN, version 1")
        await pilot.press("right_square_bracket")
        await shows(pilot, "Installed by policies")
        await shows(pilot, f"by serial number {devices[0].serial_number}")
        assert "6 days left" in text_of(pilot)

        pilot.app.open_device(devices[60].id)  # type: ignore[attr-defined]
        await shows(pilot, "× not installed")
        await pilot.press("left_square_bracket")
        await shows(pilot, "not installed: no device")


async def test_help_and_palette_know_the_screen(console: Open, workspace: Workspace) -> None:
    add_policy(workspace)
    async with console(size=(140, 45)) as pilot:
        await pilot.press("5")
        await shows(pilot, "Field VPN")
        await pilot.press("question_mark")
        await shows(pilot, "Export the profile")
        await pilot.press("end")
        await shows(pilot, "name, server, whom it is for")
        await pilot.press("escape", "ctrl+p")
        await paste(pilot, "deploy it again")
        await shows(pilot, "Deploy it again")
        await pilot.press("enter")
        await shows(pilot, "Deploy Field VPN")


@pytest.mark.prepared(by=roll_out)
async def test_the_device_names_the_policy_that_is_pending(console: Open, workspace: Workspace) -> None:
    devices = iphones(workspace)
    workspace.policies.delete(1)
    async with console(size=(140, 45)) as pilot:
        pilot.app.open_device(devices[0].id)  # type: ignore[attr-defined]
        await shows(pilot, "Removal of the policy")
        pilot.app.open_device(devices[70].id)  # type: ignore[attr-defined]
        await until(pilot, lambda: f"#{devices[70].id} " in text_of(pilot))
        assert "Field VPN" not in text_of(pilot)
