"""Why a device is refused, its CA certificates, and installing one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input

from certfleet.store.clock import FixedClock
from certfleet.store.devices.device_tables import Batch
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.component import Use
from certfleet.store.model.device import Refused
from certfleet.store.model.device_event import EventKind
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue, make_chain

from ..conftest import Open
from ..driving import paste, shows, text_of, until
from ..sample_devices import fill

IPHONE, MAC, NEW_ANDROID = 1, 5, 8
DAY = timedelta(days=1)


@pytest.fixture
def root(workspace: Workspace) -> int:
    """The server's chain ends at a root that devices lack; its entry's id. The devices came after it."""
    leaf = make_chain("mdm.example.com")
    source = CertificateSource(data=leaf.chain_pem, name="mdm.pem", key=leaf.key_pem)
    entries = workspace.inventory.import_from(source).imported
    workspace.components.set_use("apns", Use.NOT_USED)
    workspace.components.bind("mdm-ssl", entries[0].id)
    fill(workspace)
    return entries[-1].id


def change(workspace: Workspace, id: int, **values: object) -> None:
    """Let a device be another than it was."""
    batch = Batch()
    batch.devices[id] = replace(workspace.devices.get(id), **values)
    with workspace.database.transaction():
        workspace.devices.records.write(batch)


async def open_device(pilot: Pilot[None], id: int) -> None:
    pilot.app.open_device(id)  # type: ignore[attr-defined]
    await shows(pilot, f"▏ #{id} ")


async def test_ssl_error_61_is_explained(console: Open, workspace: Workspace, root: int) -> None:
    change(workspace, MAC, refused=Refused("ssl-error-61", NOW - 3 * DAY, at_check_in=True))

    async with console(size=(140, 45)) as pilot:
        await open_device(pilot, MAC)
        await shows(pilot, "× can't reach the server: SSL Error 61")
        await shows(pilot, "lacks the root Root of mdm.example")
        await shows(pilot, "ssl-error-61, 3 d ago")

        workspace.trust.set_preinstalled(root, True)
        await shows(pilot, "known here is in its way any more")


async def test_what_would_keep_a_device_out_is_told_before_it_tries(console: Open, workspace: Workspace) -> None:
    fill(workspace)  # without a push certificate

    async with console(size=(140, 45)) as pilot:
        await open_device(pilot, NEW_ANDROID)
        await shows(pilot, "○ not enrolled")
        assert "can't enroll" not in text_of(pilot)
        change(workspace, IPHONE, state=workspace.devices.get(6).state)
        await open_device(pilot, IPHONE)
        await shows(pilot, "× can't enroll: the APNs certificate")
        await open_device(pilot, 2)
        await shows(pilot, "◆ wait: the APNs certificate for device")


async def test_the_certificates_on_a_device_and_how_they_came_there(
    console: Open, workspace: Workspace, root: int
) -> None:
    async with console(size=(140, 45)) as pilot:
        await open_device(pilot, MAC)
        await pilot.press("right_square_bracket")
        await shows(pilot, "None that is known here.")

        workspace.trust.deploy(root)
        await shows(pilot, "deployed; comes at its next check-in")
        change(workspace, MAC, antivirus=True)
        workspace.trust.install(root, [MAC])
        await shows(pilot, "installed by hand")
        await shows(pilot, "◆ its antivirus doesn't trust it")
        workspace.trust.install(root, [MAC], antivirus=True)
        await shows(pilot, "installed by hand, trusted by its")
        await pilot.press("right_square_bracket")
        await shows(pilot, "● CA certificate installed:")


async def test_a_root_is_installed_on_the_selected_devices(console: Open, workspace: Workspace, root: int) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("3", "slash")
        await paste(pilot, "platform:macos")
        await pilot.press("enter", "ctrl+a", "s", "up")
        await shows(pilot, "(●) Install a CA certificate")
        await shows(pilot, f"#{root} Root of mdm.example.com")
        await until(pilot, lambda: "macOS" in text_of(pilot).split("to install")[-1])
        await pilot.press("tab", "tab", "space")  # the antivirus, too
        await until(pilot, lambda: "[x] and let their antivirus trust it" in text_of(pilot))
        await pilot.press("tab", "enter")
        await shows(pilot, "» Installed on 2 devices: Root of md")

    for id in (5, 12):
        device = workspace.devices.get(id)
        assert device.anchors == device.antivirus_anchors == (root,)
        assert workspace.devices.timeline(id)[-1].kind is EventKind.ROOT_INSTALLED


async def test_what_has_it_already_is_counted_and_without_a_chain_there_is_nothing(
    console: Open, workspace: Workspace, root: int
) -> None:
    workspace.trust.install(root, [IPHONE])
    async with console(size=(80, 24)) as pilot:
        await pilot.press("3")
        pilot.app.open_device(IPHONE)  # type: ignore[attr-defined]
        await pilot.pause()
        await pilot.press("s", "up")
        await shows(pilot, "It makes no difference.")
        await pilot.press("escape")
        workspace.components.unbind("mdm-ssl")
        await pilot.press("s", "up")
        await shows(pilot, "No chain that devices are shown has a CA certificate")


async def test_refused_devices_are_filtered_by_the_reason(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    change(workspace, IPHONE, refused=Refused("apns-expired", NOW - DAY))
    change(workspace, MAC, refused=Refused("ssl-error-61", NOW - DAY, at_check_in=True))

    async with console(size=(140, 45)) as pilot:
        await pilot.press("1")
        await shows(pilot, "Refused   × 2: apns-expired 1, ssl-error-61 1")
        await pilot.press("3", "slash")
        await paste(pilot, "refused:ssl")
        await shows(pilot, "1 of 12")
        await shows(pilot, "ssl-error-61, 24 h ago")
        await pilot.press("escape", "F")
        await shows(pilot, "[ ] can't enroll or check in")
        pilot.app.screen.query_one("#filter", Input).value = "refused:yes"
        await shows(pilot, "2 of 12")
        await shows(pilot, "[x] can't enroll or check in")


async def test_during_an_outage_nobody_checks_in(console: Open, workspace: Workspace) -> None:
    leaf = issue("mdm.example.com", not_before=NOW - DAY, days=3)
    entry = workspace.inventory.import_from(CertificateSource(data=leaf.pem, key=leaf.key_pem)).imported[0]
    workspace.components.bind("mdm-ssl", entry.id)
    fill(workspace, simulated=True)
    assert isinstance(workspace.clock, FixedClock)
    workspace.clock.at = NOW + 5 * DAY
    workspace.settle()

    async with console(size=(140, 45)) as pilot:
        register = pilot.app.fleet  # type: ignore[attr-defined]
        seen = register.rows[IPHONE].last_seen
        assert NOW < seen < entry.not_after
        await pilot.press("3", "slash")
        await paste(pilot, "seen:<2d")
        await shows(pilot, "0 of 12")

        new = issue("mdm.example.com", days=300)
        source = CertificateSource(data=new.pem, name="new.pem", key=new.key_pem)
        workspace.inventory.replace(entry.id, source)
        workspace.clock.at = NOW + 6 * DAY
        await until(pilot, lambda: register.rows[IPHONE].last_seen > NOW + 5 * DAY)


async def test_what_happened_has_words(console: Open, workspace: Workspace, root: int) -> None:
    workspace.trust.install(root, [NEW_ANDROID])

    async with console(size=(140, 45)) as pilot:
        await pilot.press("7")
        await shows(pilot, "CA installed")
